"""Areas of posts: popular posts, topic blocks, popular cafe posts, influencers, single boxes."""

from infra.local.standin.naver.draw import Draw
from infra.local.standin.naver.items import Post, SiteCard, WebPage
from infra.local.standin.naver.markup.elements import HORIZONTAL, INLINE, VERTICAL, as_script, div, link, text
from infra.local.standin.naver.markup.post_card import Slot, keep_url, log_parameters, post_card, result_url
from infra.local.standin.naver.markup.site_cards import site_card
from infra.local.standin.naver.markup.web import web_document, web_list
from infra.local.standin.naver.truth.truth import Area, AreaKind, PageTruth
from sunwi.domain.tracking import Device

_TEMPLATES = {
    AreaKind.POPULAR: "review/prs_template_v2_review_ugc_single_intention_{}.ts",
    AreaKind.UPPER_BOXES: "review/prs_template_v2_review_blog_rra_{}.ts",
    AreaKind.LOWER_BOXES: "review/prs_template_v2_review_blog_rra_{}.ts",
    AreaKind.TOPIC_1: "ugc/prs_template_v2_ugc_default_{}.ts",
    AreaKind.TOPIC_2: "ugc/prs_template_v2_ugc_default_{}.ts",
    AreaKind.POPULAR_CAFE: "ugc/prs_template_v2_ugc_popular_cafe_{}.ts",
    AreaKind.INFLUENCERS: "ugc/prs_template_ugc_influencer_participation_{}.ts",
    AreaKind.WEB: "web/prs_template_v2_web_basic_{}.ts",
}
_DIVIDER = '<span class="sds-comps-divider sds-comps-divider-horz" data-template-id="sdsHorzDivider"></span>'


def post_block(area: Area, truth: PageTruth) -> str:
    """Write an area that is one box with several cards."""
    headings = {
        AreaKind.POPULAR: "생활·정보 인기글",
        AreaKind.TOPIC_1: f"처음 찾는 {truth.keyword}",
        AreaKind.TOPIC_2: f"{truth.keyword} 비교",
        AreaKind.POPULAR_CAFE: f"{truth.keyword}  인기 카페글",
        AreaKind.INFLUENCERS: "생활 인플루언서 콘텐츠",
    }
    cards = [
        (post, _slot(area, truth, rank))
        for rank, post in enumerate(area.documents, 1)
        if not isinstance(post, SiteCard)
    ]
    items = _DIVIDER.join(_card(post, slot) for post, slot in cards)
    listing = div(
        items, f"{VERTICAL} fds-ugc-single-intention-item-list", template_id="layout", template_type="vertical"
    )
    heading = _heading(headings[area.kind], is_h2=area.kind is not AreaKind.INFLUENCERS)
    return block(area, truth, heading + listing + _more(truth), template=_template(area.kind, truth)) + _bootstrap(
        area, truth, cards
    )


def single_boxes(area: Area, truth: PageTruth) -> str:
    """Write an area whose every card is a box of its own; they share the area's code."""
    boxes: list[str] = []
    number = 0
    for rank, item in enumerate(area.documents, 1):
        number += 1
        slot = _slot(area, truth, number)
        if isinstance(item, WebPage):
            template, content = _template(AreaKind.WEB, truth), web_list(web_document(item, slot))
            number += len(item.further)
        elif isinstance(item, SiteCard):
            template, content = site_card(item, slot)
        else:
            template = _template(area.kind, truth)
            content = div(
                post_card(item, slot), f"{VERTICAL} fds-ugc-single-intention-item-list-rra", template_id="layout"
            )
        boxes += [
            block(area, truth, content, template=template, number=rank),
            "" if isinstance(item, SiteCard) else _bootstrap(area, truth, [(item, slot)], rank),
        ]
    head = "type_head _fsolid_head" if area.kind is AreaKind.UPPER_BOXES else "_fsolid_body"
    return (
        f'<div class="spw_fsolid {head} _slog_visible" data-slog-container="{area.code}" data-collection="{area.code}">'
        f"{''.join(boxes)}</div>"
    )


def web_block(area: Area, truth: PageTruth) -> str:
    """Write the area of web pages: one box, a document a card."""
    documents = [
        web_document(item, _slot(area, truth, rank))
        for rank, item in enumerate(area.documents, 1)
        if isinstance(item, WebPage)
    ]
    return block(area, truth, web_list("".join(documents)) + _more(truth), template=_template(AreaKind.WEB, truth))


def block(area: Area, truth: PageTruth, content: str, *, template: str, number: int = 0) -> str:
    """Wrap an area's content as Naver's renderer does; `number` tells boxes of one area apart."""
    mode = "desktop_mode" if truth.device is Device.PC else "fds-default-mode"
    source = template.partition("/")[0]
    in_boxes = area.kind in {AreaKind.UPPER_BOXES, AreaKind.LOWER_BOXES}
    container = "" if in_boxes else f' data-collection="fender_renderer" data-slog-container="{area.code}"'
    layout = div(content, VERTICAL, template_id="layout", template_type="vertical")
    return (
        f'<div id="{block_id(area, truth, number)}" data-fender-root="true" data-block-id="{template}" '
        f'data-meta-area="{area.code}" data-meta-nscs="" data-meta-ssc="{truth.ssc}" data-meta-ssuid="{source}" '
        f'data-meta-ssuid-extra="fender_renderer-{source}" class="sc_new _slog_visible"{container}>'
        f'<div class="si_block {mode} api_subject_bx">{layout}</div></div>'
    )


def block_id(area: Area, truth: PageTruth, number: int = 0) -> str:
    """Name a block's element."""
    return f"fdr-{Draw(truth.seed, truth.keyword, area.listed_as, number).number(16**31, 16**32 - 1):032x}"


def _slot(area: Area, truth: PageTruth, rank: int) -> Slot:
    device = "desk" if truth.device is Device.PC else "mo"
    return Slot(kind=area.kind, code=area.code, rank=rank, keyword=truth.keyword, device=device)


def _card(item: Post | WebPage, slot: Slot) -> str:
    return web_list(web_document(item, slot)) if isinstance(item, WebPage) else post_card(item, slot)


def _template(kind: AreaKind, truth: PageTruth) -> str:
    return _TEMPLATES[kind].format("desk" if truth.device is Device.PC else "mo")


def _heading(title: str, *, is_h2: bool) -> str:
    words = text(title.replace("<", "&lt;"), "sds-comps-text-ellipsis-1")
    inner = f'<h2 class="sds-comps-text">{title.replace("<", "&lt;")}</h2>' if is_h2 else words
    left = div(inner, f"{INLINE} sds-comps-header-left")
    return div(
        div(left, f"{HORIZONTAL} sds-comps-header-title"),
        f"{VERTICAL} sds-comps-header type-basic fds-header",
        template_id="header" if is_h2 else "sdsFeedSearchHeader",
        template_type="basic",
    )


def _more(truth: PageTruth) -> str:
    address = f"#lb_api=https%3A%2F%2Fs.search.naver.com%2Fp%2Freview%2F1%2Fsearch.naver%3Fn%3D{len(truth.keyword)}"
    return div(
        link(address, text("더보기"), target=".more"),
        f"{HORIZONTAL} si_more",
        template_id="footer",
        template_type="more",
    )


def _bootstrap(area: Area, truth: PageTruth, cards: list[tuple[Post | WebPage, Slot]], number: int = 0) -> str:
    """The script that repeats a block's content as properties, for the browser to take over."""
    children = [
        {
            "props": {
                "title": item.title,
                "titleHref": result_url(item, slot) if not isinstance(item, WebPage) else item.url,
                "keep": {
                    "keepTriggerUrl": keep_url(item, slot) if not isinstance(item, WebPage) else item.url,
                    "keepOnClickLog": "" if isinstance(item, WebPage) else log_parameters(item, slot, "kepon"),
                },
                "afterArticles": [{"title": post.title, "titleHref": post.url} for post in item.bundled],
                "sourceProfile": {"title": item.author, "createdDate": "", "isAdType": False},
                "type": "searchBasic",
            },
            "templateId": "ugcItem",
        }
        for item, slot in cards
    ]
    properties = {
        "meta": {"area": area.code, "query": truth.keyword, "ssc": truth.ssc},
        "body": {"children": children},
    }
    return (
        "<script>\n(function () {\n  var startApplication = function () {\n    var require = window.require.config({\n"
        '      "context": "fender_renderer_standin",\n      "paths": {"fender_standin": '
        '"https://ssl.pstatic.net/sstatic/fe/fender/client/standin/index"}\n    });\n'
        '    require(["fender_standin"], function (entry) {\n      entry.bootstrap(document.getElementById('
        f'"{block_id(area, truth, number)}"), {as_script(properties)}, {{ renderer: "module" }});\n    }});\n  }};\n'
        '  if (window.naver && window.naver.common && typeof window.naver.common.load_js === "function") {\n'
        "    naver.common.load_js(null, startApplication, true, 150);\n  }\n})();\n</script>"
    )
