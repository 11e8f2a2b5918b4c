"""Judge rows of the ledger that have changed, and nights without one, within one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from sunwi.domain.evaluation import (
    ChangedDay,
    DayKey,
    Event,
    EventKey,
    EventKind,
    EventState,
    JudgedTracking,
    MeasuredDay,
    OpenGap,
    SessionKey,
    StoredEvent,
)
from sunwi.domain.evaluation_rules import judge_correction, judge_day, judge_gap, judge_session
from sunwi.domain.evaluation_settling import Gap, Judged, settle
from sunwi.domain.evaluation_thresholds import ThresholdBook
from sunwi.service.ports.outside import Transaction


@dataclass(frozen=True, slots=True)
class Settled:
    """What judging has changed.

    Attributes:
        events: That are new, or say something else.
        withdrawn: That no longer hold.
    """

    events: int
    withdrawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeDays:
    """Judges days in a transaction in which their trackings are locked.

    Attributes:
        tx: That transaction.
        book: Thresholds of all clients.
        until: KST date of the last night that is judged.
        at: Aware UTC, now.
    """

    tx: Transaction
    book: ThresholdBook
    until: date
    at: datetime

    def judge(self, days: Sequence[ChangedDay]) -> Settled:
        """Judge changed rows, the measured days behind them, the nights around them, and their sessions."""
        if not days:
            return Settled(0, 0)
        gaps = [nights for changed in days for nights in self._nights_around(changed)]
        judged = _judged_of(days, gaps, until=self.until)
        stored = self.tx.evaluation.events_of([(changed.tracking.id, _around(changed)) for changed in days])
        found = [
            *self._compared(days, stored),
            *self._missed(gaps),
            *self._of_sessions(days),
            *self._corrected(days),
        ]
        settled = self._settle(found, stored, judged)
        self.tx.evaluation.mark_judged(days)
        return settled

    def judge_open(self, gaps: Sequence[OpenGap]) -> Settled:
        """Judge the nights of trackings that could not be measured since their last measured day."""
        if not gaps:
            return Settled(0, 0)
        nights = [self._open_nights(gap.tracking, gap.last) for gap in gaps]
        judged = Judged(until=self.until, gaps={one.tracking.id: {one.gap} for one in nights})
        stored = self.tx.evaluation.events_of([(one.tracking.id, one.gap) for one in nights])
        return self._settle(list(self._missed(nights)), stored, judged)

    def _settle(self, found: Sequence[Event], stored: Mapping[EventKey, StoredEvent], judged: Judged) -> Settled:
        changes = settle(found, stored, judged)
        self.tx.evaluation.save_events(changes, at=self.at)
        withdrawn = sum(change.state is EventState.WITHDRAWN for change in changes)
        return Settled(len(changes) - withdrawn, withdrawn)

    def _compared(self, days: Sequence[ChangedDay], stored: Mapping[EventKey, StoredEvent]) -> Iterator[Event]:
        for changed in days:
            yield from self._compare(changed.tracking, changed.day, changed.before, stored)
            if changed.after is not None:
                yield from self._compare(changed.tracking, changed.after, changed.day, stored)

    def _compare(
        self,
        tracking: JudgedTracking,
        day: MeasuredDay,
        before: MeasuredDay | None,
        stored: Mapping[EventKey, StoredEvent],
    ) -> Iterator[Event]:
        """Compare two days; a promise that has been told of stays what it was then."""
        promised = stored.get(EventKey(tracking.id, day.date, EventKind.BELOW_TARGET))
        if promised is not None:
            day = replace(day, target_rank=promised.event.facts["target_rank"])
        return judge_day(tracking, day, before, thresholds=self.book.on(tracking.client_id, day.date))

    def _nights_around(self, changed: ChangedDay) -> Iterator["_Nights"]:
        before, day, after = changed.before, changed.day.date, changed.after
        yield _nights_between(changed.tracking, None if before is None else before.date, day)
        if after is not None:
            yield _nights_between(changed.tracking, day, after.date)
        else:
            yield self._open_nights(changed.tracking, day, may_have_misses=changed.has_misses)

    def _open_nights(self, tracking: JudgedTracking, last: date | None, *, may_have_misses: bool = True) -> "_Nights":
        gap = Gap(date.min if last is None else last, self.until)
        return _Nights(tracking, gap, is_open=True, may_have_misses=may_have_misses)

    def _missed(self, gaps: Sequence["_Nights"]) -> Iterator[Event]:
        """Judge nights; only trackings that can have missed some are asked for them."""
        since: dict[int, date] = {}
        for nights in gaps:
            if nights.may_have_misses:
                tracking_id = nights.tracking.id
                since[tracking_id] = min(nights.gap.after, since.get(tracking_id, date.max))
        missed = self.tx.evaluation.missed_nights(since, until=self.until)
        for nights in gaps:
            last = None if nights.gap.after == date.min else nights.gap.after
            within = [night for night in missed.get(nights.tracking.id, ()) if nights.has(night)]
            event = judge_gap(nights.tracking, last, within, book=self.book)
            if event is not None:
                yield event

    def _of_sessions(self, days: Sequence[ChangedDay]) -> Iterator[Event]:
        trackings = {_session_of(changed): changed.tracking for changed in days}
        last = self.book.most_ends_soon_days
        counted = self.tx.evaluation.counted_days(list(trackings), until=self.until, last=last)
        for session, numbered in counted.items():
            yield from judge_session(trackings[session], session, numbered, book=self.book)

    def _corrected(self, days: Sequence[ChangedDay]) -> Iterator[Event]:
        for key, corrected in self.tx.evaluation.corrections_of([changed.key for changed in days]).items():
            event = judge_correction(key.tracking_id, key.day, corrected)
            if event is not None:
                yield event


def _session_of(changed: ChangedDay) -> SessionKey:
    return SessionKey(changed.tracking.id, changed.day.session_number)


def _around(changed: ChangedDay) -> Gap:
    """Return all days whose events a changed row can touch, but for those of its session behind them."""
    before, after = changed.before, changed.after
    return Gap(date.min if before is None else before.date, date.max if after is None else after.date)


class _Nights(NamedTuple):
    """Nights without a row between two, or behind the last.

    Attributes:
        is_open: No row follows: the last of the gap's days is a night like the others.
        may_have_misses: Somebody has to ask.
    """

    tracking: JudgedTracking
    gap: Gap
    is_open: bool
    may_have_misses: bool

    def has(self, night: date) -> bool:
        return self.gap.after < night and (night < self.gap.until or (self.is_open and night == self.gap.until))


def _nights_between(tracking: JudgedTracking, before: date | None, day: date) -> _Nights:
    gap = Gap(date.min if before is None else before, day)
    return _Nights(tracking, gap, is_open=False, may_have_misses=(gap.until - gap.after).days > 1)


def _judged_of(days: Sequence[ChangedDay], gaps: Sequence[_Nights], *, until: date) -> Judged:
    judged = Judged(until=until)
    for changed in days:
        tracking_id, session = changed.tracking.id, _session_of(changed)
        judged.days.add(changed.key)
        judged.corrected.add(changed.key)
        judged.sessions[session] = min(changed.day.date, judged.sessions.get(session, date.max))
        if changed.after is not None:
            judged.days.add(DayKey(changed.after.date, tracking_id))
    for nights in gaps:
        judged.gaps.setdefault(nights.tracking.id, set()).add(nights.gap)
    return judged
