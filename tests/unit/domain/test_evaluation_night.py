"""Whether a night failed, and that nobody hears of it more than once."""

import json

import pytest

from sunwi.domain.evaluation_night import MOST_CLIENTS, MissedCount, Night, notices_of
from sunwi.domain.notice import SYSTEM_AUDIENCE, Audience, AudienceKind, NoticeKind
from sunwi.domain.run import RunCounts, RunStatus
from tests.examples import DAY

NIGHT = Night(day=DAY, run_id="scheduled-20260102", status=RunStatus.FAILED, counts=RunCounts(10, succeeded=10))


@pytest.mark.parametrize(
    ("status", "counts", "failed"),
    [
        (RunStatus.CLOSED, RunCounts(10, succeeded=10), False),
        (RunStatus.CLOSED, RunCounts(10, succeeded=5, failed=5), False),
        (RunStatus.CLOSED, RunCounts(10, succeeded=4, failed=5, expired=1), True),
        (RunStatus.CLOSED, RunCounts(10, succeeded=2, cancelled=6, expired=2), False),
        (RunStatus.CLOSED, RunCounts(0), False),
        (RunStatus.FAILED, RunCounts(10, succeeded=10), True),
        (RunStatus.CANCELLED, RunCounts(10, succeeded=5, cancelled=5), True),
    ],
)
def test_a_night_has_failed_when_its_run_has_or_more_than_half_was_not_measured(
    *, status: RunStatus, counts: RunCounts, failed: bool
) -> None:
    assert Night(day=DAY, run_id="r", status=status, counts=counts).has_failed is failed


def test_a_night_without_a_run_has_failed() -> None:
    assert Night(day=DAY).has_failed


MISSED = [
    MissedCount(1, 11, "가게", "blocked", 3),
    MissedCount(1, 11, "가게", "timeout", 1),
    MissedCount(1, 12, "미용실", "blocked", 2),
    MissedCount(None, 13, "병원", "blocked", 4),
    MissedCount(2, None, "", "deadline", 5),
    MissedCount(None, None, "", "deadline", 6),
]


def test_each_audience_hears_of_a_night_once_and_an_agency_of_all_of_its_clients() -> None:
    first, second = notices_of(NIGHT, MISSED)
    assert {notice.kind for notice in (*first, *second)} == {NoticeKind.NIGHT_FAILED}
    assert [(notice.audience, notice.content["missed"]) for notice in first] == [
        (SYSTEM_AUDIENCE, 21),
        (Audience(AudienceKind.AGENCY, 1), 6),
        (Audience(AudienceKind.AGENCY, 2), 5),
    ]
    assert first[1].content["clients"] == [["가게", 4], ["미용실", 2]]
    assert first[1].content["causes"] == [["blocked", 5], ["timeout", 1]]
    assert [(notice.audience.id, notice.content["missed"]) for notice in second] == [(11, 4), (12, 2), (13, 4)]


def test_a_channel_of_an_agency_takes_one_of_the_notices_to_it_and_its_clients() -> None:
    first, second = notices_of(NIGHT, MISSED)
    keys = {notice.audience.id: notice.dedupe_key for notice in second}
    assert keys[11] == keys[12] == first[1].dedupe_key == "night_failed:2026-01-02:agency-1"
    assert keys[13] == "night_failed:2026-01-02:client-13"


def test_nothing_is_told_where_everything_was_measured_after_all() -> None:
    assert notices_of(NIGHT, []) == [[], []]


def test_many_clients_are_counted_beyond_the_first() -> None:
    missed = [MissedCount(1, number, f"광고주 {number} " + "가" * 240, "blocked", number) for number in range(1, 500)]
    notice = notices_of(NIGHT, missed)[0][1]
    assert len(notice.content["clients"]) == MOST_CLIENTS
    assert notice.content["more_clients"] == 499 - MOST_CLIENTS
    assert notice.content["clients"][0][1] == 499
    assert len(json.dumps(notice.content, ensure_ascii=False).encode()) < 64 * 1024
