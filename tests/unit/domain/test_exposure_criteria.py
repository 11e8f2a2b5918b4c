import pytest

from sunwi.domain.exposure_criteria import ANY_AREA, ExposureCriteria, NamedArea, name_of_area


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("nmb_rnk", NamedArea.PLACE_BLOCK),
        ("loc_plc", NamedArea.PLACE_BLOCK),
        ("ugB_bsR", NamedArea.POPULAR_POSTS),
        ("ugB_qpR", NamedArea.POPULAR_POSTS),
        ("ugB_b1R", NamedArea.SMART_BLOCKS),
        ("ugB_b12R", NamedArea.SMART_BLOCKS),
        ("ugB_ipR", NamedArea.INFLUENCERS),
        ("ugB_ctR", NamedArea.POPULAR_CAFE_POSTS),
        ("urB_coR", NamedArea.SINGLE_BOXES),
        ("urB_boR", NamedArea.SINGLE_BOXES),
        ("web_gen", NamedArea.WEB_PAGES),
        ("ugB_adR", None),
        ("ugB_bsRx", None),
        ("urB_imM", None),
        ("nop_res", None),
        ("", None),
    ],
)
def test_an_area_is_called_by_the_word_that_people_have_for_it(code: str, name: NamedArea | None) -> None:
    assert name_of_area(code) is name


def test_without_a_restriction_every_area_counts() -> None:
    assert ANY_AREA.covers("ugB_bsR")
    assert ANY_AREA.covers("anything")


def test_a_name_stands_for_all_its_codes_and_a_code_for_itself() -> None:
    counting = ExposureCriteria(frozenset({"smart_blocks", "urB_coR"}))
    allowed = [code for code in ("ugB_b1R", "ugB_b2R", "urB_coR", "urB_boR", "ugB_bsR") if counting.covers(code)]
    assert allowed == ["ugB_b1R", "ugB_b2R", "urB_coR"]


def test_an_area_without_a_name_counts_only_where_its_code_is_given() -> None:
    assert ExposureCriteria(frozenset({"ugB_xxR"})).covers("ugB_xxR")
    assert not ExposureCriteria(frozenset({"popular_posts"})).covers("ugB_xxR")
