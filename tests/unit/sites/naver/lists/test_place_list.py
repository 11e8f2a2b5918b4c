import json

import pytest

from sunwi.domain.outcome import NotExposed, look_up
from sunwi.domain.reading import LeftOut, PageVerdict, Presence
from sunwi.domain.tracking import Device, Kind, Surface, Target
from sunwi.sites.naver.page_addresses import first_page_url
from sunwi.sites.naver.pages import next_page_url
from sunwi.sites.naver.read_page import read_page
from tests.fixtures.naver.lists import LABEL, Listed, place_list_page, place_list_state
from tests.fixtures.naver.reading import KEYWORD, key_of, ranked, read, serve_as
from tests.unit.sites.naver.lists.place_rows import PLACE_LIST, named, place, places, read_list

NAMINGS = ("attribute", "link", "name")


@pytest.mark.parametrize("naming", NAMINGS)
@pytest.mark.parametrize("device", list(Device))
def test_the_shown_rows_are_ranked_and_paid_new_and_hidden_ones_left_out(naming: str, device: Device) -> None:
    entries = [
        place(91, sort="ad"),
        place(1),
        place(81, sort="new"),
        place(2),
        place(92, sort="ad"),
        place(3, row="hidden"),
        place(71, sort="opening"),
    ]

    reading = read_list(place_list_page(KEYWORD, entries, naming=naming), device)

    assert reading.verdict is PageVerdict.RECOGNISED
    assert reading.presence == {Kind.PLACE: Presence.PRESENT}
    assert ranked(reading) == named(1, 2)
    assert reading.depth == {Kind.PLACE: 2}
    assert (reading.cards[0].title, reading.cards[0].area) == ("가게 1000000001", "place_list")
    assert {(row.id[-2:], row.reason) for row in reading.left_out} == {
        ("91", "ad"),
        ("92", "ad"),
        ("81", "new_opening"),
        ("71", "new_opening"),
        ("03", "not_shown"),
    }


@pytest.mark.parametrize("field", ["placeList", "restaurantList", "hairshopList", "hospitals", "somethingNewList"])
def test_the_order_is_found_whatever_the_vertical_calls_its_list(field: str) -> None:
    entries = places(1, 4)

    reading = read_list(place_list_page(KEYWORD, entries, state=place_list_state(KEYWORD, entries, field=field)))

    assert ranked(reading) == named(1, 2, 3, 4)


def test_a_shop_whose_name_says_advertising_is_no_advertisement() -> None:
    entries = [place(1, name="광고천재 간판"), place(2)]

    for naming in NAMINGS:
        assert ranked(read_list(place_list_page(KEYWORD, entries, naming=naming))) == named(1, 2)


@pytest.mark.parametrize("naming", NAMINGS)
def test_rows_in_another_order_than_the_state_are_suspect(naming: str) -> None:
    page = place_list_page(
        KEYWORD, [place(2), place(1), place(3)], naming=naming, state=place_list_state(KEYWORD, places(1, 3))
    )

    reading = read_list(page)

    assert reading.presence == {Kind.PLACE: Presence.SUSPECT}
    assert next_page_url([serve_as(page, first_page_url(PLACE_LIST))], PLACE_LIST, 300) is None


def test_a_row_that_the_state_does_not_know_is_suspect() -> None:
    for naming in NAMINGS:
        page = place_list_page(KEYWORD, places(1, 3), naming=naming, state=place_list_state(KEYWORD, places(1, 2)))

        assert read_list(page).presence == {Kind.PLACE: Presence.SUSPECT}


def test_a_state_without_rows_is_suspect_and_still_shows_its_order() -> None:
    reading = read_list(place_list_page(KEYWORD, [place(1, row="missing"), place(2, row="missing")]))

    assert reading.presence == {Kind.PLACE: Presence.SUSPECT}
    assert ranked(reading) == named(1, 2)


def test_a_paid_row_without_any_mark_is_told_from_the_organic_row_of_the_same_place_by_the_order() -> None:
    organic = [place(1), place(2), place(3)]
    state = place_list_state(KEYWORD, [*organic, place(2, sort="ad"), place(8, sort="ad")])
    rows = [place(8), place(2), *organic]

    reading = read_list(place_list_page(KEYWORD, rows, naming="name", state=state))

    assert reading.presence == {Kind.PLACE: Presence.PRESENT}
    assert ranked(reading) == named(1, 2, 3)
    assert set(reading.left_out) == {LeftOut("1000000002", "ad"), LeftOut("1000000008", "ad")}


def test_a_paid_entry_within_the_organic_list_is_known_by_its_key_where_its_row_has_no_mark() -> None:
    rows = [place(8), *places(1, 3)]
    state = place_list_state(KEYWORD, rows)
    (listing,) = (value for key, value in state["ROOT_QUERY"].items() if key.startswith("placeList("))
    listing["businesses"]["items"][0] = {"__ref": "ListItem:1000000008:nad-a001-06"}
    state["ListItem:1000000008:nad-a001-06"] = state["ListItem:1000000008:1000000008"]

    reading = read_list(place_list_page(KEYWORD, rows, naming="name", state=state))

    assert ranked(reading) == named(1, 2, 3)
    assert reading.left_out == (LeftOut("1000000008", "ad"),)


def test_a_paid_row_without_a_link_is_left_out_under_the_number_that_its_id_begins_with() -> None:
    page = place_list_page(KEYWORD, [place(91, sort="ad"), place(1)], state=place_list_state(KEYWORD, [place(1)]))
    bare = page.replace("https://m.place.naver.com/restaurant/1000000091?entry=pll", "#")
    named = bare.replace("nad-a001-1000000091", "1000000091_nad-a001-06-000000000000091")

    assert read_list(named).left_out == (LeftOut("1000000091", "ad"),)
    assert read_list(bare).left_out == ()
    assert ranked(read_list(named)) == ranked(read_list(bare)) == [(1, "1000000001")]


GATE = '<html><body><script>var page = {"pageId":"wtm-ncaptcha","confirmRules":[]};</script></body></html>'


@pytest.mark.parametrize(
    ("html", "verdict"),
    [
        (GATE, PageVerdict.BLOCKED),
        ('{"pageId":"place-ncaptcha","confirmRules":[]}', PageVerdict.BLOCKED),
        (GATE.replace('"', '\\"'), PageVerdict.BLOCKED),
        ("", PageVerdict.TRUNCATED),
        (place_list_page(KEYWORD, places(1, 5), has_state=False), PageVerdict.LAYOUT_UNKNOWN),
        (place_list_page("떡볶이", places(1, 5)), PageVerdict.LAYOUT_UNKNOWN),
        (place_list_page(KEYWORD, [place(1, sort="ad"), place(2, sort="ad")]), PageVerdict.LAYOUT_UNKNOWN),
        (place_list_page(KEYWORD, [place(1, sort="new"), place(2, sort="opening")]), PageVerdict.LAYOUT_UNKNOWN),
        (place_list_page(KEYWORD, []), PageVerdict.LAYOUT_UNKNOWN),
        (place_list_page(KEYWORD, places(1, 30))[:3000], PageVerdict.TRUNCATED),
        (place_list_page(KEYWORD, places(1, 30))[:-600] + "</body></html>", PageVerdict.LAYOUT_UNKNOWN),
        (place_list_page(KEYWORD, [], before="<p>조건에 맞는 업체가 없습니다.</p>"), PageVerdict.RECOGNISED_EMPTY),
        (
            place_list_page(KEYWORD, [place(1, sort="ad")], before="<p>조건에 맞는 업체가 없습니다.</p>"),
            PageVerdict.LAYOUT_UNKNOWN,
        ),
    ],
)
def test_nothing_but_a_list_of_the_keyword_or_navers_statement_is_recognised(html: str, verdict: PageVerdict) -> None:
    reading = read_list(html)

    assert reading.verdict is verdict
    assert reading.evidence
    assert reading.cards == ()


def test_a_list_that_names_captcha_in_its_scripts_and_rows_is_no_gate() -> None:
    entries = [place(1, name='보안 확인을 완료해 주세요 "pageId":"x-ncaptcha"'), place(2)]

    assert ranked(read_list(place_list_page(KEYWORD, entries))) == named(1, 2)


def test_a_list_of_another_keyword_beside_the_right_one_is_not_taken() -> None:
    state = place_list_state("떡볶이", places(50, 59))
    own = place_list_state(KEYWORD, places(1, 3))
    state["ROOT_QUERY"].update(own.pop("ROOT_QUERY"))
    state.update(own)

    assert ranked(read_list(place_list_page(KEYWORD, places(1, 3), state=state))) == named(1, 2, 3)


@pytest.mark.parametrize("status", [404, 500, 503])
def test_no_other_status_than_200_is_recognised(status: int) -> None:
    page = serve_as(place_list_page(KEYWORD, places(1, 3)), first_page_url(PLACE_LIST), status)

    assert read_page(page, PLACE_LIST).verdict is PageVerdict.LAYOUT_UNKNOWN


@pytest.mark.parametrize("wrapped", ["restaurantListInput", "input"])
def test_the_keyword_of_a_list_is_found_however_deep_its_arguments_keep_it(wrapped: str) -> None:
    state = place_list_state(KEYWORD, places(1, 3), field="restaurantList")
    root = state["ROOT_QUERY"]
    key = next(key for key in root if key.startswith("restaurantList("))
    asked = {wrapped: {"query": KEYWORD, "start": 1}, "reverseGeocodingInput": {"x": "127"}, "isNmap": True}
    root[f"restaurantList({json.dumps({'isBounds': True, 'asked': asked}, ensure_ascii=False)})"] = root.pop(key)

    reading = read_list(place_list_page(KEYWORD, places(1, 3), state=state))

    assert ranked(reading) == named(1, 2, 3)
    assert read(
        place_list_page(KEYWORD, places(1, 3), state=state), keyword="국밥", surface=Surface.PLACE_LIST
    ).verdict is (PageVerdict.LAYOUT_UNKNOWN)


def test_a_list_from_the_other_devices_host_is_not_this_devices_list() -> None:
    mobile = first_page_url(key_of(surface=Surface.PLACE_LIST, device=Device.MOBILE))

    reading = read_page(serve_as(place_list_page(KEYWORD, places(1, 3)), mobile), PLACE_LIST)

    assert reading.verdict is PageVerdict.LAYOUT_UNKNOWN
    assert any("which is not for pc" in fact for fact in reading.evidence)


def test_a_row_that_says_its_number_is_not_overruled_by_the_names_it_says() -> None:
    """Names are the last resort: a positive reading by number or link goes before them."""
    first, second, paid = "1000000001", "1000000002", "1000000003"
    entries = [
        Listed(first, name="모의 국밥 (가상 국밥 옆)"),
        Listed(second, name="가상 국밥"),
        Listed(paid, name="모의 국밥", sort="ad"),
    ]

    for naming in ("attribute", "link"):
        reading = read(place_list_page(KEYWORD, entries, naming=naming), surface=Surface.PLACE_LIST)

        assert ranked(reading) == [(1, first), (2, second)]
        assert look_up(reading, Target(Kind.PLACE, paid)) == NotExposed(depth=2, block_absent=False)


def test_a_paid_row_without_number_is_known_by_its_ending_though_it_says_the_next_name() -> None:
    entries = [place(9, sort="ad", name="가게 1 본점"), place(1, name="가게 1"), place(2), place(3)]
    html = place_list_page(KEYWORD, entries, naming="name").replace(LABEL, "")

    reading = read_list(html.replace('<li class="row"', '<li data-laim-exp-id="undefined*e" class="row"', 1))

    assert reading.presence[Kind.PLACE] is Presence.PRESENT
    assert ranked(reading) == named(1, 2, 3)


def test_an_ending_that_all_rows_have_says_nothing() -> None:
    html = place_list_page(KEYWORD, places(1, 3))

    reading = read_list(html.replace('<li class="row"', '<li data-laim-exp-id="undefined*e" class="row"'))

    assert ranked(reading) == named(1, 2, 3)


def test_the_paid_row_of_a_place_that_ranks_further_down_moves_no_rank() -> None:
    entries = [place(1), place(2), place(3)]
    html = place_list_page(KEYWORD, entries)
    start = html.index('<li class="row"', html.index(entries[2].id) - 60)
    paid = html[start : html.index("</li></ul></li>", start) + len("</li></ul></li>")]
    marked = paid.replace('<li class="row"', '<li class="row" data-laim-exp-id="undefined*e"', 1)

    reading = read_list(html.replace('<li class="row"', f'{marked}<li class="row"', 1))

    assert ranked(reading) == named(1, 2, 3)
    assert LeftOut(entries[2].id, "ad") in reading.left_out


def test_the_row_out_of_turn_is_named_by_the_doubt() -> None:
    entries = [place(1), place(2), place(3)]
    rows = [place(1), place(3), place(2)]

    reading = read_list(place_list_page(KEYWORD, rows, state=place_list_state(KEYWORD, entries)))

    assert [doubt.card for doubt in reading.doubts] == [place(3).id]
