from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.retry import RetryCandidate, RetryOrder, RetryPlan, plan_retry
from sunwi.domain.run import TaskState

KINDS = list(product((TaskState.FAILED, TaskState.EXPIRED), (True, False), (True, False)))


def candidates(kinds: list[tuple[TaskState, bool, bool]]) -> list[RetryCandidate]:
    return [
        RetryCandidate(tracking_id=number, state=state, is_active=active, is_waiting=waiting)
        for number, (state, active, waiting) in enumerate(kinds, 1)
    ]


def test_only_failed_ones_of_active_trackings_without_a_message_are_sent_unless_more_is_asked_for() -> None:
    one_of_each = candidates(KINDS)
    assert plan_retry(one_of_each, RetryOrder(with_expired=False, with_waiting=False)) == RetryPlan(
        tracking_ids=(2,), waiting=1, inactive=4, expired=2
    )
    assert plan_retry(one_of_each, RetryOrder(with_expired=True, with_waiting=True)) == RetryPlan(
        tracking_ids=(1, 2, 5, 6), waiting=0, inactive=4, expired=0
    )


@given(kinds=st.lists(st.sampled_from(KINDS)), expired=st.booleans(), waiting=st.booleans())
def test_every_candidate_is_sent_or_left_for_one_reason(
    *, kinds: list[tuple[TaskState, bool, bool]], expired: bool, waiting: bool
) -> None:
    plan = plan_retry(candidates(kinds), RetryOrder(with_expired=expired, with_waiting=waiting))
    assert len(plan.tracking_ids) + plan.waiting + plan.inactive + plan.expired == len(kinds)
    assert list(plan.tracking_ids) == sorted(set(plan.tracking_ids))
