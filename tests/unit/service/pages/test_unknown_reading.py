from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from sunwi.domain.reading import PageReading, PageVerdict, ServedPage
from sunwi.service.pages.unknown_reading import guard_reader
from tests.examples import page_key, recognised

PAGE = ServedPage(requested_url="https://x/1", final_url="https://x/2", status=200, html="<html>")


def fail() -> PageReading:
    raise ValueError("no row 3")


def test_what_a_reader_says_is_passed_on_as_it_is() -> None:
    reading = recognised()
    with capture_logs() as logs:
        assert guard_reader(lambda: reading, page_key(), [PAGE]) is reading
    assert logs == []


def test_a_reader_that_fails_leaves_an_unknown_layout_and_a_log_that_names_the_page() -> None:
    with capture_logs() as logs:
        found = guard_reader(fail, page_key(), [PAGE])
    assert found.verdict is PageVerdict.LAYOUT_UNKNOWN
    assert found.evidence == ("a reader failed: ValueError: 'no row 3'",)
    assert (found.surface, found.device) == (page_key().surface, page_key().device)
    [entry] = logs
    assert (entry["event"], entry["log_level"], entry["keyword"]) == ("reader_failed", "error", page_key().keyword)
    assert entry["url"] == "https://x/2"
    assert entry["exc_info"]


def test_a_reader_that_fails_before_the_first_page_names_none() -> None:
    pages: list[ServedPage] = []

    def gather() -> Iterator[ServedPage]:
        yield PAGE
        raise ValueError("no address")

    def read() -> PageReading:
        pages.extend(gather())
        return fail()

    with capture_logs() as logs:
        guard_reader(fail, page_key(), pages)
        guard_reader(read, page_key(), pages)
    assert [entry["url"] for entry in logs] == [None, "https://x/2"]


def test_what_ends_a_process_is_not_held_back() -> None:
    def interrupted() -> PageReading:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        guard_reader(interrupted, page_key(), [PAGE])
