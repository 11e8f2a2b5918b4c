"""Areas without a single organic card: advertising, shopping, clips, images, keywords, the AI's answer.

Their links are traps: some lead to places and posts, and none of them takes a rank.
"""

from html import escape

from infra.local.standin.naver import words
from infra.local.standin.naver.draw import Draw
from infra.local.standin.naver.items import draw_blog_post
from infra.local.standin.naver.markup.elements import (
    HORIZONTAL,
    INLINE,
    VERTICAL,
    div,
    encoded,
    icon,
    image,
    link,
    text,
)
from infra.local.standin.naver.markup.filler import css_slot
from infra.local.standin.naver.markup.posts import block
from infra.local.standin.naver.truth.truth import Area, PageTruth
from sunwi.domain.tracking import Device


def powerlink(area: Area, truth: PageTruth) -> str:
    """Write the block of paid links."""
    draw = Draw(truth.seed, truth.keyword, area.code)
    rows = "".join(_paid_link(draw, truth.keyword, rank) for rank in range(1, 9))
    return (
        '<section><link href="https://ad-creative.pstatic.net/static/standin/main.css" rel="stylesheet">'
        '<div id="pcPowerLink_si" class="pcPowerLink_si"><div class="sc_new ad_section section _pl_section">'
        '<div class="api_subject_bx"><div class="mod_title_area"><div class="title_wrap"><h2 class="title_area">'
        f'<span class="title">파워링크</span><span class="ad_text">광고</span></h2></div></div><div class="nad_area" '
        f'id="power_link_body" impression-event-url="{_ad_url(draw)}"><ul class="lst_type">{rows}</ul></div>'
        "</div></div></div>"
        '<script src="https://ad-creative.pstatic.net/static/standin/main.js"></script></section>'
    )


def _paid_link(draw: Draw, keyword: str, rank: int) -> str:
    name, lines = words.nickname(draw), (words.passage(draw, keyword, 1), words.title(draw, keyword))
    links = "".join(
        f'<li class="item"><a href="{_ad_url(draw)}" class="lnk">{words.nickname(draw)}</a></li>' for _ in range(6)
    )
    return (
        f'<li class="lst js-hover-item type_img" num=""><a class="lnk_thumb" href="{_ad_url(draw)}" '
        f"onclick='return goOtherCR(this,\"a=pwl_nop.image&r={rank}&i=nad-a001-01-{draw.number(10**8, 10**9)}\")' "
        f'target="_blank">{image(f"https://ads.standin.example/{draw.token(60)}.jpg")}</a><div class="inner"><div '
        f'class="title_url_area"><span class="site">{name}</span><a href="{_ad_url(draw)}" class="lnk_head" '
        'target="_blank">'
        f'<span class="lnk_tit">{escape(lines[1])}</span></a>{icon(60)}</div><div class="desc_area">'
        f"{escape(lines[0])}</div>"
        f'<ul class="lst_link">{links}</ul></div></li>'
    )


def post_ads(area: Area, truth: PageTruth) -> str:
    """Write paid content that looks like posts: all its links go through the advertising host."""
    draw = Draw(truth.seed, truth.keyword, area.code)
    url = _ad_url(draw)
    source = div(
        div(
            link(url, text(words.nickname(draw)), target="articleSourceJSX_title"), f"{INLINE} sds-comps-profile-source"
        )
        + link(
            "https://help.naver.com/alias/search/integration/integration_66.naver",
            icon(80),
            target="articleSourceJSX_adtag",
        ),
        f"{HORIZONTAL} sds-comps-profile",
        template_id="articleSource",
        template_type="basic",
    )
    body = link(url, text(escape(words.title(draw, truth.keyword))), target=".tit") + link(
        url, text(escape(words.passage(draw, truth.keyword))), target=".des"
    )
    pictures = "".join(link(url, image(f"https://ads.standin.example/{n}.jpg"), target=".imgflk") for n in range(9))
    item = div(
        source + body + pictures,
        f"{VERTICAL} si_item _fe_view_power_content",
        template_id="ugcItem",
        template_type="searchBasic",
        power_content_url=url,
    )
    heading = f"<h2>'{escape(truth.keyword)}' 관련 브랜드 콘텐츠</h2>"
    return block(area, truth, heading + item, template=_template("ugc/prs_template_v2_ugc_powercontents", truth))


def shopping(area: Area, truth: PageTruth) -> str:
    """Write a shopping block: products, some of them paid."""
    draw = Draw(truth.seed, truth.keyword, area.code)
    products = "".join(
        f'<li class="HY2ENLIG _slog_visible"><a href="{_product_url(draw, n)}" target="_blank">'
        f"{image(f'https://shopping-phinf.pstatic.net/main_{n}/{draw.number(10**9, 10**10)}.jpg', 200)}"
        f"<strong>{escape(words.title(draw, truth.keyword))}</strong><em>{draw.number(5, 90)},900원</em></a>"
        f'<span class="si_detail">{escape(words.passage(draw, truth.keyword, 2))}</span></li>'
        for n in range(16)
    )
    return (
        f'<div id="{area.code}_css">{css_slot()}{css_slot()}</div><div id="{area.code}_root"><section '
        'class="si_shop sc_new '
        f'_slog_visible sds-token-root _root_{area.code}" data-slog-container="{area.code}" style="position:relative">'
        f'<h2 class="si_shop_title">네이버 가격비교</h2><ul class="si_products">{products}</ul></section></div>'
        "<script>naver.search.ext = naver.search.ext || {}; naver.search.ext.newshopping = {};</script>"
    )


def clips(area: Area, truth: PageTruth) -> str:
    """Write the clips; the tooltip names the place service, which makes it no place block."""
    draw = Draw(truth.seed, truth.keyword, area.code)
    tooltip = text("'네이버 클립' 영역은 클립과 네이버 블로그, 네이버 플레이스의 짧은 영상을 보여 줍니다.")
    cards = "".join(
        div(
            link(
                f"https://tv.naver.com/h/{draw.number(90_000_000, 99_999_999)}",
                image(f"https://clip.standin.example/{n}.jpg", 180),
            )
            + link(
                f"https://blog.naver.com/clip/{draw.number(10**6, 10**7)}",
                text(escape(words.title(draw, truth.keyword))),
            )
            + icon(300),
            f"{VERTICAL} si_clip",
        )
        for n in range(12)
    )
    head = div(f"<h2>네이버 클립</h2>{tooltip}", VERTICAL, template_id="header", template_type="clip")
    listing = div(cards, f"{HORIZONTAL} fds-clip-carousel", template_id="layout", template_type="conveyer")
    return (
        block(area, truth, head + listing, template=_template("clip/prs_template_v2_clip_carousel_viewcount", truth))
        + css_slot()
    )


def images(area: Area, truth: PageTruth) -> str:
    """Write the pictures; the posts they come from are named in attributes, not linked."""
    draw = Draw(truth.seed, truth.keyword, area.code)
    tiles = "".join(
        div(
            image(f"https://images.standin.example/{draw.token(80)}.jpg", 200, words.title(draw, truth.keyword))
            + text(draw_blog_post(draw, truth.keyword).url),
            f"{VERTICAL} si_tile",
            template_id="imageItem",
            template_type="basic",
        )
        for _ in range(20)
    )
    more = link(f"?nso=so%3Ar&query={encoded(truth.keyword)}&where=image", text("더보기"), target=".more")
    return block(area, truth, tiles + more, template=_template("image/prs_template_v2_image_basic", truth)) + css_slot()


def keywords(area: Area, truth: PageTruth) -> str:
    """Write the block of related keywords, which is empty until a script fills it."""
    return block(
        area,
        truth,
        '<div aria-expanded="false" style="height:0"></div>',
        template=_template("qra/prs_template_qra", truth),
    )


def briefing(area: Area, truth: PageTruth) -> str:
    """Write the AI's answer: its sources are links to posts, and no results."""
    draw = Draw(truth.seed, truth.keyword, area.code)
    sources = "".join(
        link(draw_blog_post(draw, truth.keyword).url, text(words.nickname(draw)), target=".source") for _ in range(3)
    )
    answer = text(escape(words.passage(draw, truth.keyword, 6)))
    template = _template("ai-briefing/prs_template_aib_answer", truth)
    return block(area, truth, div(answer, VERTICAL) + div(sources, HORIZONTAL), template=template)


def side_column(truth: PageTruth) -> str:
    """Write the side column: short contents, a banner."""
    draw = Draw(truth.seed, truth.keyword, "side")
    rows = "".join(
        f'<a href="?mra={draw.token(40)}&amp;query={encoded(truth.keyword)}">{escape(words.title(draw, truth.keyword))}'
        f"{icon(250)}</a>"
        for _ in range(6)
    )
    return (
        '<div id="fdr-side" data-fender-root="true" '
        'data-block-id="shortents/prs_template_shortents_compact_sub_desk.ts" '
        'data-meta-area="stX_cpT" data-meta-ssc="tab.nx.all" class="sc_new" data-heatmap-area="stX_cpT">'
        f'<div class="si_block desktop_mode api_subject_bx"><h2>함께 보는 숏텐츠</h2>{rows}</div></div>{css_slot()}'
        '<section class="sc_new"> <div class="api_subject_bx"> <div class="api_common_banner"> <a nocr '
        f'href="https://mkt.naver.com/p1/atrb?channel_id=standin" class="spnew_bf item" target="_blank">{icon(40)}</a> '
        "</div> </div> </section>"
    )


def _product_url(draw: Draw, number: int) -> str:
    if number % 4 == 0:
        return _ad_url(draw)
    return f"https://smartstore.naver.com/main/products/{draw.number(10**10, 10**11)}"


def _ad_url(draw: Draw) -> str:
    return f"https://ader.naver.com/v1/{draw.token(220)}"


def _template(name: str, truth: PageTruth) -> str:
    return f"{name}_{'desk' if truth.device is Device.PC else 'mo'}.ts"
