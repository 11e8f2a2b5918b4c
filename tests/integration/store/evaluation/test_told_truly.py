"""What is called good, what a promised rank is held against, and what is told to who does not want to hear all."""

import pytest

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.actor import SYSTEM
from sunwi.domain.evaluation import EventKind
from sunwi.domain.notice import Severity
from sunwi.service.trackings.change_trackings import NO_TARGET_RANK, ChangeTrackings, TrackingChanges
from sunwi.wording.notices.digest_text import digest_text
from tests.evaluation.evaluation_world import MISSED, EvaluationWorld
from tests.integration.store.evaluation.test_run_evaluation import BELOW, DROPPED, ENTERED, LEFT, told


def test_what_has_not_been_exposed_for_days_or_is_below_its_rank_is_not_counted_as_good(world: EvaluationWorld) -> None:
    ids = [*world.track(4, client="가게", keyword="하나"), *world.track(2, client="가게", keyword="둘", target_rank=5)]
    world.set_thresholds(1, is_daily=True)
    for number in range(4):
        world.night(number, {**dict.fromkeys(ids), ids[0]: 300, ids[4]: 5, ids[5]: 6})
        world.evaluate()
    last = world.take()[-1].content
    assert told(last) == {}
    assert last["counts"] == {"active": 6, "measured": 6, "exposed": 3, "good": 2, "missed": 0, "entered": 0}


def test_a_daily_digest_of_a_night_without_a_run_has_all_of_it_unmeasured(world: EvaluationWorld) -> None:
    [one] = world.track(client="가게")
    world.set_thresholds(1, is_daily=True)
    world.night(0, {one: 3})
    world.evaluate()
    world.take()
    world.clock.at = world.start_of(2)
    world.evaluate()
    text = digest_text(world.take()[0].content)
    assert (text.title, text.severity) == ("가게 1월 3일(토): 미측정 1건", Severity.INFO)


@pytest.mark.parametrize("change", ["late", "corrected"])
def test_a_past_day_is_judged_by_the_rank_that_was_promised_then(
    world: EvaluationWorld, store: SqlStore, change: str
) -> None:
    [one] = world.track(client="가게", target_rank=10)
    world.night(0, {one: 3 if change == "corrected" else MISSED})
    world.night(1, {one: 3})
    world.evaluate()
    trackings = ChangeTrackings(store=store, clock=world.clock)
    for target_rank in (5, NO_TARGET_RANK, 3):
        trackings.change(SYSTEM, [one], TrackingChanges(target_rank=target_rank))
    (world.measure if change == "late" else world.correct)(one, 0, 7)
    world.night(2, {one: 7})
    world.evaluate()
    below = [event for event in world.held() if event[2] is BELOW]
    assert below == [(one, 2, BELOW)]


def test_a_past_day_that_is_below_the_rank_promised_then_is_told_though_none_is_promised_now(
    world: EvaluationWorld, store: SqlStore
) -> None:
    [one] = world.track(client="가게", target_rank=10)
    world.night(0, {one: MISSED})
    world.evaluate()
    trackings = ChangeTrackings(store=store, clock=world.clock)
    trackings.change(SYSTEM, [one], TrackingChanges(target_rank=NO_TARGET_RANK))
    world.night(1, {one: 30})
    trackings.change(SYSTEM, [one], TrackingChanges(target_rank=2))
    world.measure(one, 0, 12)
    world.evaluate()
    [event] = [one.event for one in world.events(kinds=(BELOW,))]
    assert (event.day, event.facts["target_rank"]) == (world.day(0), 10)


@pytest.mark.parametrize(("told_kinds", "expected"), [({DROPPED, ENTERED, LEFT}, "dropped"), ({BELOW}, "below_target")])
def test_a_drop_is_told_to_who_wants_to_hear_of_drops_and_not_of_promised_ranks(
    world: EvaluationWorld, told_kinds: set[EventKind], expected: str
) -> None:
    [one] = world.track(client="가게", target_rank=5)
    world.track(client="다른 가게", target_rank=5)
    world.set_thresholds(1, told=frozenset(told_kinds))
    world.night(0, {one: 1, one + 1: 1})
    world.night(1, {one: 9, one + 1: 9})
    world.evaluate()
    found = {notice.audience.id: told(notice.content) for notice in world.take()}
    assert found == {1: {expected: 1}, 2: {"below_target": 1}}
    world.evaluate()
    assert world.take() == []
