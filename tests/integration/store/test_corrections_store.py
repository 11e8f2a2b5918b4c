from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.correction import Correction, LedgerStatement
from sunwi.domain.reading import PageReading, PageVerdict, ServedPage
from sunwi.domain.tracking import PageKey
from sunwi.errors import LayoutUnknown
from sunwi.service.ledger.replay_run import ReplayRun
from sunwi.sites.naver.read_page import PARSER_VERSION
from tests.examples import DAY, EXPOSED_LOOK, NIGHT, blog_tracking, page_key, place_tracking, recognised, unreadable
from tests.night import SCHEDULED, Night

EXPOSED = LedgerStatement(rank=1, area="nmb_rnk", page_rank=1, depth=1)
MOVED = LedgerStatement(rank=2, area="nmb_rnk", page_rank=2, depth=2)
MISSED = LedgerStatement(rank=None, area=None, page_rank=None, depth=2)
OTHER_LOOK = replace(EXPOSED_LOOK, page_reading_id=2, rank=1, page_rank=1, depth=1)
CORRECTION = Correction(
    tracking_id=1,
    date=DAY,
    page_reading_id=1,
    old=EXPOSED,
    new=MISSED,
    old_parser_version="2026.1",
    new_parser_version="2026.2",
    corrected_at=NIGHT,
    reason="replay of a run",
)


@pytest.fixture
def night(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> Night:
    """A place that was found first, and a blog post of another keyword whose page nobody could read."""
    night = Night(store)
    monkeypatch.setattr("sunwi.sites.naver.surface_reading.read_page", night.read_page)
    night.start(place_tracking(101), blog_tracking(keyword="수분크림"))
    night.show(recognised("101"))
    night.show(unreadable(PageVerdict.LAYOUT_UNKNOWN), keyword="수분크림")
    night.deliver(1, "m1")
    for _ in range(2):
        with pytest.raises(LayoutUnknown):
            night.deliver(2, "m2")
    return night


def test_a_correction_is_stored_and_given_back_whole(night: Night) -> None:
    later = replace(CORRECTION, old=MISSED, new=MOVED, corrected_at=NIGHT + timedelta(days=1))
    with night.sql.begin() as tx:
        tx.corrections.add(CORRECTION)
        tx.corrections.add(later)
        assert tx.corrections.history(1) == [CORRECTION, later]
        assert tx.corrections.history(2) == []


def test_what_a_correction_did_to_the_sum_of_a_session_is_stored(night: Night) -> None:
    freed = replace(CORRECTION, new=EXPOSED, old_counts=False, new_counts=True)
    with night.sql.begin() as tx:
        tx.corrections.add(freed)
        tx.corrections.add(replace(freed, old_counts=True, new_counts=False))
        assert tx.corrections.history(1) == [freed, replace(freed, old_counts=True, new_counts=False)]


def test_a_row_names_its_page_reading_and_its_last_reader(night: Night) -> None:
    with night.sql.begin() as tx:
        row = tx.ledger.get(1, DAY)
        assert row is not None
        assert tx.corrections.reader_of(row) == (1, PARSER_VERSION)
        tx.corrections.add(CORRECTION)
        assert tx.corrections.reader_of(row) == (1, CORRECTION.new_parser_version)


def test_the_kept_readings_of_a_run_are_given_with_their_pages(night: Night) -> None:
    with night.sql.read() as tx:
        first, *others = tx.corrections.kept_readings(SCHEDULED)
        assert tx.corrections.kept_readings("another") == []
    assert (first.id, first.key, first.evidence_key) == (1, page_key(), f"{SCHEDULED}/1")
    assert [reading.key.keyword for reading in others] == ["수분크림", "수분크림"]


def test_a_look_is_given_with_the_row_that_states_it_and_its_last_reader(night: Night) -> None:
    with night.sql.begin() as tx:
        [look] = tx.corrections.observations_of_run(SCHEDULED)
        row = tx.ledger.get(1, DAY)
        assert row is not None
        assert (look.tracking, look.row, look.found) == (tx.trackings.get(1), row, EXPOSED)
        assert (look.page_reading_id, look.date, look.observation_id) == (1, DAY, row.observation_id)
        tx.corrections.add(replace(CORRECTION, new_parser_version="2026.7"))
        tx.corrections.add(replace(CORRECTION, new_parser_version="2026.8"))
        tx.ledger.update(replace(row, rank=2, page_rank=2, depth=2))
        [look] = tx.corrections.observations_of_run(SCHEDULED)
        assert (look.found, look.parser_version) == (MOVED, "2026.8")


def test_a_look_whose_day_states_another_has_no_row(night: Night) -> None:
    with night.sql.begin() as tx:
        row = tx.ledger.get(1, DAY)
        [look] = tx.corrections.observations_of_run(SCHEDULED)
        assert row is not None
        observation_id = tx.ledger.observe(OTHER_LOOK)
        assert observation_id is not None
        tx.ledger.update(replace(row, observation_id=observation_id))
        looks = tx.corrections.observations_of_run(SCHEDULED)
        assert [(found.observation_id, found.row is None) for found in looks] == [
            (look.observation_id, True),
            (observation_id, False),
        ]


def test_what_was_not_measured_is_given_with_its_last_reading(night: Night) -> None:
    with night.sql.read() as tx:
        [look] = tx.corrections.unmeasured_of_run(SCHEDULED)
    assert (look.tracking.id, look.page_reading_id, look.found, look.row) == (2, 3, None, None)
    assert look.date == DAY


def test_a_replay_corrects_once(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_again(_served: Sequence[ServedPage], _key: PageKey) -> PageReading:
        return recognised("999", "101")

    monkeypatch.setattr("sunwi.service.ledger.replay_run.read_pages", read_again)
    replay = ReplayRun(store=night.sql, evidence=night.evidence, clock=night.clock)
    applied = [[change.is_applied for change in replay.replay(SCHEDULED, apply=True).changes] for _ in range(2)]
    # The post that nobody could read then is no row of the ledger, so that it stays listed.
    assert applied == [[True, False], [False]]
    assert [LedgerStatement.of_row(row) for row in night.history()] == [MOVED]
    assert night.history(2) == []
    with night.sql.read() as tx:
        assert [(row.old, row.new) for row in tx.corrections.history(1)] == [(EXPOSED, MOVED)]
