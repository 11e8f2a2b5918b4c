from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.channel import Channel, ChannelKind
from sunwi.domain.notice import SYSTEM_AUDIENCE, NoticeKind
from sunwi.domain.notice_rules import (
    LONGEST_PAUSE,
    MOST_TRIES,
    earliest,
    is_paced,
    next_try,
    overdue_at,
    quiet_end,
    wants,
)
from sunwi.domain.schedule import KST

AT = datetime(2026, 1, 2, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def kst(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=KST)


def channel(**values: object) -> Channel:
    usual = {"id": 1, "name": "ops", "kind": ChannelKind.SLACK, "address": "", "audience": SYSTEM_AUDIENCE}
    return Channel(**{**usual, **values})  # type: ignore[arg-type]  # of whatever the test says


@pytest.mark.parametrize(
    ("start", "end", "at", "expected"),
    [
        ("22:00", "08:00", kst(1, 21, 59), None),
        ("22:00", "08:00", kst(1, 22), kst(2, 8)),
        ("22:00", "08:00", kst(1, 23, 59), kst(2, 8)),
        ("22:00", "08:00", kst(2, 0), kst(2, 8)),
        ("22:00", "08:00", kst(2, 7, 59), kst(2, 8)),
        ("22:00", "08:00", kst(2, 8), None),
        ("22:00", "08:00", kst(31, 23), datetime(2026, 4, 1, 8, tzinfo=KST)),
        ("12:00", "13:30", kst(1, 11, 59), None),
        ("12:00", "13:30", kst(1, 12), kst(1, 13, 30)),
        ("12:00", "13:30", kst(1, 13, 30), None),
        ("00:00", "06:00", kst(1, 0), kst(1, 6)),
        ("00:00", "06:00", kst(1, 23, 59), None),
        ("18:00", "00:00", kst(1, 23, 59), kst(2, 0)),
        ("18:00", "00:00", kst(2, 0), None),
        ("09:00", "09:00", kst(1, 9), None),
    ],
)
def test_quiet_hours_end_on_the_korean_day_they_belong_to(
    start: str, end: str, at: datetime, expected: datetime | None
) -> None:
    found = quiet_end(time.fromisoformat(start), time.fromisoformat(end), at.astimezone(UTC))
    assert found == expected
    assert found is None or found.tzinfo is UTC


@given(
    st.times(timezones=st.none()),
    st.times(timezones=st.none()),
    st.datetimes(datetime(2024, 2, 27), datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - given a zone
)
def test_the_end_of_quiet_hours_is_near_and_no_longer_quiet(start: time, end: time, at: datetime) -> None:
    found = quiet_end(start, end, at)
    if found is not None:
        assert at < found <= at + timedelta(days=1)
        assert quiet_end(start, end, found) is None


def test_a_channel_without_quiet_hours_takes_everything_at_once() -> None:
    assert earliest(channel(), AT, is_urgent=False) == AT
    assert quiet_end(time(22), None, AT) is None


def test_what_is_urgent_waits_for_no_quiet_hours_but_for_the_end_of_a_mute() -> None:
    at = kst(1, 23)
    night = channel(quiet_from=time(22), quiet_until=time(8), muted_until=kst(2, 3))
    assert earliest(night, at, is_urgent=True) == kst(2, 3)
    assert earliest(night, at, is_urgent=False) == kst(2, 8)


def test_a_mute_that_is_over_is_none() -> None:
    assert earliest(channel(muted_until=AT - MINUTE), AT, is_urgent=False) == AT


def test_a_notice_has_three_tries_with_longer_pauses() -> None:
    assert next_try(1, AT, retry_after=None) == AT + MINUTE
    assert next_try(2, AT, retry_after=None) == AT + 10 * MINUTE
    assert [next_try(tries, AT, retry_after=None) for tries in (MOST_TRIES, MOST_TRIES + 1)] == [None, None]


@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        (timedelta(seconds=5), MINUTE),
        (timedelta(seconds=61), timedelta(seconds=61)),
        (timedelta(days=400), LONGEST_PAUSE),
        (timedelta(seconds=-5), MINUTE),
    ],
)
def test_whoever_asks_to_be_left_alone_is_for_as_long_and_never_for_less(asked: timedelta, pause: timedelta) -> None:
    assert next_try(1, AT, retry_after=asked) == AT + pause
    assert next_try(MOST_TRIES, AT, retry_after=asked) is None


def test_a_channel_is_told_the_kinds_that_it_names_or_all() -> None:
    assert all(wants(channel(), kind) for kind in NoticeKind)
    some = channel(kinds=frozenset({NoticeKind.BACKUP}))
    assert [kind for kind in NoticeKind if wants(some, kind)] == [NoticeKind.BACKUP]


def test_only_what_somebody_waits_for_is_ever_overdue() -> None:
    assert {kind for kind in NoticeKind if overdue_at(kind, AT)} == {NoticeKind.DIGEST, NoticeKind.NIGHT_FAILED}
    assert overdue_at(NoticeKind.DIGEST, AT) == AT + timedelta(hours=2)


def test_hooks_of_slack_alone_are_paced() -> None:
    assert [kind for kind in ChannelKind if is_paced(channel(kind=kind))] == [ChannelKind.SLACK]
