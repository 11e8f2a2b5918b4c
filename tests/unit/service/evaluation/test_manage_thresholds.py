from datetime import date

import pytest

from sunwi.domain.actor import SYSTEM
from sunwi.domain.evaluation import EventKind
from sunwi.domain.evaluation_thresholds import DEFAULT_THRESHOLDS, Thresholds
from sunwi.errors import InvalidInput
from sunwi.service.evaluation.manage_thresholds import ManageThresholds
from tests.evaluation.evaluation_world import EvaluationWorld

STRICT = Thresholds(drop_places=2)


@pytest.fixture
def manage(world: EvaluationWorld) -> ManageThresholds:
    world.track(client="가게", agency="한빛")
    return ManageThresholds(store=world.store, clock=world.clock)


def test_a_client_has_the_defaults_until_somebody_sets_others(manage: ManageThresholds) -> None:
    found = manage.show(SYSTEM, 1)
    assert (found.client.name, found.thresholds, found.since, found.coming) == ("가게", DEFAULT_THRESHOLDS, None, None)


def test_what_is_set_before_the_night_has_ended_holds_for_it(world: EvaluationWorld, manage: ManageThresholds) -> None:
    found = manage.set(SYSTEM, 1, STRICT)
    assert found.thresholds == DEFAULT_THRESHOLDS
    assert found.coming is not None
    assert (found.coming.since, found.coming.thresholds) == (date(2026, 1, 2), STRICT)
    world.night(0, {1: 3})
    shown = manage.show(SYSTEM, 1)
    assert (shown.thresholds, shown.since, shown.coming) == (STRICT, date(2026, 1, 2), None)


def test_what_is_set_after_it_holds_for_the_next_one(world: EvaluationWorld, manage: ManageThresholds) -> None:
    world.night(0, {1: 3})
    for places in (2, 3):
        manage.set(SYSTEM, 1, Thresholds(drop_places=places))
    found = manage.show(SYSTEM, 1)
    assert found.coming is not None
    assert (found.coming.since, found.coming.thresholds.drop_places) == (date(2026, 1, 3), 3)


def test_a_night_is_judged_by_what_held_then(world: EvaluationWorld, manage: ManageThresholds) -> None:
    world.night(0, {1: 1})
    world.night(1, {1: 3})
    world.evaluate()
    assert world.held() == []
    manage.set(SYSTEM, 1, STRICT)
    world.measure(1, 1, 4)
    world.night(2, {1: 6})
    world.evaluate()
    assert world.held() == [(1, 2, EventKind.DROPPED)]


@pytest.mark.parametrize(
    ("client_id", "thresholds", "code"),
    [(9, STRICT, "owner_unknown"), (1, Thresholds(gap_days=99), "threshold_unusable")],
)
def test_what_cannot_be_set_is_refused_and_changes_nothing(
    manage: ManageThresholds, client_id: int, thresholds: Thresholds, code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        manage.set(SYSTEM, client_id, thresholds)
    assert refused.value.code == code
    assert manage.show(SYSTEM, 1).coming is None
