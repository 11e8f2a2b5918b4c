import json
from urllib.parse import parse_qs, urlsplit

import pytest

from sunwi.domain.outcome import NotExposed, look_up
from sunwi.domain.reading import LeftOut, PageReading, PageVerdict, Presence
from sunwi.domain.tracking import Device, Kind, Surface, Target
from sunwi.sites.naver.lists.paged_reading import PagedReading
from sunwi.sites.naver.page_addresses import first_page_url
from sunwi.sites.naver.pages import next_page_url
from sunwi.sites.naver.read_page import read_page, read_pages
from tests.fixtures.naver.lists import LABEL, Listed, place_list_page, place_list_state
from tests.fixtures.naver.reading import KEYWORD, key_of, ranked, read, serve_all, serve_as

PLACE_LIST = key_of(surface=Surface.PLACE_LIST)
NAMINGS = ("attribute", "link", "name")


def place(number: int, **given: str) -> Listed:
    return Listed(f"{1000000000 + number}", **given)


def places(first: int, last: int) -> list[Listed]:
    return [place(number) for number in range(first, last + 1)]


def named(*numbers: int) -> list[tuple[int, str]]:
    return [(rank, f"{1000000000 + number}") for rank, number in enumerate(numbers, 1)]


def read_list(html: str, device: Device = Device.PC) -> PageReading:
    return read(html, device=device, surface=Surface.PLACE_LIST)


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


def test_the_list_is_read_on_behind_the_last_row_that_naver_counts() -> None:
    def page(first: int, last: int, *others: Listed) -> str:
        entries = [*others, *places(first, last)]
        return place_list_page(KEYWORD, entries, state=place_list_state(KEYWORD, entries, total=208))

    bodies = [page(1, 69, place(801, sort="new"), place(901, sort="ad")), page(68, 137), page(138, 200)]
    served = serve_all(bodies, PLACE_LIST, depth=300)

    starts = [parse_qs(urlsplit(item.requested_url).query)["start"] for item in served]
    assert starts == [["1"], ["71"], ["141"]]
    assert [parse_qs(urlsplit(item.requested_url).query)["display"] for item in served] == [["70"]] * 3
    reading = read_pages(served, PLACE_LIST)
    assert ranked(reading) == named(*range(1, 201))
    assert reading.depth == {Kind.PLACE: 200}
    assert next_page_url(served, PLACE_LIST, 300) == served[0].requested_url.replace("&start=1", "").replace(
        "&locale=ko", "&locale=ko&start=204"
    )
    assert next_page_url(served, PLACE_LIST, 200) is None


def test_a_list_of_which_only_the_first_rows_are_shown_is_read_on_behind_those() -> None:
    entries = [*places(1, 10), *(place(number, row="missing") for number in range(11, 71))]
    page = serve_as(place_list_page(KEYWORD, entries), first_page_url(PLACE_LIST))

    following = next_page_url([page], PLACE_LIST, 300)

    assert following is not None
    assert parse_qs(urlsplit(following).query)["start"] == ["11"]
    reading = read_page(page, PLACE_LIST)
    assert reading.depth == {Kind.PLACE: 10}
    assert LeftOut("1000000011", "not_shown") in reading.left_out


@pytest.mark.parametrize(("shown", "pages"), [(70, 5), (10, 30), (7, 40)])
def test_a_list_that_shows_few_of_its_entries_is_read_on_without_a_gap_within_forty_pages(
    shown: int, pages: int
) -> None:
    reading = PagedReading(PLACE_LIST)
    count = 0
    while (url := reading.next_url(300)) is not None:
        start = int(parse_qs(urlsplit(url).query)["start"][0])
        entries = [
            place(number, row="shown" if number < start + shown else "missing") for number in range(start, start + 70)
        ]
        state = place_list_state(KEYWORD, entries, total=26087, start=start)
        reading.add(serve_as(place_list_page(KEYWORD, entries, state=state), url))
        count += 1

    whole = reading.reading()
    assert (count, whole.verdict) == (pages, PageVerdict.RECOGNISED)
    assert ranked(whole) == named(*range(1, pages * shown + 1))
    assert whole.depth == {Kind.PLACE: pages * shown}


def test_what_one_page_did_not_show_and_the_next_one_does_is_not_left_out() -> None:
    first = place_list_page(
        KEYWORD,
        [*places(1, 2), place(3, row="missing")],
        state=place_list_state(KEYWORD, places(1, 3), total=9),
    )
    second = place_list_page(KEYWORD, places(3, 5), state=place_list_state(KEYWORD, places(3, 5), total=5, start=3))

    reading = read_pages(serve_all([first, second], PLACE_LIST), PLACE_LIST)

    assert ranked(reading) == named(1, 2, 3, 4, 5)
    assert reading.left_out == ()


def test_a_list_ends_with_the_number_that_naver_says_and_where_nothing_new_comes() -> None:
    whole = serve_all([place_list_page(KEYWORD, places(1, 12))], PLACE_LIST)
    again = place_list_page(KEYWORD, places(1, 5), state=place_list_state(KEYWORD, places(1, 5), total=99))

    assert next_page_url(whole, PLACE_LIST, 300) is None
    assert next_page_url(serve_all([again, again], PLACE_LIST), PLACE_LIST, 300) is None


def read_to_the_end(count: int, behind: list[Listed], *, total: int, said: str = "") -> PageReading:
    """Read a page of so many rows, and another one behind it."""
    first = place_list_page(KEYWORD, places(1, count), state=place_list_state(KEYWORD, places(1, count), total=total))
    state = place_list_state(KEYWORD, behind, total=total, start=count + 1)
    served = serve_all([first, place_list_page(KEYWORD, behind, state=state, before=said)], PLACE_LIST)
    assert next_page_url(served, PLACE_LIST, 300) is None
    return read_pages(served, PLACE_LIST)


@pytest.mark.parametrize(
    ("count", "behind", "total", "said"),
    [
        (280, [], 26087, ""),
        (280, [place(999, sort="ad")], 26087, ""),
        (5, [], 26087, "<p>조건에 맞는 업체가 없습니다.</p>"),
        (5, [], 40, ""),
    ],
)
def test_a_list_ends_where_naver_gives_nothing_more(count: int, behind: list[Listed], total: int, said: str) -> None:
    reading = read_to_the_end(count, behind, total=total, said=said)

    assert reading.verdict is PageVerdict.RECOGNISED
    assert reading.depth == {Kind.PLACE: count}
    assert f"page 2: no organic entries from {count + 1} on" in reading.evidence


@pytest.mark.parametrize(
    ("count", "behind", "total"),
    [
        (69, [place(999, sort="ad")], 26087),
        (69, [place(999, sort="ad")], 75),
        (69, [place(998, sort="new")], 26087),
        (69, [place(998, sort="new")], 71),
        (280, [place(998, sort="new"), place(999, sort="ad")], 26087),
        (69, [], 26087),
    ],
)
def test_a_list_does_not_end_with_advertisements_or_new_openings_while_more_is_said_to_be(
    count: int, behind: list[Listed], total: int
) -> None:
    reading = read_to_the_end(count, behind, total=total)

    assert reading.verdict is PageVerdict.LAYOUT_UNKNOWN
    assert reading.cards == ()
    assert reading.evidence[-1].endswith(f"{total} are said to be")


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


@pytest.mark.parametrize("entries", [places(71, 75), [], [place(99, sort="ad")]])
def test_a_page_is_not_read_when_rows_before_it_are_missing(entries: list[Listed]) -> None:
    later = serve_as(place_list_page(KEYWORD, entries), first_page_url(PLACE_LIST).replace("start=1", "start=71"))
    first = serve_as(place_list_page(KEYWORD, places(1, 5)), first_page_url(PLACE_LIST))

    assert read_page(later, PLACE_LIST).verdict is PageVerdict.LAYOUT_UNKNOWN
    assert read_pages([first, later], PLACE_LIST).verdict is PageVerdict.LAYOUT_UNKNOWN


def test_a_list_that_was_redirected_to_a_trade_is_read_on_there() -> None:
    page = place_list_page(KEYWORD, places(1, 5), state=place_list_state(KEYWORD, places(1, 5), total=99))
    asked = first_page_url(PLACE_LIST)
    final = asked.replace("/place/list", "/restaurant/list")
    served = serve_as(page, asked).__class__(requested_url=asked, final_url=final, status=200, html=page)

    following = next_page_url([served], PLACE_LIST, 300)

    assert following is not None
    assert following.startswith("https://pcmap.place.naver.com/restaurant/list?")
    assert following.endswith("&start=6")


def test_a_later_page_that_is_blocked_decides_the_verdict() -> None:
    first = place_list_page(KEYWORD, places(1, 70), state=place_list_state(KEYWORD, places(1, 70), total=999))
    served = [
        *serve_all([first], PLACE_LIST),
        serve_as("", first_page_url(PLACE_LIST).replace("start=1", "start=71"), 429),
    ]

    reading = read_pages(served, PLACE_LIST)

    assert reading.verdict is PageVerdict.BLOCKED
    assert reading.evidence[-1] == "page 2: HTTP status 429"
    assert reading.cards == ()


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
