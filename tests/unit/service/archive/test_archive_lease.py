from datetime import timedelta

import pytest

from sunwi.domain.archive import LEASE
from sunwi.domain.work import LONGEST_ATTEMPT_SECONDS
from sunwi.errors import Postponed
from tests.archive.archive_world import ArchiveWorld


def test_one_at_a_time_has_the_archive_until_it_gives_it_back_or_its_time_is_over(old: ArchiveWorld) -> None:
    with old.lease.held_by("first"):
        old.lease.take("first")
        with pytest.raises(Postponed) as raised:
            old.lease.take("second")
        assert (raised.value.code, raised.value.fields) == ("archive_busy", {"minutes": 15})
    old.lease.take("second")
    old.world.clock.at += LEASE - timedelta(seconds=1)
    with pytest.raises(Postponed):
        old.lease.take("third")
    old.world.clock.at += timedelta(seconds=1)
    old.lease.take("third")


def test_who_gives_back_late_takes_nothing_from_who_has_it_by_now(old: ArchiveWorld) -> None:
    with old.lease.held_by("late"):
        old.world.clock.at += LEASE
        old.lease.take("next")
    with pytest.raises(Postponed):
        old.lease.take("other")


def test_an_attempt_ends_before_its_lease() -> None:
    assert timedelta(seconds=LONGEST_ATTEMPT_SECONDS) < LEASE
