from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from sunwi.adapters.sql.corrections import SqlCorrections
from sunwi.domain.actor import SYSTEM
from sunwi.domain.correction import Correction, LedgerStatement
from sunwi.domain.failure import FailureCause
from sunwi.domain.reading import PageReading, PageVerdict, ServedPage
from sunwi.domain.run import RunKind
from sunwi.domain.tracking import Kind, PageKey
from sunwi.errors import InvalidInput, LayoutUnknown, Retryable, StoreUnavailable
from sunwi.service.ledger.replay_run import ReplayReport, ReplayRun, ShortSession
from sunwi.service.trackings.change_trackings import TrackingChanges
from sunwi.service.trackings.show_tracking import ShowTracking
from sunwi.sites.naver.read_page import PARSER_VERSION
from tests.examples import DAY, blog_tracking, place_tracking, recognised, unreadable
from tests.night import SCHEDULED, Night

SECOND = LedgerStatement(rank=2, area="nmb_rnk", page_rank=2, depth=2)
NOT_EXPOSED = LedgerStatement(rank=None, area=None, page_rank=None, depth=1)


class Replayed:
    """A night whose pages today's reader may see differently."""

    def __init__(self, night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
        self.night = night
        self.now: dict[int, PageReading] = {}
        monkeypatch.setattr("sunwi.service.ledger.replay_run.read_pages", self._read)

    def replay(self, run_id: str = SCHEDULED, *, apply: bool = False) -> ReplayReport:
        replay = ReplayRun(store=self.night.sql, evidence=self.night.evidence, clock=self.night.clock)
        return replay.replay(run_id, apply=apply)

    def corrections(self, tracking_id: int = 1) -> Sequence[Correction]:
        with self.night.sql.read() as tx:
            return tx.corrections.history(tracking_id)

    def _read(self, served: Sequence[ServedPage], key: PageKey) -> PageReading:
        return self.now.get(int(served[-1].html), self.night.read_page(served[-1], key))


@pytest.fixture
def replayed(night: Night, monkeypatch: pytest.MonkeyPatch) -> Replayed:
    """One place, found first on the night's only page."""
    night.start(place_tracking(101))
    night.show(recognised("101"))
    night.deliver()
    return Replayed(night, monkeypatch)


def test_a_reader_that_sees_the_same_changes_nothing(replayed: Replayed) -> None:
    before = replayed.night.history()
    report = replayed.replay(apply=True)
    assert (report.readings, report.looks, report.changes, report.unread) == (1, 1, [], [])
    assert (replayed.night.history(), replayed.corrections()) == (before, [])


def test_what_would_change_is_listed_and_nothing_is_changed(replayed: Replayed) -> None:
    before = replayed.night.history()
    replayed.now[0] = recognised("999", "101")
    report = replayed.replay()
    [change] = report.changes
    assert (change.observation.tracking.id, change.observation.date, change.now) == (1, DAY, SECOND)
    assert change.observation.found == LedgerStatement(rank=1, area="nmb_rnk", page_rank=1, depth=1)
    assert (change.can_apply, change.is_applied, report.parser_version) == (True, False, PARSER_VERSION)
    assert (replayed.night.history(), replayed.corrections()) == (before, [])


def test_applying_corrects_the_ledger_with_an_audit_row_once(replayed: Replayed) -> None:
    [before] = replayed.night.history()
    replayed.now[0] = recognised("999", "101")
    replayed.night.clock.advance(days=3)
    first, again = replayed.replay(apply=True), replayed.replay(apply=True)
    assert [change.is_applied for change in first.changes] == [True]
    assert again.changes == []
    [after] = replayed.night.history()
    assert LedgerStatement.of_row(after) == SECOND
    assert (after.session_number, after.looks, after.observation_id) == (1, before.looks, before.observation_id)
    assert replayed.corrections() == [
        Correction(
            tracking_id=1,
            date=DAY,
            page_reading_id=1,
            old=LedgerStatement.of_row(before),
            new=SECOND,
            old_parser_version=PARSER_VERSION,
            new_parser_version=PARSER_VERSION,
            corrected_at=replayed.night.clock.now(),
            reason=f"replay of {SCHEDULED}",
        )
    ]


def test_a_second_correction_names_the_reader_of_the_first(replayed: Replayed, monkeypatch: pytest.MonkeyPatch) -> None:
    for version, reading in (("next", recognised("999", "101")), ("after", recognised("999"))):
        monkeypatch.setattr("sunwi.service.ledger.replay_run.PARSER_VERSION", version)
        replayed.now[0] = reading
        replayed.replay(apply=True)
    readers = [(row.old_parser_version, row.new_parser_version) for row in replayed.corrections()]
    assert readers == [(PARSER_VERSION, "next"), ("next", "after")]


def test_a_page_on_which_todays_reader_fails_is_listed_and_the_others_are_corrected(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    night.start(place_tracking(101), place_tracking(102, "다른 말"))
    night.show(recognised("101"))
    night.show(recognised("102"), keyword="다른 말")
    night.deliver(1, "m1")
    night.deliver(2, "m2")
    replayed = Replayed(night, monkeypatch)

    def read(_served: Sequence[ServedPage], key: PageKey) -> PageReading:
        if key.keyword == "다른 말":
            raise KeyError("businesses")
        return recognised("999", "101")

    monkeypatch.setattr("sunwi.service.ledger.replay_run.read_pages", read)
    report = replayed.replay(apply=True)
    assert [change.is_applied for change in report.changes] == [True]
    [unread] = report.unread
    assert (unread.observation.tracking.id, unread.cause) == (2, FailureCause.LAYOUT)
    assert "a reader failed: KeyError" in unread.reason


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (unreadable(PageVerdict.TRUNCATED, "no end"), "truncated (no end)"),
        (recognised("101", suspect=[Kind.PLACE]), "the place block contradicts itself"),
    ],
)
def test_what_cannot_be_read_any_more_is_listed_and_never_applied(
    replayed: Replayed, now: PageReading, reason: str
) -> None:
    before = replayed.night.history()
    replayed.now[0] = now
    report = replayed.replay(apply=True)
    [unread] = report.unread
    assert unread.reason.startswith(reason)
    assert (report.changes, replayed.night.history(), replayed.corrections()) == ([], before, [])


def test_pages_that_are_gone_are_listed(replayed: Replayed) -> None:
    replayed.night.evidence.kept.clear()
    assert [unread.reason for unread in replayed.replay(apply=True).unread] == [f"nothing is kept under {SCHEDULED}/1"]


def test_pages_that_were_never_kept_are_listed(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    night.evidence.is_away = True
    night.start(place_tracking(101))
    night.show(recognised("101"))
    night.deliver()
    assert [unread.reason for unread in Replayed(night, monkeypatch).replay().unread] == ["its pages were not kept"]


def test_a_store_of_pages_that_is_away_stops_the_replay(replayed: Replayed, monkeypatch: pytest.MonkeyPatch) -> None:
    def be_away(_key: str) -> list[ServedPage]:
        raise Retryable("the bucket cannot be reached")

    monkeypatch.setattr(replayed.night.evidence, "load", be_away)
    with pytest.raises(Retryable, match="the bucket cannot be reached"):
        replayed.replay(apply=True)


def test_what_was_not_measured_then_and_can_be_read_now_is_listed_and_never_applied(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    night.start(place_tracking(101))
    night.show(unreadable(PageVerdict.LAYOUT_UNKNOWN))
    for _ in range(2):
        with pytest.raises(LayoutUnknown):
            night.deliver()
    replayed = Replayed(night, monkeypatch)
    assert replayed.replay().changes == []
    replayed.now[1] = recognised("101")
    report = replayed.replay(apply=True)
    assert [(change.observation.found, change.now.rank, change.is_applied) for change in report.changes] == [
        (None, 1, False)
    ]
    assert (night.history(), replayed.corrections()) == ([], [])


def test_a_look_that_no_ledger_row_states_is_listed_and_never_applied(replayed: Replayed) -> None:
    night = replayed.night
    night.clock.advance(hours=2)
    token = "abcd1234"
    manual = night.dispatch.started(RunKind.MANUAL, [1], request_id=token)
    night.deliver(1, "m2", run_id=manual.id, sent_at=night.clock.now())
    replayed.now[1] = recognised("999", "101")
    report = replayed.replay(manual.id, apply=True)
    assert [(change.can_apply, change.is_applied) for change in report.changes] == [(False, False)]
    assert [row.rank for row in night.history()] == [1]


def test_one_page_corrects_all_its_trackings(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    night.start(place_tracking(101), place_tracking(102), blog_tracking())
    night.show(recognised("101", "102", "blog:writer/223000000001"))
    for tracking_id in (1, 2, 3):
        night.deliver(tracking_id, f"m{tracking_id}")
    replayed = Replayed(night, monkeypatch)
    replayed.now[0] = recognised("102", "101", "blog:writer/223000000001")
    report = replayed.replay(apply=True)
    assert (report.readings, report.looks) == (1, 3)
    assert [(change.observation.tracking.id, change.now.rank) for change in report.changes] == [(1, 2), (2, 1)]
    assert [night.history(tracking_id)[0].rank for tracking_id in (1, 2, 3)] == [2, 1, 1]


def test_a_correction_that_fails_takes_the_others_back(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    night.start(place_tracking(101), place_tracking(102))
    night.show(recognised("101", "102"))
    for tracking_id in (1, 2):
        night.deliver(tracking_id, f"m{tracking_id}")
    replayed = Replayed(night, monkeypatch)
    replayed.now[0] = recognised("102", "101")
    add = SqlCorrections.add

    def fail_second(corrections: SqlCorrections, correction: Correction) -> None:
        if correction.tracking_id == 2:
            raise StoreUnavailable("the database has gone away")
        add(corrections, correction)

    monkeypatch.setattr(SqlCorrections, "add", fail_second)
    with pytest.raises(StoreUnavailable):
        replayed.replay(apply=True)
    assert [night.history(tracking_id)[0].rank for tracking_id in (1, 2)] == [1, 2]
    assert [replayed.corrections(tracking_id) for tracking_id in (1, 2)] == [[], []]


def test_a_row_that_changed_meanwhile_is_left_alone(replayed: Replayed, monkeypatch: pytest.MonkeyPatch) -> None:
    night, load = replayed.night, replayed.night.evidence.load
    replayed.now[0] = recognised("999", "101")

    def load_late(key: str) -> list[ServedPage]:
        with night.sql.begin() as tx:
            row = tx.ledger.get(1, DAY)
            assert row is not None
            tx.ledger.update(replace(row, rank=7))
        return load(key)

    monkeypatch.setattr(night.evidence, "load", load_late)
    assert [change.is_applied for change in replayed.replay(apply=True).changes] == [False]
    assert ([row.rank for row in night.history()], replayed.corrections()) == ([7], [])


def test_a_closed_session_that_loses_a_day_is_short_and_keeps_its_number(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    night.track(place_tracking(101))
    night.show(recognised("101"))
    runs = []
    for number in range(26):
        runs.append(night.dispatch.scheduled(night.clock.now()).id)
        night.deliver(1, f"m{number}", run_id=runs[-1], sent_at=night.clock.now())
        night.clock.advance(days=1)
    replayed = Replayed(night, monkeypatch)
    replayed.now |= {3: recognised("999"), 25: recognised("999")}
    assert replayed.replay(runs[3]).short == [ShortSession(1, 1, 24, 25)]
    assert replayed.replay(runs[3], apply=True).short == [ShortSession(1, 1, 24, 25)]
    assert replayed.replay(runs[3], apply=True).short == []
    # The current session is not closed, so that it cannot be short.
    assert replayed.replay(runs[25], apply=True).short == []
    history = ShowTracking(store=night.sql, clock=night.clock).show(SYSTEM, 1)
    assert [(session.is_short, len(session.exposed)) for session in history.sessions] == [(True, 24), (False, 0)]
    assert history.tracking.current_session == 2
    assert [correction.date for correction in history.corrections] == [
        DAY + timedelta(days=3),
        DAY + timedelta(days=25),
    ]
    assert [row.session_number for row in night.history()] == [1] * 25 + [2]


def test_a_day_that_turns_exposed_never_moves_the_session(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    night.track(place_tracking(101))
    night.show(recognised("999"), recognised("101"))
    runs = []
    for number in range(25):
        runs.append(night.dispatch.scheduled(night.clock.now()).id)
        night.deliver(1, f"m{number}", run_id=runs[-1], sent_at=night.clock.now())
        night.clock.advance(days=1)
    replayed = Replayed(night, monkeypatch)
    replayed.now[0] = recognised("101")
    report = replayed.replay(runs[0], apply=True)
    assert [(change.observation.found, change.is_applied) for change in report.changes] == [(NOT_EXPOSED, True)]
    with night.sql.read() as tx:
        tracking = tx.trackings.get(1)
        assert tracking is not None
        assert (tracking.current_session, tx.ledger.count_exposed(1, 1)) == (1, 25)


def test_an_unknown_run_is_refused(replayed: Replayed) -> None:
    with pytest.raises(InvalidInput, match="there is no run 'nothing'"):
        replayed.replay("nothing")


def test_a_replay_counts_what_the_look_counted_whatever_the_tracking_counts_now(replayed: Replayed) -> None:
    replayed.night.changes.change(SYSTEM, [1], TrackingChanges(areas=frozenset({"loc_plc"}), bundled=None))
    assert replayed.replay(apply=True).changes == []


def test_a_correction_takes_along_what_stood_near(replayed: Replayed) -> None:
    night = replayed.night
    night.track(blog_tracking("writer/1"))
    night.show(recognised("blog:writer/1"))
    night.clock.advance(days=1)
    night.dispatch.scheduled(night.clock.now())
    night.deliver(2, run_id="scheduled-20260103")
    replayed.now[1] = recognised("blog:a/1", "blog:writer/2")
    replayed.replay("scheduled-20260103", apply=True)
    [row] = night.history(2)
    assert (row.rank, row.matched_by, row.near_area, row.near_rank) == (None, "author", "ugB_bsR", 2)
    [correction] = replayed.corrections(2)
    assert (correction.old.matched_by, correction.new.matched_by, correction.new.near_rank) == ("own", "author", 2)
