"""Cards of neither posts nor web pages, each in a box of its own: a video, a question, pictures."""

from html import escape
from urllib.parse import urlsplit

from infra.local.standin.naver import words
from infra.local.standin.naver.draw import Draw
from infra.local.standin.naver.items import SiteCard, SiteSort
from infra.local.standin.naver.markup.elements import (
    BASE,
    HORIZONTAL,
    INLINE,
    VERTICAL,
    div,
    image,
    link,
    mark,
    text,
)
from infra.local.standin.naver.markup.post_card import Slot, keep_button

_TEMPLATES = {
    SiteSort.VIDEO: "video/prs_template_v2_video_rra_{}.ts",
    SiteSort.QUESTION: "kin/prs_template_v2_kin_rra_{}.ts",
    SiteSort.PICTURES: "image/prs_template_v2_image_rra_{}.ts",
}


def site_card(card: SiteCard, slot: Slot) -> tuple[str, str]:
    """Write a card, after the name of its template."""
    write = {SiteSort.VIDEO: _video, SiteSort.QUESTION: _question, SiteSort.PICTURES: _pictures}[card.sort]
    return _TEMPLATES[card.sort].format(slot.device), write(card, slot)


def _video(card: SiteCard, slot: Slot) -> str:
    """A video: its keep button is of a sort of its own (`.gkep`), and logs no number."""
    draw = Draw("video", card.id)
    channel = f"{card.url.rpartition('/watch/')[0]}/channel/{draw.token(22)}"
    service = link(f"https://www.{urlsplit(card.url).netloc.partition('.')[2]}", text("동영상"), target=".gsou")
    source = _source(card, channel, ".gcha", draw) + service
    player = link(card.url, image(f"{channel}/{draw.token(12)}.jpg", 320), target=".gthumb")
    title = link(card.url, text(mark(card.title, slot.keyword)), target=".glink", classes="_vdo_cav_trigger")
    item = div(
        div(source + keep_button(card.url, f"a={slot.code}*v.gkep"), HORIZONTAL)
        + title
        + div(player, f"{BASE} video_common_player_wrap"),
        f"{VERTICAL} si_video",
        template_id="videoItem",
        template_type="rra",
        template_devicetype=slot.device,
    )
    return div(div(item, f"{BASE} fds-video-tooltip-selector"), f"{VERTICAL} fds-video-rra-{slot.device}-layout")


def _question(card: SiteCard, slot: Slot) -> str:
    """A question: on the mobile page it is linked under another address than its keep button names."""
    draw = Draw("question", card.url)
    url = card.url
    if slot.device != "desk":
        directory, document = (part.partition("=")[2] for part in card.url.partition("?")[2].split("&"))
        url = f"https://m.kin.naver.com/qna/dirs/{directory}/docs/{document}?enc=utf8&kinsrch_src=mobile_nx"
    answer = f"{url}&answerNo=1"
    log = f"a={slot.code}*k.kep&r={slot.rank}&i=90000006_{draw.number(16**10, 16**11):012x}_1&u=javascript"
    profile = f"https://kin.naver.com/profile/{draw.token(20)}"
    item = div(
        div(_source(card, url, ".link", draw) + keep_button(card.url, log), HORIZONTAL)
        + link(url, text(mark(card.title, slot.keyword)), target=".title")
        + link(url, text(mark(words.passage(draw, slot.keyword, 2), slot.keyword)), target=".question")
        + link(answer, text(escape(words.passage(draw, slot.keyword, 3), quote=False)), target=".answer")
        + link(profile, text(words.nickname(draw)), target=".profile"),
        f"{VERTICAL} si_question",
        template_id="kinItem",
        template_type="rraBasic",
        template_devicetype=slot.device,
    )
    return div(item, f"{VERTICAL} fds-kin-rra-item-list", template_id="layout", template_type="vertical")


def _pictures(card: SiteCard, slot: Slot) -> str:
    """Pictures of several pages, some of them posts: no keep button, and no one address for all."""
    draw = Draw("pictures", card.id)
    tiles = "".join(
        div(
            link(url, image(f"https://images.standin.example/{draw.token(60)}.jpg", 180), target=".image")
            + link(url, text(mark(title, slot.keyword)), target=".imgtitle"),
            f"{VERTICAL} si_tile",
            template_id="imageItem",
            template_type="rra",
        )
        for url, title in ((card.url, card.title), *((post.url, post.title) for post in card.bundled))
    )
    heading = div(text("이미지"), f"{INLINE} sds-comps-header-left")
    return div(heading + div(tiles, f"{HORIZONTAL} fds-image-rra"), VERTICAL, template_id="layout")


def _source(card: SiteCard, url: str, target: str, draw: Draw) -> str:
    picture = div(image(f"https://profile.standin.example/{draw.token(30)}.png", 24), f"{INLINE} sds-comps-profile")
    return div(
        link(url, picture, target=target) + link(url, text(escape(card.author, quote=False)), target=target),
        f"{HORIZONTAL} sds-comps-profile type-basic",
        sds_comp="Profile",
    )
