"""A day that is archived still proves itself: proof, replay, history, recount and the run's own page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from sunwi.adapters.sql.readings.reading_json import reading_from_json
from sunwi.domain.actor import SYSTEM
from sunwi.service.ledger.audit_sessions import AuditSessions
from sunwi.service.ledger.rebuild_states import RebuildStates
from sunwi.service.ledger.recount_sessions import RecountSessions
from sunwi.service.ledger.replay_run import ReplayReport, ReplayRun
from sunwi.service.ledger.show_proof import ShowProof
from sunwi.service.runs.show_run import ShowRun
from sunwi.service.trackings.show_tracking import ShowTracking
from tests.archive.archive_world import BILLED, ArchiveWorld, check_nothing_lost
from tests.examples import DAY, NIGHT, place_tracking, recognised
from tests.night import SCHEDULED, Night


@dataclass
class ArchivedNight:
    """A night of two places on one page and a third on another, measured, closed, and old by now."""

    night: Night
    old: ArchiveWorld

    def reports(self) -> dict[str, Any]:
        """Return all that is to be said of the day and is billed by."""
        store, clock = self.night.sql, self.night.clock
        proof = ShowProof(store=store, evidence=self.night.evidence)
        proofs = [proof.show(SYSTEM, tracking_id, DAY) for tracking_id in (1, 2)]
        return {
            "proofs": proofs,
            "pages": [proof.pages(one) for one in proofs],
            "pictures": [proof.pictures(one) for one in proofs],
            "histories": [
                replace(ShowTracking(store=store, clock=clock).show(SYSTEM, tracking_id), observations_beside_ledger=())
                for tracking_id in (1, 2)
            ],
            "recounts": [
                RecountSessions(store=store, clock=clock).recount(tracking_id, apply=True) for tracking_id in (1, 2)
            ],
            "faults": AuditSessions(store).find(),
            "rebuilt": RebuildStates(store=store, clock=clock).rebuild(),
        }

    def replay(self, *, apply: bool = False) -> ReplayReport:
        replay = ReplayRun(store=self.night.sql, evidence=self.night.evidence, clock=self.night.clock)
        return replay.replay(SCHEDULED, apply=apply)


@pytest.fixture
def archived(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> ArchivedNight:
    old = ArchiveWorld.on(engine)
    night = Night(old.store, clock=old.world.clock)
    monkeypatch.setattr("sunwi.sites.naver.surface_reading.read_page", night.read_page)
    monkeypatch.setattr(
        "sunwi.service.ledger.replay_run.read_pages", lambda served, key: night.read_page(served[-1], key)
    )
    night.start(place_tracking(101), place_tracking(102), place_tracking(103, "다른 말"))
    night.show(recognised("999", "101"))
    night.show(recognised("103"), keyword="다른 말")
    for tracking_id in (1, 2, 3):
        night.deliver(tracking_id, f"m{tracking_id}")
    night.clock.advance(hours=2)
    night.close.summarise(SCHEDULED)
    # A later night, so that no table's newest row is an old one.
    old.add_night(NIGHT + timedelta(days=60))
    old.let_pass(timedelta(days=100))
    return ArchivedNight(night, old)


def documents(rows: Mapping[str, Any]) -> dict[str, str]:
    return {name: repr(value) for name, value in rows.items()}


def test_nothing_that_is_billed_or_proves_it_looks_otherwise(archived: ArchivedNight) -> None:
    before, billed = documents(archived.reports()), archived.old.raw(BILLED)
    books = archived.old.everything()
    job = archived.old.archive()
    assert job.result is not None
    assert job.result["contents"] == 2
    assert documents(archived.reports()) == before
    assert archived.old.raw(BILLED) == billed
    check_nothing_lost(books, archived.old.everything())


def test_a_replay_of_an_archived_run_sees_the_same_and_corrects_it(
    archived: ArchivedNight, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = archived.replay()
    archived.old.archive()
    after = archived.replay()
    assert (after.looks, after.changes, after.unread) == (before.looks, [], [])
    monkeypatch.setattr("sunwi.service.ledger.replay_run.read_pages", lambda _served, _key: recognised("101"))
    corrected = archived.replay(apply=True)
    (change,) = [one for one in corrected.changes if one.observation.tracking.id == 1]
    assert (change.is_applied, change.now.rank) == (True, 1)
    assert archived.night.history(1)[0].rank == 1


def test_the_page_of_an_archived_run_shows_what_it_closed_with(archived: ArchivedNight) -> None:
    show = ShowRun(store=archived.night.sql, clock=archived.night.clock)
    before = show.show(SCHEDULED)
    assert before.page_loads == 2
    archived.old.archive()
    after = show.show(SCHEDULED)
    assert (after.page_loads, after.surfaces, after.counts) == (before.page_loads, before.surfaces, before.counts)
    assert [one.task for one in after.tasks] == [one.task for one in before.tasks]


def test_the_content_of_an_archived_reading_is_read_from_its_file_and_proved(archived: ArchivedNight) -> None:
    read = archived.old.read_content
    before = read.read(1)
    archived.old.archive()
    after = read.read(1)
    assert (after.text, after.sha256) == (before.text, before.sha256)
    assert (before.is_archived, after.is_archived) == (False, True)
    assert reading_from_json(json.loads(after.text)).cards[1].id == "101"


def test_a_reading_without_its_content_is_never_looked_up_in_again(archived: ArchivedNight) -> None:
    archived.old.archive()
    with archived.night.sql.read() as tx:
        key = tx.trackings.list()[0].page_key
        assert tx.readings.find(SCHEDULED, key, since=NIGHT - timedelta(days=1)) is None
    with archived.old.engine.connect() as connection:
        assert connection.execute(text("SELECT content FROM page_reading WHERE id = 1")).scalar_one() is None
