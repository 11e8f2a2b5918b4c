from collections import Counter
from urllib.parse import urlsplit

import pytest

from infra.local.demo.make import DEMO_FILE, demo_file
from infra.local.demo.plan import FAULTS, SEED, DemoTracking, demo_trackings, expected_outcomes
from infra.local.standin.naver.generator import page_html, page_truth
from sunwi.domain.outcome import Exposed, NotExposed, look_up
from sunwi.domain.reading import ServedPage
from sunwi.domain.tracking import PageKey
from sunwi.service.trackings.parse_tracking import parse_tracking
from sunwi.service.trackings.read_tracking_file import read_tracking_file
from sunwi.sites.naver.page_addresses import first_page_url
from sunwi.sites.naver.read_page import read_page
from sunwi.testing import InMemorySpreadsheets

TRACKINGS = demo_trackings()


def test_the_committed_file_is_what_the_truth_gives() -> None:
    assert DEMO_FILE.read_bytes() == demo_file(), "write it anew: python -m infra.local.demo.make"


def test_the_file_is_read_as_the_trackings_it_was_written_from() -> None:
    file = read_tracking_file(DEMO_FILE.read_bytes(), spreadsheets=InMemorySpreadsheets())
    parsed = [parse_tracking(row.fields) for row in file.rows]
    assert not file.errors
    assert [(row.target.kind, row.target.id, row.keyword, row.device) for row in parsed] == [
        (tracking.kind, tracking.target_id, tracking.keyword, tracking.device) for tracking in TRACKINGS
    ]


def test_the_demo_is_large_enough_and_has_every_kind() -> None:
    assert len(TRACKINGS) >= 66
    assert len({tracking.keyword for tracking in TRACKINGS}) == 20
    assert min(Counter(tracking.kind for tracking in TRACKINGS).values()) >= 20


def test_keyword_kind_and_address_name_one_tracking() -> None:
    names = {(outcome.keyword, outcome.kind, outcome.url) for outcome in expected_outcomes()}
    assert len(names) == len(TRACKINGS)


def test_targets_are_pasted_in_many_forms() -> None:
    forms = {
        f"{urlsplit(tracking.url).netloc}{urlsplit(tracking.url).path.rstrip('0123456789')}" for tracking in TRACKINGS
    }
    for host in ("map.naver.com", "m.place.naver.com", "pcmap.place.naver.com", "m.blog.naver.com", "m.cafe.naver.com"):
        assert any(form.startswith(host) for form in forms)
    assert any("PostView.naver?" in tracking.url for tracking in TRACKINGS)
    assert any("?art=" in tracking.url for tracking in TRACKINGS)


def test_all_three_outcomes_are_expected_for_every_kind() -> None:
    found = {(outcome.outcome, outcome.kind) for outcome in expected_outcomes()}
    assert found == {
        (outcome, kind) for outcome in ("exposed", "not_exposed", "not_measured") for kind in ("place", "blog", "cafe")
    }


def test_a_passing_fault_does_not_keep_a_keyword_from_being_measured() -> None:
    by_keyword = {outcome.keyword: outcome.outcome for outcome in expected_outcomes()}
    passing = {keyword for keyword, fault in FAULTS.items() if fault.times is not None}
    lasting = set(FAULTS) - passing
    assert {by_keyword[keyword] for keyword in passing} == {"exposed"}
    assert {by_keyword[keyword] for keyword in lasting} == {"not_measured"}


@pytest.mark.parametrize(
    ("tracking", "expected"),
    [pair for pair in zip(TRACKINGS, expected_outcomes(), strict=True) if pair[1].outcome != "not_measured"],
    ids=lambda value: value.keyword + value.target_id if isinstance(value, DemoTracking) else "",
)
def test_a_page_of_the_demo_is_read_as_expected(tracking: DemoTracking, expected: tuple[object, ...]) -> None:
    parsed = next(
        parse_tracking(row.fields)
        for row in read_tracking_file(DEMO_FILE.read_bytes(), spreadsheets=InMemorySpreadsheets()).rows
        if (row.fields.keyword, row.fields.target_url) == (tracking.keyword, tracking.url)
    )
    key = PageKey(parsed.surface, parsed.device, parsed.keyword)
    url, html = first_page_url(key), page_html(SEED, tracking.keyword, tracking.device)
    outcome = look_up(
        read_page(ServedPage(requested_url=url, final_url=url, status=200, html=html), key), parsed.target
    )
    match outcome:
        case Exposed(rank=rank):
            assert expected[3:] == ("exposed", rank)
        case NotExposed():
            assert expected[3:] == ("not_exposed", None)
        case _:
            pytest.fail(f"not measured: {outcome}")


def test_a_target_among_openings_ads_or_hidden_entries_is_exposed_only_by_a_card_of_its_own() -> None:
    expected = {(outcome.keyword, outcome.url): outcome.outcome for outcome in expected_outcomes()}
    found: set[tuple[str, str]] = set()
    for tracking in TRACKINGS:
        truth = page_truth(SEED, tracking.keyword, tracking.device)
        if reason := truth.left_out.get(tracking.target_id):
            found.add((reason, expected[tracking.keyword, tracking.url]))
    assert found == {
        ("ad", "not_exposed"),
        ("ad", "exposed"),
        ("new_opening", "not_exposed"),
        ("not_shown", "not_exposed"),
    }
