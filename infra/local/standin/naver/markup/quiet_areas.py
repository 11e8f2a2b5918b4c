"""Areas without a rank under codes of their own: options, hash tags, books, topics of influencers and the like."""

from html import escape

from infra.local.standin.naver import words
from infra.local.standin.naver.draw import Draw
from infra.local.standin.naver.items import draw_blog_post
from infra.local.standin.naver.markup.elements import BASE, HORIZONTAL, VERTICAL, div, encoded, image, link, text
from infra.local.standin.naver.markup.posts import block
from infra.local.standin.naver.truth.truth import Area, PageTruth
from sunwi.domain.tracking import Device

#: Listed, with nothing that shows.
_INVISIBLE = "__option"
#: The AI's further questions name the posts that answer them, as its answer does.
_WITH_SOURCES = "abL_rtX"


def quiet(area: Area, truth: PageTruth) -> str:
    """Write an area of links to further searches and to sites, in a box or, under an older code, in a section."""
    if area.code == _INVISIBLE:
        return ""
    draw = Draw(truth.seed, truth.keyword, area.code)
    content = div(text(words.passage(draw, truth.keyword, 1)), VERTICAL) + div(
        "".join(_tile(draw, truth) for _ in range(6)), f"{HORIZONTAL} si_quiet"
    )
    if area.code == _WITH_SOURCES:
        posts = (draw_blog_post(draw, truth.keyword) for _ in range(3))
        content += "".join(link(post.url, text(words.nickname(draw)), target=".source") for post in posts)
    if not area.code.partition("_")[0].islower():
        device = "desk" if truth.device is Device.PC else "mo"
        return block(area, truth, content, template=f"qra/prs_template_{area.code.lower()}_{device}.ts")
    return (
        f'<section class="sc_new _slog_visible" data-slog-container="{area.code}"><div class="api_subject_bx">{content}'
        "</div></section>"
    )


def topics(area: Area, truth: PageTruth) -> str:
    """Write topics of influencers: cards with an author each, marked as those of posts are, and none leads to one."""
    draw = Draw(truth.seed, truth.keyword, area.code)
    cards = "".join(_topic(draw, truth) for _ in range(4))
    device = "desk" if truth.device is Device.PC else "mo"
    listing = div(cards, f"{HORIZONTAL} fds-influencer-topic-list", template_id="layout", template_type="conveyer")
    return block(area, truth, listing, template=f"ugc/prs_template_ugc_influencer_topic_{device}.ts")


def _tile(draw: Draw, truth: PageTruth) -> str:
    name = f"{truth.keyword} {words.nickname(draw)}"
    if draw.chance(50):
        return link(f"?where=nexearch&query={encoded(name)}", text(escape(name)), target=".keyword")
    site = f"https://www.{words.account(draw).replace('_', '-')}.example/list/{draw.number(1, 99)}"
    return link(site, image(f"{site}/cover.jpg", 80) + text(escape(name)), target=".item")


def _topic(draw: Draw, truth: PageTruth) -> str:
    home = f"https://in.naver.com/{words.account(draw)}"
    topic = f"{home}/challenge/keyword/{draw.number(10**14, 10**15)}"
    author = link(home, text(words.nickname(draw)), target=".profile")
    title = link(topic, text(escape(words.title(draw, truth.keyword), quote=False)), target=".topic")
    return div(
        div(author, f"{HORIZONTAL} sds-comps-profile", sds_comp="Profile") + div(title, VERTICAL),
        f"{BASE} si_item",
        template_id="ugcItemDesk" if truth.device is Device.PC else "ugcItemMobile",
    )
