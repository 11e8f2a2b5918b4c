import pytest

from sunwi.domain.exposure_criteria import ExposureCriteria, NamedArea
from sunwi.domain.tracking import Kind, Surface
from sunwi.errors import InvalidInput
from sunwi.service.trackings.parse_areas import AREA_NAMES, check_counting, parse_areas, parse_bundled


@pytest.mark.parametrize(
    ("text", "areas"),
    [
        ("", set()),
        (" , ", set()),
        ("인기글", {"popular_posts"}),
        ("인기글,스마트 블록", {"popular_posts", "smart_blocks"}),
        ("Popular_Posts; smart blocks", {"popular_posts", "smart_blocks"}),
        ("플레이스", {"place_block"}),
        (
            "카페 인기글 / 단독글 | 웹문서 + 인플루언서",
            {"popular_cafe_posts", "single_boxes", "web_pages", "influencers"},
        ),
        ("ugB_bsR*b, urB_coR", {"ugB_bsR", "urB_coR"}),
        ("ugB_zzR", {"ugB_zzR"}),
        ("nmb_hpl*m", {"nmb_hpl"}),
    ],
)
def test_names_and_codes_are_read(text: str, areas: set[str]) -> None:
    assert parse_areas(text) == areas


@pytest.mark.parametrize("area", NamedArea)
def test_every_named_area_has_a_korean_name_that_is_read(area: NamedArea) -> None:
    assert parse_areas(AREA_NAMES[area][0]) == parse_areas(area.value) == {area.value}


@pytest.mark.parametrize("text", ["인기블록", "ugB_bsr", "bsR", "kim", "ugB bsR", "nmb_<b>", "web_" + "x" * 40])
def test_an_unknown_area_is_refused_with_all_that_are_known(text: str) -> None:
    with pytest.raises(InvalidInput, match="is not known") as caught:
        parse_areas(f"인기글,{text}")
    assert all(area.value in str(caught.value) for area in NamedArea)


@pytest.mark.parametrize("code", ["ugB_adR", "nop_res", "vdB_cpC", "urB_imM", "shp_gui", "pwl_nop", "kin", "nws_all"])
def test_an_area_without_organic_cards_is_refused(code: str) -> None:
    with pytest.raises(InvalidInput, match="holds no organic cards"):
        parse_areas(code)


def test_too_many_areas_are_refused() -> None:
    with pytest.raises(InvalidInput, match="13 areas"):
        parse_areas(",".join(f"ugB_b{number}R" for number in range(13)))


@pytest.mark.parametrize(("text", "yes"), [("", False), ("예", True), ("YES", True), ("1", True), ("아니오", False)])
def test_whether_bundled_links_count_is_read(text: str, *, yes: bool) -> None:
    assert parse_bundled(text) is yes


def test_neither_yes_nor_no_is_refused() -> None:
    with pytest.raises(InvalidInput, match="neither yes nor no"):
        parse_bundled("아마")


@pytest.mark.parametrize(
    ("kind", "surface", "counting", "complaint"),
    [
        (Kind.PLACE, Surface.INTEGRATED, ExposureCriteria(frozenset({"popular_posts"})), "never show a place"),
        (
            Kind.BLOG,
            Surface.INTEGRATED,
            ExposureCriteria(frozenset({"nmb_rnk", "ugB_bsR"})),
            "nmb_rnk never show a blog",
        ),
        (Kind.BLOG, Surface.BLOG_TAB, ExposureCriteria(frozenset({"ugB_bsR"})), "is one list"),
        (Kind.PLACE, Surface.INTEGRATED, ExposureCriteria(bundled=True), "never bundled"),
    ],
)
def test_what_can_never_count_is_refused(
    kind: Kind, surface: Surface, counting: ExposureCriteria, complaint: str
) -> None:
    with pytest.raises(InvalidInput, match=complaint):
        check_counting(kind, surface, counting)


@pytest.mark.parametrize(
    ("kind", "surface", "counting"),
    [
        (Kind.PLACE, Surface.INTEGRATED, ExposureCriteria(frozenset({"place_block"}))),
        (Kind.PLACE, Surface.PLACE_LIST, ExposureCriteria()),
        (Kind.CAFE, Surface.INTEGRATED, ExposureCriteria(frozenset({"web_pages", "urB_coR"}), bundled=True)),
        (Kind.CAFE, Surface.CAFE_TAB, ExposureCriteria(bundled=True)),
    ],
)
def test_what_can_count_passes(kind: Kind, surface: Surface, counting: ExposureCriteria) -> None:
    assert check_counting(kind, surface, counting) is None  # type: ignore[func-returns-value]  # it raises or is silent
