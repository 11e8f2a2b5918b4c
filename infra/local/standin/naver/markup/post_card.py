"""The card of one post: author, keep button, three links to the post, replies, further posts."""

import json
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from infra.local.standin.naver import words
from infra.local.standin.naver.draw import Draw
from infra.local.standin.naver.items import BlogPost, CafePost, ForeignPost, InfluencerPost, Post
from infra.local.standin.naver.markup.elements import (
    BASE,
    HORIZONTAL,
    INLINE,
    VERTICAL,
    div,
    icon,
    image,
    link,
    mark,
    text,
)
from infra.local.standin.naver.truth.truth import AreaKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """Where a card stands; `rank` is Naver's own number of it in the area, from 1."""

    kind: AreaKind
    code: str
    rank: int
    keyword: str
    device: str

    @property
    def is_intent(self) -> bool:
        """Whether the area belongs to Naver's intent blocks, which write their links and logs differently."""
        return self.kind in {AreaKind.TOPIC_1, AreaKind.TOPIC_2, AreaKind.POPULAR_CAFE, AreaKind.INFLUENCERS}


def post_card(post: Post, slot: Slot) -> str:
    """Write one card."""
    draw = Draw("card", post.id)
    is_carousel = slot.rank == 1 and slot.kind in {AreaKind.TOPIC_1, AreaKind.TOPIC_2, AreaKind.INFLUENCERS}
    has_thumbnail = is_carousel or draw.chance(85)
    target, pictures = (".imgtitlelink", 8) if is_carousel else (".link", int(has_thumbnail))
    url = result_url(post, slot)
    title = text(mark(post.title, slot.keyword), "sds-comps-text-ellipsis-1 sds-comps-text-type-headline1")
    body = text(mark(words.passage(draw, slot.keyword), slot.keyword), "sds-comps-text-type-body1")
    thumbnails = "".join(
        link(
            url,
            div(image(f"https://files.standin.example/{draw.token(60)}.jpg"), f"{BASE} sds-comps-image"),
            target=target,
        )
        for _ in range(pictures)
    )
    content = div(
        div(
            link(url, title, target=target, classes="si_title")
            + div(link(url, body, target=target, classes="fds-ugc-ellipsis3"), f"{VERTICAL} si_content"),
            f"{VERTICAL} si_text",
        )
        + thumbnails,
        f"{BASE} si_body",
    )
    after = _replies(post, slot, draw) + _further_posts(post, slot)
    if slot.kind is AreaKind.INFLUENCERS:
        item, template = {"template_id": "ugcItemDesk" if slot.device == "desk" else "ugcItemMobile"}, f"{BASE} si_item"
    else:
        item = {"template_id": "ugcItem", "template_type": "searchBasic", "template_devicetype": slot.device}
        template = f"{VERTICAL} si_item{' _fe_view_power_content' if slot.kind is AreaKind.POPULAR else ''}"
    card = div(_source(post, slot, draw) + div(content, f"{VERTICAL} si_main") + after, template, **item)
    return div(card, f"{VERTICAL} si_row") if slot.kind is not AreaKind.INFLUENCERS else card


def result_url(post: Post, slot: Slot) -> str:
    """Return the address of a post as a result links it."""
    match post:
        case CafePost():
            scheme = "http" if slot.is_intent else "https"
            return f"{scheme}://cafe.naver.com/{post.cafe}/{post.article}?art={post.token}"
        case InfluencerPost():
            return f"{post.url}?areacode=itb_bas%2Af_other&query={quote(slot.keyword)}"
        case _:
            return post.url


def log_parameters(post: Post, slot: Slot, event: str) -> str:
    """Write a click log: the rank in the area, and Naver's own id of the post."""
    if slot.is_intent:
        bundle = f"SYS-{Draw('bundle', slot.code, slot.keyword).number(10**6, 10**8):016d}"
        mark_of = "" if slot.kind in {AreaKind.POPULAR_CAFE, AreaKind.INFLUENCERS} else "*f"
        group = quote(json.dumps({"bid": bundle, "docRank": slot.rank}, separators=(",", ":")))
        return f"a={slot.code}{mark_of}.{event}&r={slot.rank}&i={bundle}.{post.log_id}&g={group}"
    sort = "c" if isinstance(post, CafePost) else "f" if isinstance(post, BlogPost) and post.profile else "b"
    return f"r={slot.rank}&i={post.log_id}&a={slot.code}*{sort}.{event}"


def home_url(post: Post, slot: Slot) -> str:
    """Return the address of the author's home, which names no post."""
    match post:
        case CafePost():
            return f"https://cafe.naver.com/{post.cafe}" + (f"?art={post.token}" if slot.is_intent else "")
        case InfluencerPost():
            return f"https://in.naver.com/{post.channel}?areacode=itb_bas%2Af_other&query={quote(slot.keyword)}"
        case BlogPost(profile=profile) if profile:
            return f"https://in.naver.com/{profile}"
        case ForeignPost():
            return f"https://{post.host}"
        case _:
            return f"https://blog.naver.com/{post.blog}"


def _source(post: Post, slot: Slot, draw: Draw) -> str:
    """The author's line, with the keep button that names the post."""
    home = home_url(post, slot)
    thumbnail, name = "articleSourceJSX_thumbnail", "articleSourceJSX_title"
    if slot.kind is AreaKind.INFLUENCERS:
        thumbnail = name = ".profile"
    picture = div(image(f"https://profile.standin.example/{draw.token(40)}.png", 24), f"{BASE} sds-comps-image-circle")
    author = text(escape(post.author, quote=False), "sds-comps-text-ellipsis-1")
    line = div(
        div(link(home, picture, target=thumbnail), f"{INLINE} sds-comps-profile-source-thumb")
        + div(link(home, author, target=name), f"{INLINE} sds-comps-profile-info-title")
        + div(text(words.day(draw), "sds-comps-profile-info-subtext"), f"{INLINE} sds-comps-profile-info-subtexts"),
        f"{INLINE} sds-comps-profile-source",
    )
    profile = f"{HORIZONTAL} sds-comps-profile type-basic size-lg title-color-g10"
    keep = keep_button(keep_url(post, slot), log_parameters(post, slot, "kep"))
    if slot.kind is AreaKind.INFLUENCERS:
        return div(line + keep, profile, sds_comp="Profile")
    return div(
        line + keep,
        profile,
        template_id="articleSource",
        template_type="basic",
        template_version="2",
        sds_comp="Profile",
    )


def keep_url(post: Post, slot: Slot) -> str:
    """Return the address that the keep button saves."""
    is_whole = slot.is_intent and slot.kind is not AreaKind.INFLUENCERS
    return result_url(post, slot) if is_whole else post.url


def keep_button(url: str, log: str) -> str:
    """Write the keep button and its layer, as every organic card has them."""
    shown, logged = escape(url), escape(log)
    return (
        f'<div class="{BASE} _keep_wrap"><button type="button" class="{INLINE} sds-comps-icon-button _keep_trigger" '
        f'data-url="{shown}" data-cr-on="{logged}" data-cr-off="{logged}" aria-label="옵션 메뉴 열기">'
        f"{icon(36)}</button>"
        f'<div class="{VERTICAL} api_ly_save _keep_save_layer" keeptriggeronclicklog="{logged}" style="display:none">'
        f'<a href="#" target="_self" data-cr-on="{logged}on" data-cr-off="{logged}off" nocr="1" class="item item_save '
        '_keep_save">Keep에 저장</a><a href="https://keep.naver.com/" target="_blank" nocr="1" class="item item_quick">'
        "Keep에 바로가기</a></div></div>"
    )


def _replies(post: Post, slot: Slot, draw: Draw) -> str:
    """Replies under a cafe post: more links, all to the very same post."""
    if not isinstance(post, CafePost) or draw.chance(30):
        return ""
    boxes = "".join(
        f'<a nocr="1" href="{escape(result_url(post, slot))}" class="fender-ui_5a8d1c2e fds-reply-box" target="_blank" '
        'data-template-id="reply" data-template-type="basic" data-template-version="2" '
        'data-heatmap-target="reviewbox_reply">'
        f"{text('RE')}{text(mark(words.passage(draw, slot.keyword, 1), slot.keyword))}"
        "</a>"
        for _ in range(draw.number(2, 6))
    )
    scroller = div(boxes, f"{INLINE} fds-ugc-reply-list", template_id="contentListDesk", fender_scroller="true")
    return div(scroller, "fds-content-list-box", template_id="conveyerBox")


def _further_posts(post: Post, slot: Slot) -> str:
    """Other posts of the same author, inside this card: they have no card of their own."""
    posts = [other for other in post.bundled if isinstance(other, BlogPost | CafePost)]
    return "".join(
        div(
            div(
                link(result_url(other, slot), text(mark(other.title, slot.keyword)), target=".series"),
                f"{VERTICAL} si_series",
            ),
            f"{BASE} si_after",
        )
        for other in posts
    )
