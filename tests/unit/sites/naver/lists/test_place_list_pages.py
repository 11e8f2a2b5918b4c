from urllib.parse import parse_qs, urlsplit

import pytest

from sunwi.domain.reading import LeftOut, PageReading, PageVerdict
from sunwi.domain.tracking import Kind
from sunwi.sites.naver.lists.paged_reading import PagedReading
from sunwi.sites.naver.page_addresses import first_page_url
from sunwi.sites.naver.pages import next_page_url
from sunwi.sites.naver.read_page import read_page, read_pages
from tests.fixtures.naver.lists import Listed, place_list_page, place_list_state
from tests.fixtures.naver.reading import KEYWORD, ranked, serve_all, serve_as
from tests.unit.sites.naver.lists.place_rows import PLACE_LIST, named, place, places


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
