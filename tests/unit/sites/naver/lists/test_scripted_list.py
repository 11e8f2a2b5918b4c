"""The mobile place list, which arrives empty and is written by its own script."""

import pytest

from sunwi.domain.failure import FailureCause, cause_of
from sunwi.domain.outcome import Exposed, NotExposed, NotMeasured, look_up
from sunwi.domain.reading import LeftOut, PageReading, PageVerdict, Presence
from sunwi.domain.tracking import Device, Kind, Surface, Target
from sunwi.errors import PageUnrendered
from sunwi.service.pages.read_stored_page import read_stored_pages
from sunwi.sites.naver.page_addresses import first_page_url
from sunwi.sites.naver.pages import lacks_rows, next_page_url
from sunwi.sites.naver.read_page import read_page, read_pages
from tests.fixtures.naver.lists import Listed, scripted_list_page
from tests.fixtures.naver.reading import KEYWORD, key_of, ranked, serve_all, serve_as

KEY = key_of(device=Device.MOBILE, surface=Surface.PLACE_LIST)
ROWS = [Listed(f"{1000000000 + number}") for number in range(6)]


def read_list(html: str) -> PageReading:
    return read_page(serve_as(html, first_page_url(KEY)), KEY)


def test_an_empty_list_is_waited_for_and_has_a_reason_of_its_own() -> None:
    shell = serve_as(scripted_list_page(KEYWORD), first_page_url(KEY))

    assert lacks_rows(shell, KEY)
    reading = read_page(shell, KEY)
    assert reading.verdict is PageVerdict.UNRENDERED
    outcome = look_up(reading, Target(Kind.PLACE, "1000000000"))
    assert isinstance(outcome, NotMeasured)
    error = outcome.as_error()
    assert isinstance(error, PageUnrendered)
    assert cause_of(error) is FailureCause.UNRENDERED
    assert "script wrote no row" in str(error)


def test_rows_that_the_script_has_written_are_the_ranks() -> None:
    reading = read_list(scripted_list_page(KEYWORD, ROWS))

    assert (reading.verdict, reading.presence) == (PageVerdict.RECOGNISED, {Kind.PLACE: Presence.PRESENT})
    assert ranked(reading) == [(rank, row.id) for rank, row in enumerate(ROWS, 1)]
    third = look_up(reading, Target(Kind.PLACE, ROWS[2].id))
    assert isinstance(third, Exposed)
    assert third.rank == 3
    assert look_up(reading, Target(Kind.PLACE, "1999999999")) == NotExposed(depth=6, block_absent=False)


def test_paid_and_new_rows_among_them_take_no_rank() -> None:
    mixed = [Listed("2000000001", sort="ad"), *ROWS[:2], Listed("2000000002", sort="opening"), *ROWS[2:]]

    reading = read_list(scripted_list_page(KEYWORD, mixed))

    assert ranked(reading) == [(rank, row.id) for rank, row in enumerate(ROWS, 1)]
    assert set(reading.left_out) == {LeftOut("2000000001", "ad"), LeftOut("2000000002", "new_opening")}


def test_a_new_opening_that_only_a_label_tells_takes_no_rank() -> None:
    label = '<span class="x">새로 오픈</span>'
    named = Listed("1000000009", name="새로오픈 식당")
    page = scripted_list_page(KEYWORD, [named, *ROWS])
    mark = f"<span>{ROWS[0].shown_name}</span>"

    reading = read_list(page.replace(mark, f"{mark}{label}"))

    assert ranked(reading)[:2] == [(1, named.id), (2, ROWS[1].id)]
    assert reading.left_out == (LeftOut(ROWS[0].id, "new_opening"),)


NO_MORE = "<div>조건에 맞는 업체가 없습니다.</div>"


@pytest.mark.parametrize(
    ("second", "beyond"),
    [(scripted_list_page(KEYWORD, loading=NO_MORE), None), (scripted_list_page(KEYWORD), PageVerdict.UNRENDERED)],
)
def test_a_list_ends_where_naver_says_so_and_nobody_knows_where_its_script_says_nothing(
    second: str, beyond: PageVerdict | None
) -> None:
    served = serve_all([scripted_list_page(KEYWORD, ROWS), second], KEY)

    reading = read_pages(served, KEY)

    assert (reading.verdict, reading.beyond) == (PageVerdict.RECOGNISED, beyond)
    assert next_page_url(served, KEY, 300) is None
    assert isinstance(look_up(reading, Target(Kind.PLACE, ROWS[3].id)), Exposed)
    unseen = look_up(reading, Target(Kind.PLACE, "1999999999"))
    assert isinstance(unseen, NotExposed if beyond is None else NotMeasured)


def test_an_empty_list_that_naver_says_is_empty_is_a_reading() -> None:
    reading = read_list(scripted_list_page(KEYWORD, loading=NO_MORE))

    assert reading.verdict is PageVerdict.RECOGNISED_EMPTY


def test_paid_rows_alone_measure_nothing() -> None:
    reading = read_list(scripted_list_page(KEYWORD, [Listed("2000000001", sort="ad")]))

    assert reading.verdict is PageVerdict.UNRENDERED


def test_a_row_that_links_two_places_makes_the_list_suspect() -> None:
    page = scripted_list_page(KEYWORD, ROWS)
    other = '<a href="https://m.place.naver.com/restaurant/2000000009?entry=pll">x</a>'

    reading = read_list(page.replace("<span>음식점</span>", f"<span>음식점</span>{other}", 1))

    assert reading.presence == {Kind.PLACE: Presence.SUSPECT}
    assert reading.doubts


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f'"{KEYWORD}"', '"떡볶이"'),
        ("__APOLLO_STATE__ = {}", '__APOLLO_STATE__ = {"ROOT_QUERY": {}}'),
        ("g_query", "h_query"),
    ],
)
def test_rows_without_a_state_are_only_believed_on_the_empty_list_of_the_keyword(old: str, new: str) -> None:
    reading = read_list(scripted_list_page(KEYWORD, ROWS).replace(old, new))

    assert reading.verdict is PageVerdict.LAYOUT_UNKNOWN


def test_a_stored_list_takes_its_keyword_from_the_page() -> None:
    stored = read_stored_pages([scripted_list_page(KEYWORD, ROWS)], surface=Surface.PLACE_LIST, device=Device.MOBILE)

    assert stored.keyword == KEYWORD
    assert stored.reading.verdict is PageVerdict.RECOGNISED


def test_a_page_that_names_no_keyword_is_not_said_to_answer_a_replacement_character() -> None:
    for surface in Surface:
        stored = read_stored_pages(["<html><body><p>hello</p></body></html>"], surface=surface)

        assert stored.keyword is None
        assert stored.reading.evidence[0] == "no page names its keyword, and none was given"
        assert not any("\N{REPLACEMENT CHARACTER}" in fact for fact in stored.reading.evidence)


def two_places(text: str) -> str:
    """Links of one row to two places."""
    return "".join(f'<a href="https://m.place.naver.com/place/{number}">{text}</a>' for number in (2000000, 3000000))


def test_a_paid_row_that_links_two_places_is_paid_all_the_same() -> None:
    paid = f'<li data-laim-exp-id="undefined*e">{two_places("x")}</li>'

    reading = read_list(scripted_list_page(KEYWORD, ROWS).replace("<ul>", f"<ul>{paid}", 1))

    assert reading.presence == {Kind.PLACE: Presence.PRESENT}
    assert ranked(reading) == [(rank, row.id) for rank, row in enumerate(ROWS, 1)]


@pytest.mark.parametrize("at", ['<div class="list">', "<script>"])
def test_places_that_are_recommended_beside_the_rows_take_no_rank(at: str) -> None:
    row = '<li><a href="https://m.place.naver.com/place/2000000001">x</a></li>'
    html = scripted_list_page(KEYWORD, ROWS)
    assert at in html

    reading = read_list(html.replace(at, f'<div id="rbp-main-section-root"><ul>{row}</ul></div>{at}', 1))

    assert ranked(reading) == [(rank, row.id) for rank, row in enumerate(ROWS, 1)]


def test_the_row_that_names_no_place_is_named_by_the_doubt() -> None:
    html = scripted_list_page(KEYWORD, ROWS).replace("<ul>", f"<ul><li>{two_places('골목')}</li>", 1)

    assert [(doubt.card, doubt.reason) for doubt in read_list(html).doubts] == [("골목골목", "row 1 names no place")]
