"""Several place areas on one page: each is read for itself, and none is passed over."""

import pytest

from sunwi.domain.outcome import Exposed, NotExposed, NotMeasured, look_up
from sunwi.domain.reading import LeftOut, PageReading, Presence
from sunwi.domain.tracking import Device, Kind, Target
from tests.fixtures.naver.pages import Area, integrated_page, other_area
from tests.fixtures.naver.panels import address_area, detail_field, panel_area, recommended_area, state_of
from tests.fixtures.naver.places import PlaceState, Row, place_area, place_row, state_script
from tests.fixtures.naver.reading import KEYWORD, posts_of, ranked, read

A, B, C, D = "1111111111", "2222222222", "3333333333", "4444444444"
BLOCK = place_area([Row(A), Row(B)], PlaceState([A, B]))


def rank_of(reading: PageReading, number: str) -> tuple[str, int] | None:
    """Area and rank of a place that was looked up on a page that could be read."""
    outcome = look_up(reading, Target(Kind.PLACE, number))
    assert not isinstance(outcome, NotMeasured), outcome.reason
    return (outcome.area, outcome.rank) if isinstance(outcome, Exposed) else None


def second_block(*numbers: str, **state: object) -> Area:
    return place_area(
        [Row(number) for number in numbers],
        PlaceState(numbers, list_field="nxPlaces", **state),  # type: ignore[arg-type]
        listed_as="loc_plc",
        attribute="data-loc_plc-doc-id",
    )


def paid_row_of_panel(number: str, *, doc_id: str = "") -> str:
    href = f"https://m.place.naver.com/place/{number}"
    return place_row(Row(number, doc_id=doc_id, href=href), attribute="data-nmb_lpae-doc-id", laim="nmb_lpa*e")


@pytest.mark.parametrize(
    "unread",
    [
        place_area([], None, listed_as="loc_plc"),
        panel_area(C, has_state=False, inside=f'<a href="https://m.place.naver.com/place/{D}">another</a>'),
    ],
    ids=["no rows", "no telling which place"],
)
def test_a_listed_block_without_rows_is_not_passed_over_beside_one_that_has_some(unread: Area) -> None:
    reading = posts_of(BLOCK, unread)

    assert isinstance(look_up(reading, Target(Kind.PLACE, C)), NotMeasured)
    assert [(doubt.area, doubt.reason) for doubt in reading.doubts] == [
        (unread.code, f"{unread.code} is listed, but no row could be read")
    ]


def test_a_mobile_block_whose_rows_have_a_code_of_their_own_within_it_is_read() -> None:
    block = place_area([Row(A), Row(B)], PlaceState([A, B]), laim="nmb_rnkm")
    assert 'data-slog-container="nmb_rnk*m"' in block.html

    reading = read(integrated_page(KEYWORD, block, list_areas=False, pack="ct"), device=Device.MOBILE)

    assert [number for _, number in ranked(reading)] == [A, B]
    assert reading.presence[Kind.PLACE] is Presence.PRESENT


@pytest.mark.parametrize("doc_id", [f"{B}_nad-a001-06-1", ""], ids=["by its number", "by its marks"])
def test_paid_rows_within_a_panel_do_not_hide_its_place(doc_id: str) -> None:
    reading = posts_of(panel_area(A, inside=f"<ul>{paid_row_of_panel(B, doc_id=doc_id)}</ul>"), recommended_area([C]))

    assert rank_of(reading, A) == ("nmb_lpa", 1)
    assert rank_of(reading, B) is None
    assert set(reading.left_out) == {LeftOut(B, "ad"), LeftOut(C, "recommended")}


@pytest.mark.parametrize("others", [(), (BLOCK,)], ids=["alone", "beside a list"])
def test_of_several_places_that_the_state_describes_a_panel_shows_the_one_it_leads_to(others: tuple[Area, ...]) -> None:
    described = other_area("kwX_ndT", state_of("x", dict([detail_field(D)])))

    reading = posts_of(panel_area(C), *others, described)

    assert rank_of(reading, C) == ("nmb_lpa", 1)
    assert rank_of(reading, D) is None


def test_two_panels_of_one_code_are_not_taken_for_the_first_of_them() -> None:
    both = panel_area(A, has_state=False).html + panel_area(B, has_state=False).html

    assert isinstance(look_up(posts_of(Area("nmb_lpa*1", both)), Target(Kind.PLACE, B)), NotMeasured)


def test_a_panel_that_the_page_lists_twice_is_one() -> None:
    assert rank_of(posts_of(panel_area(A), Area("nmb_lpa*e", "")), A) == ("nmb_lpa", 1)


def test_a_list_of_another_sort_in_the_state_does_not_hide_a_panel() -> None:
    near = {"nearby({})": {"items": [{"id": B, "name": "x", "category": "음식점"}]}}

    assert rank_of(posts_of(panel_area(A), other_area("kwX_ndT", state_of("x", near))), A) == ("nmb_lpa", 1)


def test_a_panel_beside_an_address_that_shows_a_part_of_its_places_is_read() -> None:
    reading = posts_of(panel_area(A), address_area([B, C], state_order=[B, C, D]))

    assert rank_of(reading, A) == ("nmb_lpa", 1)
    assert ranked(reading, "loc_adr") == [(1, B), (2, C)]


@pytest.mark.parametrize(
    "others",
    [(), (address_area([D]),), (second_block(D),)],
    ids=["alone", "beside an address", "beside another block"],
)
def test_rows_that_all_have_the_ending_of_paid_ones_are_ranks(others: tuple[Area, ...]) -> None:
    rows = [Row(A), Row(B), Row(C, style="display:none")]
    marked = place_area(rows, PlaceState([A, B, C]), listed_as="nmb_rnk*e")

    reading = posts_of(marked, *others)

    assert (rank_of(reading, A), rank_of(reading, B)) == (("nmb_rnk", 1), ("nmb_rnk", 2))
    assert LeftOut(C, "not_shown") in reading.left_out


@pytest.mark.parametrize(("paid", "ads"), [(D, []), (B, [B]), (A, [])], ids=["of no list", "that pays", "twice"])
def test_a_block_of_paid_rows_alone_stays_paid_beside_another(paid: str, ads: list[str]) -> None:
    advertised = place_area([Row(paid)], None, listed_as="nmb_nad*e", attribute="data-nmb_nad-doc-id")

    reading = posts_of(advertised, place_area([Row(A), Row(B)], PlaceState([A, B], ads=ads)))

    assert (rank_of(reading, A), rank_of(reading, B)) == (("nmb_rnk", 1), ("nmb_rnk", 2))
    assert rank_of(reading, D) is None


def test_a_place_of_a_second_list_keeps_its_rank_though_it_pays_or_is_a_goal_of_trips() -> None:
    goals = {"trips({})": {"items": [{"__ref": f"RestaurantListSummary:{D}:{D}"}]}}
    entity = {f"RestaurantListSummary:{D}:{D}": {"id": D, "name": "x", "category": "음식점"}}
    elsewhere = other_area("kwX_ndT", state_of("x", goals, entity))

    assert rank_of(posts_of(BLOCK, second_block(C, D, ads=[D])), D) == ("loc_plc", 2)
    assert rank_of(posts_of(BLOCK, second_block(C, D), elsewhere), D) == ("loc_plc", 2)


@pytest.mark.parametrize("has_rows", [True, False])
def test_places_around_an_address_are_never_rows_of_the_block(*, has_rows: bool) -> None:
    rows = "".join(place_row(Row(number), attribute="", laim="") for number in (A, B)) if has_rows else ""
    root = f'<div id="place-main-section-root" data-slog-container="nmb_rnk"><ul>{rows}</ul></div>'
    block = Area("nmb_rnk*m", root + state_script("nmb", PlaceState([A, B])))

    reading = posts_of(address_area([C, D]), block)

    assert ranked(reading, "nmb_rnk") == ([(1, A), (2, B)] if has_rows else [])
    assert reading.presence[Kind.PLACE] is (Presence.PRESENT if has_rows else Presence.SUSPECT)


def test_recommendations_without_numbers_are_never_rows_of_the_block() -> None:
    row = place_row(Row(A), attribute="", laim="")
    recommended = Area("rbp_lpa", f'<div id="rbp-main-section-root"><ul>{row}</ul></div>')
    block = Area("nmb_rnk*m", f"<section></section>{state_script('nmb', PlaceState([A, B]))}")

    reading = posts_of(recommended, block)

    assert ranked(reading) == []
    assert reading.presence[Kind.PLACE] is Presence.SUSPECT


def test_a_row_out_of_turn_is_named_by_the_doubt() -> None:
    reading = posts_of(place_area([Row(A), Row(C), Row(B)], PlaceState([A, B, C])))

    assert [(doubt.area, doubt.card) for doubt in reading.doubts] == [("nmb_rnk", C)]


def test_a_place_that_none_lists_is_not_exposed_beside_two_blocks() -> None:
    reading = posts_of(BLOCK, second_block(C))

    assert look_up(reading, Target(Kind.PLACE, D)) == NotExposed(depth=3, block_absent=False)


def test_numbered_parts_of_a_panel_are_its_place_and_no_rows() -> None:
    part = place_row(Row(A), attribute="data-nmb_lpa-doc-id", laim="nmb_lpa")

    assert rank_of(posts_of(panel_area(A, inside=f"<ul>{part}</ul>")), A) == ("nmb_lpa", 1)


@pytest.mark.parametrize("number", [A, C], ids=["its own", "another branch"])
def test_numbered_items_within_a_row_are_parts_of_it(number: str) -> None:
    part = f"<ul>{place_row(Row(number))}</ul>"

    reading = posts_of(place_area([Row(A, label=part), Row(B)], PlaceState([A, B])))

    assert ranked(reading) == [(1, A), (2, B)]
    assert rank_of(reading, C) is None


@pytest.mark.parametrize("tag", ["li", "div"])
def test_rows_that_are_read_by_other_marks_are_paid_by_their_ending_too(tag: str) -> None:
    attribute = "" if tag == "li" else "data-nmb_rnkm-doc-id"
    rows = [(B, "nmb_rnk*e"), (A, "nmb_rnk*m"), (B, "nmb_rnk*m")]
    items = "".join(place_row(Row(number), attribute=attribute, laim=laim) for number, laim in rows)
    items = items.replace("<li ", f"<{tag} ").replace("</li>", f"</{tag}>")
    root = f'<div id="place-main-section-root" data-slog-container="nmb_rnk"><div>{items}</div></div>'

    reading = posts_of(Area("nmb_rnk*m", root + state_script("nmb", PlaceState([A, B]))))

    assert (rank_of(reading, A), rank_of(reading, B)) == (("nmb_rnk", 1), ("nmb_rnk", 2))
    assert reading.left_out == (LeftOut(B, "ad"),)
