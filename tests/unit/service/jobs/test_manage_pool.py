import pytest

from sunwi.domain.actor import Actor
from sunwi.domain.worker_pool import Paused
from sunwi.errors import Forbidden, InvalidInput
from sunwi.wording.error_words import error_words
from tests.job_desk import ADMIN, ADVERTISER, AGENCY, JobDesk


def test_the_pool_is_shown_with_what_waits_for_it(desk: JobDesk) -> None:
    desk.submit()
    desk.run(desk.submit().id)
    view = desk.manage_pool.show(ADMIN)
    assert (view.pool.workers, view.pool.least, view.pool.most, view.pool.paused) == (1, 1, 10, Paused.NOBODY)
    assert (view.waiting, view.busy, view.changes) == (1, {"echo": 1}, [])


def test_a_pause_holds_people_or_everybody_until_it_is_resumed(desk: JobDesk) -> None:
    assert desk.manage_pool.pause(ADMIN).paused is Paused.PEOPLE
    assert desk.manage_pool.pause(ADMIN, everything=True).paused is Paused.ALL
    assert desk.manage_pool.resume(ADMIN).paused is Paused.NOBODY
    view = desk.manage_pool.show(ADMIN)
    assert (view.pool.paused, view.pool.reason, view.pool.changed_by) == (Paused.NOBODY, "resumed", "cli:admin")
    assert [(change.paused, change.reason, change.changed_by) for change in view.changes] == [
        (Paused.NOBODY, "resumed", "cli:admin"),
        (Paused.ALL, "paused", "cli:admin"),
        (Paused.PEOPLE, "paused", "cli:admin"),
    ]
    assert desk.tender.nudges == [False] * 3


def test_what_is_so_already_is_no_change(desk: JobDesk) -> None:
    desk.manage_pool.resume(ADMIN)
    first = desk.manage_pool.pause(ADMIN)
    desk.clock.advance(hours=1)
    assert desk.manage_pool.pause(ADMIN) == first
    assert len(desk.manage_pool.show(ADMIN).changes) == 1


def test_limits_bring_the_workers_within_them(desk: JobDesk) -> None:
    pool = desk.manage_pool.set_limits(ADMIN, least=3)
    assert (pool.workers, pool.least, pool.most) == (3, 3, 10)
    pool = desk.manage_pool.set_limits(ADMIN, least=1, most=2)
    assert (pool.workers, pool.least, pool.most) == (2, 1, 2)
    changes = desk.manage_pool.show(ADMIN).changes
    assert [(change.before, change.after, change.reason) for change in changes] == [(3, 2, "limits"), (1, 3, "limits")]


@pytest.mark.parametrize(("least", "most"), [(0, None), (None, 11), (5, 4), (11, 12), (None, 0)])
def test_limits_that_no_pool_can_have_are_refused(desk: JobDesk, least: int | None, most: int | None) -> None:
    with pytest.raises(InvalidInput) as caught:
        desk.manage_pool.set_limits(ADMIN, least=least, most=most)
    assert caught.value.code == "pool_limits_unusable"
    assert "1~10 사이" in error_words(caught.value)
    assert desk.manage_pool.show(ADMIN).changes == []


@pytest.mark.parametrize("actor", [AGENCY, ADVERTISER], ids=lambda actor: actor.role)
def test_only_who_manages_everything_sees_and_changes_it(desk: JobDesk, actor: Actor) -> None:
    manage = desk.manage_pool
    for change in (manage.show, manage.pause, manage.resume, manage.set_limits):
        with pytest.raises(Forbidden) as caught:
            change(actor)
        assert caught.value.code == "pool_forbidden"
    assert desk.tender.nudges == []
