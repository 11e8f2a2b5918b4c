"""Hostile texts through the use cases that people and messages reach, on both databases."""

import json

import pytest
from sqlalchemy import Engine, inspect

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.actor import SYSTEM
from sunwi.domain.failure import UnmeasuredTask
from sunwi.domain.run import TaskState
from sunwi.domain.tracking_list import TrackingFilter
from sunwi.errors import BadMessage, InvalidInput, LayoutUnknown
from sunwi.service.trackings.list_trackings import ListTrackings
from sunwi.service.trackings.parse_tracking import TrackingFields, parse_tracking
from tests.examples import receipt, recognised
from tests.hostile import REFUSED, TAKEN
from tests.night import SCHEDULED, Night

URL = "https://map.naver.com/p/entry/place/1648862917"


@pytest.fixture
def night(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> Night:
    """A night on the database, at its beginning."""
    night = Night(store)
    monkeypatch.setattr("sunwi.sites.naver.surface_reading.read_page", night.read_page)
    return night


def failure(night: Night) -> UnmeasuredTask:
    with night.sql.read() as tx:
        [failed] = tx.failures.unmeasured(SCHEDULED, list(TaskState))
    return failed


def typed(text: str) -> TrackingFields:
    return TrackingFields(kind="place", keyword=text, target_url=URL, client=text, agency=text)


@pytest.mark.parametrize("text", TAKEN.values(), ids=TAKEN.keys())
def test_a_tracking_of_such_words_is_stored_found_again_and_measured(engine: Engine, night: Night, text: str) -> None:
    tables = set(inspect(engine).get_table_names())
    added, again = (night.manage.add(SYSTEM, parse_tracking(typed(text))) for _ in range(2))
    assert (added.is_new, again.is_new) == (True, False)
    listing = ListTrackings(store=night.store, clock=night.clock)
    [line] = listing.page(SYSTEM, TrackingFilter(keyword=text, client=text, text=text)).lines
    assert (line.tracking.keyword, line.tracking.client, line.tracking.agency) == (text, text, text)

    night.show(LayoutUnknown(f"the page says {text}"), recognised("1648862917"), keyword=text)
    night.dispatch.scheduled(night.clock.now())
    with pytest.raises(LayoutUnknown):
        night.deliver()
    assert failure(night).keyword == text
    assert failure(night).reason == f"LayoutUnknown: the page says {text}"
    night.clock.advance(minutes=2)
    measured = night.deliver()
    assert measured is not None
    assert measured.rank == 1
    assert set(inspect(engine).get_table_names()) == tables


@pytest.mark.parametrize(("text", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_such_words_reach_no_database(night: Night, text: str, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_tracking(typed(text))
    parts = str(refused.value).split("; ")
    assert len([part for part in parts if words in part or "has 10000 characters" in part]) == 3
    with night.store.read() as tx:
        assert tx.trackings.list() == []


@pytest.mark.parametrize("text", [text for text, _ in REFUSED.values()], ids=REFUSED.keys())
def test_reasons_of_any_words_are_stored_without_what_a_database_cannot_hold(night: Night, text: str) -> None:
    night.track(parse_tracking(TrackingFields(kind="place", keyword="김밥", target_url=URL)))
    night.show(LayoutUnknown(text), keyword="김밥")
    night.dispatch.scheduled(night.clock.now())
    for _ in range(3):
        with pytest.raises(LayoutUnknown):
            night.deliver()
        night.clock.advance(minutes=5)
    reason = failure(night).reason
    assert reason.startswith("LayoutUnknown: ")
    assert "\0" not in reason
    assert reason.encode()


@pytest.mark.parametrize("text", [*TAKEN.values(), *(text for text, _ in REFUSED.values())])
def test_a_message_of_any_words_is_a_bad_one_and_costs_nothing(night: Night, text: str) -> None:
    night.track(parse_tracking(TrackingFields(kind="place", keyword="김밥", target_url=URL)))
    night.dispatch.scheduled(night.clock.now())
    bodies = [text, json.dumps(text), *(json.dumps({"run_id": text, "tracking_id": number}) for number in (1, text))]
    for body in bodies:
        with pytest.raises(BadMessage) as bad:
            night.crawl.handle(body, receipt("bad"))
        assert len(str(bad.value)) < 2_000
    assert night.queue.postponed == [("bad", 0)] * len(bodies)
    assert night.counts().left == 1
    assert night.history() == []
