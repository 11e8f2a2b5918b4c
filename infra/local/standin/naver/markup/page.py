"""A whole page of the integrated search."""

from html import escape

from infra.local.standin.naver.draw import Draw
from infra.local.standin.naver.markup import address, head, older_build, other_areas, posts, quiet_areas
from infra.local.standin.naver.markup.elements import end_of_area, on_mobile
from infra.local.standin.naver.markup.filler import css_slot, fill
from infra.local.standin.naver.markup.places import panel, places
from infra.local.standin.naver.truth.truth import AreaKind, PageTruth
from sunwi.domain.tracking import Device

_RENDERERS = {
    AreaKind.PLACES: places.place_block,
    AreaKind.OPENINGS: places.opening_block,
    AreaKind.POPULAR: posts.post_block,
    AreaKind.TOPIC_1: posts.post_block,
    AreaKind.TOPIC_2: posts.post_block,
    AreaKind.POPULAR_CAFE: posts.post_block,
    AreaKind.INFLUENCERS: posts.post_block,
    AreaKind.UPPER_BOXES: posts.single_boxes,
    AreaKind.LOWER_BOXES: posts.single_boxes,
    AreaKind.WEB: posts.web_block,
    AreaKind.POWERLINK: other_areas.powerlink,
    AreaKind.POST_ADS: other_areas.post_ads,
    AreaKind.CLIP: other_areas.clips,
    AreaKind.SHOPPING: other_areas.shopping,
    AreaKind.STORES: other_areas.shopping,
    AreaKind.IMAGES: other_areas.images,
    AreaKind.KEYWORDS: other_areas.keywords,
    AreaKind.BRIEFING: other_areas.briefing,
    AreaKind.PANEL: panel.place_panel,
    AreaKind.RECOMMENDED: panel.recommendations,
    AreaKind.NX_PLACES: places.place_block,
    AreaKind.ADDRESS: address.address_block,
    AreaKind.TOPICS: quiet_areas.topics,
    AreaKind.QUIET: quiet_areas.quiet,
    AreaKind.LISTED_POSTS: older_build.listed_posts,
}
#: Characters, lowest and highest, with and without a place block; measured in captured pages of 2026-04 and 2026-05.
_WEIGHTS = {
    (Device.PC, True): (1_700_000, 1_830_000),
    (Device.PC, False): (650_000, 700_000),
    (Device.MOBILE, True): (1_000_000, 1_100_000),
    (Device.MOBILE, False): (420_000, 480_000),
}
#: What a page without any result weighs.
_EMPTY_WEIGHT = 110_000


def render_page(truth: PageTruth) -> str:
    """Write a page; one without areas says, in Naver's words, that nothing was found."""
    areas = "".join(_RENDERERS[area.kind](area, truth) + end_of_area(area.listed_as) for area in truth.areas)
    is_pc = truth.device is Device.PC
    main = (areas if is_pc else on_mobile(areas)) or no_results(truth.keyword)
    side = f'<div id="sub_pack" class="sub_pack">{other_areas.side_column(truth)}</div>' if is_pc else ""
    column = "main_pack" if is_pc else "ct"
    page = (
        f'<!doctype html> <html lang="ko">{head.head(truth, truth.ssc)}<body class="wrap-new api_animation">'
        f"{head.header(truth)}"
        '<div id="container" role="main"> <div id="content" class="pack_group"> '
        f'<h1 class="blind">{escape(truth.keyword)} 검색 결과</h1><div id="{column}" class="{column}">'
        f"{head.options(truth)}{main}"
        f"{head.pages(truth.keyword)}</div>{side}</div></div>{css_slot()}{head.footer()}</body></html>\n"
    )
    return fill(page, _weight(truth))


def _weight(truth: PageTruth) -> int:
    if not truth.areas:
        return _EMPTY_WEIGHT
    low, high = _WEIGHTS[truth.device, truth.has_places]
    return Draw(truth.seed, truth.keyword, "weight").number(low, high)


def no_results(keyword: str) -> str:
    """Write Naver's own statement that nothing was found."""
    return (
        '<div id="notfound" class="api_noresult_wrap"> <div class="not_found02"> <div class="message_noresult"> '
        f"<p class=\"dsc\">'<strong>{escape(keyword)}</strong>'에 대한 검색결과가 없습니다.</p> </div> "
        '<ul class="list_noresult"> <li>단어의 철자가 정확한지 확인해 보세요.</li> <li>한글을 영어로 혹은 '
        "영어를 한글로 입력했는지 "
        "확인해 보세요.</li> <li>두 단어 이상이라면 띄어쓰기를 확인해 보세요.</li> </ul> </div> </div>"
    )


def no_results_in_container(keyword: str) -> str:
    """Write the same statement in the element that areas stand in, under a code of its own."""
    return (
        '<div class="sc_new _slog_visible" data-slog-container="nrs"><div class="api_subject_bx"><div '
        f'class="api_noresult_wrap"><p class="noresult_tit">\'{escape(keyword)}\'에 대한 검색결과가 없습니다.</p>'
        "<p>철자와 띄어쓰기를 다시 살펴봐 주세요.</p></div></div></div>"
    )
