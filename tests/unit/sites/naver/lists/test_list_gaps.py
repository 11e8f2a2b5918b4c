"""Where a place list goes on when not all of its entries are shown, and when none is."""

from urllib.parse import parse_qs, urlsplit

import pytest

from sunwi.domain.tracking import Device, Surface
from sunwi.sites.naver.page_addresses import first_page_url
from sunwi.sites.naver.pages import lacks_rows, next_page_url
from tests.fixtures.naver.lists import Listed, place_list_page, place_list_state
from tests.fixtures.naver.pages import integrated_page
from tests.fixtures.naver.reading import KEYWORD, key_of, serve_as

PLACE_LIST = key_of(surface=Surface.PLACE_LIST)
SHOWN = [Listed(f"10000000{number}") for number in range(10, 20)]
BEHIND = [Listed(f"10000000{number}", row="missing") for number in range(20, 40)]


def next_start(html: str) -> list[str]:
    url = next_page_url([serve_as(html, first_page_url(PLACE_LIST))], PLACE_LIST, 300)
    return parse_qs(urlsplit(url or "").query)["start"]


def test_an_entry_that_comes_twice_does_not_carry_the_list_past_those_that_are_not_shown() -> None:
    again = Listed(SHOWN[2].id, row="missing")

    assert next_start(place_list_page(KEYWORD, [*SHOWN, *BEHIND, again])) == ["11"]


@pytest.mark.parametrize("sort", ["ad", "opening"])
def test_a_row_that_is_paid_or_new_above_the_list_does_not_carry_it_to_where_its_place_stands(sort: str) -> None:
    above = Listed(BEHIND[-1].id, sort=sort)
    state = place_list_state(KEYWORD, [*SHOWN, *BEHIND, above], total=99)

    assert next_start(place_list_page(KEYWORD, [above, *SHOWN], state=state)) == ["11"]


def test_new_openings_between_the_last_row_shown_and_the_next_are_passed_over() -> None:
    new = [Listed(f"20000000{number}", sort="new", row="missing") for number in range(10, 13)]

    assert next_start(place_list_page(KEYWORD, [*SHOWN, *new, *BEHIND])) == ["14"]


@pytest.mark.parametrize("device", list(Device))
def test_a_list_lacks_rows_only_where_its_state_came_whole_and_not_all_rows_did(device: Device) -> None:
    key = key_of(surface=Surface.PLACE_LIST, device=device)
    written = [Listed(entry.id, row="missing") for entry in SHOWN]

    def lacks(html: str, status: int = 200) -> bool:
        return lacks_rows(serve_as(html, first_page_url(key), status), key)

    page = place_list_page(KEYWORD, written)
    assert lacks(page)
    assert not lacks(page, status=403)
    assert not lacks(page[:-20])
    assert not lacks(place_list_page("other", written))
    assert not lacks(place_list_page(KEYWORD, []))
    assert lacks(place_list_page(KEYWORD, [*SHOWN[:1], *written[1:]]))
    assert not lacks(place_list_page(KEYWORD, SHOWN))
    other = place_list_state(KEYWORD, [*SHOWN, *BEHIND])
    assert not lacks(place_list_page(KEYWORD, [SHOWN[1], SHOWN[0]], state=other))
    assert not lacks(place_list_page(KEYWORD, written, has_state=False))
    search = key_of(device=device)
    assert not lacks_rows(serve_as(integrated_page(KEYWORD), first_page_url(search)), search)
