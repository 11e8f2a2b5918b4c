from dataclasses import dataclass

import pytest

from sunwi.errors import Retryable
from sunwi.web.protection import rates
from sunwi.web.protection.rates import Rate, Rates


@dataclass
class Seconds:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def refused(bucket: Rates, who: str = "a") -> int | None:
    try:
        bucket.take(who)
    except Retryable as error:
        return int(str(error.fields["retry_after_seconds"]))
    return None


def test_a_burst_passes_and_what_comes_behind_it_waits_for_its_turn() -> None:
    seconds = Seconds()
    bucket = Rates(rate=Rate(per_second=0.5, burst=3), now=seconds)
    assert [refused(bucket) for _ in range(5)] == [None, None, None, 2, 2]
    seconds.now = 1.9
    assert refused(bucket) == 1
    seconds.now = 2.0
    assert [refused(bucket) for _ in range(2)] == [None, 2]


def test_whoever_waits_long_has_no_more_than_a_burst() -> None:
    seconds = Seconds()
    bucket = Rates(rate=Rate(per_second=1, burst=2), now=seconds)
    bucket.take("a")
    seconds.now = 1_000
    assert [refused(bucket) for _ in range(3)] == [None, None, 1]


def test_it_is_told_by_its_code() -> None:
    bucket = Rates(rate=Rate(per_second=1, burst=0), now=Seconds())
    with pytest.raises(Retryable) as refusal:
        bucket.take("a")
    assert refusal.value.code == "too_many_requests"


def test_each_has_a_bucket_of_its_own() -> None:
    bucket = Rates(rate=Rate(per_second=1, burst=1), now=Seconds())
    assert [refused(bucket, who) for who in ("a", "b", "a", "b")] == [None, None, 1, 1]


def test_memory_does_not_grow_with_the_number_of_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "_MOST_BUCKETS", 3)
    bucket = Rates(rate=Rate(per_second=1, burst=1), now=Seconds())
    for who in "abcd":
        bucket.take(who)
    # The one that was asked for longest ago is forgotten, the others are not.
    assert [refused(bucket, who) for who in ("d", "c", "a")] == [1, 1, None]
