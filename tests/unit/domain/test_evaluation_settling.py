"""What has to be stored so that events are those that were found, and only of what was judged."""

from datetime import date, timedelta

import pytest

from sunwi.domain.evaluation import DayKey, Event, EventKind, EventState, SessionKey, StoredEvent
from sunwi.domain.evaluation_settling import Gap, Judged, settle
from tests.examples import DAY

NEXT = DAY + timedelta(days=1)


def event(kind: EventKind = EventKind.LEFT, day: date = DAY, **facts: object) -> Event:
    return Event(tracking_id=1, day=day, kind=kind, facts=facts)


def stored(one: Event, state: EventState = EventState.HOLDS) -> dict[object, StoredEvent]:
    return {one.key: StoredEvent(event=one, version=1, state=state)}


def everything(until: date = NEXT) -> Judged:
    return Judged(
        until=until,
        days={DayKey(DAY, 1), DayKey(NEXT, 1)},
        gaps={1: {Gap(DAY - timedelta(days=5), NEXT)}},
        sessions={SessionKey(1, 1): DAY},
        corrected={DayKey(DAY, 1)},
    )


def changes(
    found: list[Event], before: dict[object, StoredEvent], judged: Judged
) -> list[tuple[EventKind, EventState]]:
    return [(change.event.kind, change.state) for change in settle(found, before, judged)]  # type: ignore[arg-type]  # keys


HOLDS, WITHDRAWN = EventState.HOLDS, EventState.WITHDRAWN


def test_what_is_new_or_says_something_else_or_holds_again_is_stored() -> None:
    assert changes([event(rank=3)], {}, everything()) == [(EventKind.LEFT, HOLDS)]
    assert changes([event(rank=3)], stored(event(rank=4)), everything()) == [(EventKind.LEFT, HOLDS)]
    assert changes([event(rank=3)], stored(event(rank=3), WITHDRAWN), everything()) == [(EventKind.LEFT, HOLDS)]


def test_what_is_so_already_or_withdrawn_already_costs_nothing() -> None:
    assert changes([event(rank=3)], stored(event(rank=3)), everything()) == []
    assert changes([], stored(event(rank=3), WITHDRAWN), everything()) == []


@pytest.mark.parametrize(
    ("kind", "day", "facts", "judged"),
    [
        (EventKind.LEFT, DAY, {}, True),
        (EventKind.LEFT, DAY - timedelta(days=1), {}, False),
        (EventKind.UNMEASURED, DAY - timedelta(days=4), {}, True),
        (EventKind.UNMEASURED, NEXT, {}, True),
        (EventKind.UNMEASURED, DAY - timedelta(days=5), {}, False),
        (EventKind.UNMEASURED, NEXT + timedelta(days=1), {}, False),
        (EventKind.CORRECTED, DAY, {}, True),
        (EventKind.CORRECTED, NEXT, {}, False),
        (EventKind.SESSION_FULL, NEXT, {"session": 1}, True),
        (EventKind.SESSION_FULL, DAY - timedelta(days=1), {"session": 1}, False),
        (EventKind.SESSION_FULL, NEXT, {"session": 2}, False),
    ],
)
def test_an_event_that_was_not_found_is_withdrawn_if_it_would_have_been(
    *, kind: EventKind, day: date, facts: dict[str, object], judged: bool
) -> None:
    before = stored(event(kind, day, **facts))
    assert changes([], before, everything()) == ([(kind, WITHDRAWN)] if judged else [])


def test_of_days_behind_the_last_night_nothing_is_changed() -> None:
    assert changes([], stored(event(day=NEXT)), everything(until=DAY)) == []
    assert changes([event(day=NEXT)], {}, everything(until=DAY)) == []


def test_the_same_event_found_twice_is_stored_once() -> None:
    assert len(settle([event(), event()], {}, everything())) == 1
