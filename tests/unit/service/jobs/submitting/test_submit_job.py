from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sunwi.domain.actor import SYSTEM, Actor, Role
from sunwi.domain.channel import ChannelKind, NewChannel
from sunwi.domain.job import JobState
from sunwi.domain.job_priority import Priority
from sunwi.domain.notice import Audience, AudienceKind
from sunwi.domain.work import Works
from sunwi.errors import Conflict, Forbidden, InvalidInput
from sunwi.wording.error_words import error_words
from tests.examples import NIGHT
from tests.job_desk import ADMIN, ADVERTISER, AGENCY, COLLEAGUE, ECHO, OTHER_AGENCY, JobDesk, order


def add_channel(desk: JobDesk) -> None:
    """Add a channel of agency 1."""
    agency = Audience(AudienceKind.AGENCY, 1)
    channel = NewChannel(name="한빛", kind=ChannelKind.EMAIL, address="kim@agency.co.kr", audience=agency)
    with desk.store.begin() as tx:
        assert tx.channels.add(channel, at=NIGHT)


def test_a_job_is_stored_with_what_its_kind_and_its_submitter_make_of_it(desk: JobDesk) -> None:
    add_channel(desk)
    job = desk.submit(actor=AGENCY, notify={"channel": "한빛"})
    assert desk.get(job.id) == job
    assert (job.state, job.priority, job.generation, job.version) == (JobState.PENDING, Priority.NORMAL, 0, 1)
    assert (job.owner, job.agency_id) == ("account-1", 1)
    assert job.params == {"text": "안녕", "times": 1}
    assert job.limit_seconds == ECHO.limit_seconds
    assert (job.not_before, job.ready_since, job.expires_at) == (NIGHT, NIGHT, NIGHT + timedelta(days=7))


def test_a_job_that_is_to_begin_later_expires_later(desk: JobDesk) -> None:
    later = NIGHT + timedelta(days=30)
    job = desk.submit(not_before=later)
    assert (job.not_before, job.ready_since, job.expires_at) == (later, NIGHT, later + timedelta(days=7))
    assert desk.tender.nudges == []


def test_a_time_that_is_over_is_now(desk: JobDesk) -> None:
    assert desk.submit(not_before=NIGHT - timedelta(days=1)).not_before == NIGHT


@pytest.mark.parametrize(
    ("priority", "urgent"), [(None, True), (Priority.CRITICAL, True), (Priority.NORMAL, True), (Priority.LOW, False)]
)
def test_the_tender_is_nudged_once_the_job_is_stored(
    desk: JobDesk,
    priority: Priority | None,
    urgent: bool,  # noqa: FBT001 - an example's outcome
) -> None:
    desk.submit(priority=priority)
    assert desk.tender.nudges == [urgent]


@pytest.mark.parametrize(
    ("wrong", "code", "korean"),
    [
        ({"work": "wrok"}, "work_unknown", "작업 종류 'wrok'이(가) 없습니다: echo, single, administrative"),
        ({"params": {}}, "param_missing", "입력 'text'이(가) 없습니다"),
        ({"params": {"text": "a", "txet": "b"}}, "param_unknown", "입력 'txet'을(를) 알 수 없습니다: text, times"),
        ({"params": {"text": 1}}, "param_unusable", "입력 'text'에 쓸 수 없는 값입니다"),
        ({"params": {"text": float("nan")}}, "params_no_json", "'params'에 JSON이 아닌 값이 있습니다"),
        ({"params": {"text": "a\0b"}}, "params_have_nul", "NUL"),
        ({"params": {"text": "\ud800"}}, "params_no_json", "JSON"),
        ({"params": {"text": "가" * 30_000}}, "params_too_large", "최대 65536바이트"),
        ({"notify": {"to": {1, 2}}}, "params_no_json", "'notify'에"),
        ({"notify": {"email": "a@b.kr"}}, "notify_unusable", "채널 이름이나 대상"),
        ({"notify": {"channel": "없음"}}, "notify_unknown", "알릴 채널 '없음'이(가) 없습니다"),
        ({"limit_seconds": 0}, "limit_unusable", "1~600초"),
        ({"limit_seconds": 601}, "limit_unusable", "1~600초"),
        ({"not_before": NIGHT + timedelta(days=367)}, "not_before_too_far", "2027-01-04 01:00:00 KST"),
    ],
)
def test_what_is_no_use_is_refused_in_words_and_nothing_is_stored(
    desk: JobDesk, wrong: dict[str, Any], code: str, korean: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        desk.submit_job.submit(ADMIN, order(**{"work": "echo", **wrong}), idempotency_key="k")
    assert caught.value.code == code
    assert korean in error_words(caught.value)
    with desk.store.read() as tx:
        assert tx.jobs.count_waiting_of([ADMIN]) == [0]
        assert tx.jobs.find_request(ADMIN.owner, "k") is None
    assert desk.tender.nudges == []


def test_everything_that_is_wrong_is_named_at_once(desk: JobDesk) -> None:
    wrong = order(params={"txet": "b"}, limit_seconds=0)
    with pytest.raises(InvalidInput) as caught:
        desk.submit_job.submit(ADMIN, wrong)
    assert {problem.code for problem in caught.value.problems} == {"param_missing", "param_unknown", "limit_unusable"}


@pytest.mark.parametrize(
    ("actor", "priority", "is_allowed"),
    [
        (ADVERTISER, Priority.NORMAL, True),
        (ADVERTISER, Priority.HIGH, False),
        (AGENCY, Priority.HIGH, True),
        (AGENCY, Priority.CRITICAL, False),
        (ADMIN, Priority.CRITICAL, True),
        (SYSTEM, Priority.CRITICAL, True),
    ],
)
def test_nobody_asks_for_more_than_the_role_reaches(
    desk: JobDesk,
    actor: Actor,
    priority: Priority,
    is_allowed: bool,  # noqa: FBT001 - an example's outcome
) -> None:
    if is_allowed:
        assert desk.submit(actor=actor, priority=priority).priority is priority
        return
    with pytest.raises(Forbidden) as caught:
        desk.submit(actor=actor, priority=priority)
    assert caught.value.code == "priority_forbidden"
    assert "까지 쓰세요" in error_words(caught.value)


@pytest.mark.parametrize(
    ("own", "actor", "wanted"),
    [
        (Priority.CRITICAL, SYSTEM, Priority.CRITICAL),
        (Priority.CRITICAL, ADMIN, Priority.CRITICAL),
        (Priority.CRITICAL, AGENCY, Priority.HIGH),
        (Priority.CRITICAL, ADVERTISER, Priority.NORMAL),
        (Priority.LOW, ADMIN, Priority.LOW),
    ],
)
def test_an_order_without_a_priority_has_its_kinds_as_far_as_its_submitters_rights_reach(
    desk: JobDesk, own: Priority, actor: Actor, wanted: Priority
) -> None:
    desk.works = Works((replace(ECHO, priority=own),))
    assert desk.submit(actor=actor).priority is wanted
    assert desk.submit(actor=actor, priority=Priority.NORMAL).priority is Priority.NORMAL


@pytest.mark.parametrize("actor", [AGENCY, ADVERTISER], ids=lambda actor: actor.role)
def test_a_kind_may_be_for_some_roles_only(desk: JobDesk, actor: Actor) -> None:
    with pytest.raises(Forbidden) as caught:
        desk.submit("administrative", actor=actor)
    assert caught.value.code == "work_forbidden"
    assert "administrative" in error_words(caught.value)
    assert desk.submit("administrative", actor=ADMIN).work == "administrative"


def test_an_agency_that_nobody_knows_asks_for_nothing(desk: JobDesk) -> None:
    with pytest.raises(Forbidden):
        desk.submit(actor=Actor(owner="account-9", role=Role.AGENCY))


def test_the_same_key_with_the_same_order_is_answered_with_the_same_job(desk: JobDesk) -> None:
    first = desk.submit_job.submit(ADMIN, order(), idempotency_key="k")
    desk.clock.advance(hours=3)
    second = desk.submit_job.submit(ADMIN, order(), idempotency_key="k")
    assert (first.is_repeat, second.is_repeat) == (False, True)
    assert second.job == first.job
    assert desk.tender.nudges == [True]
    assert desk.submit_job.submit(AGENCY, order(), idempotency_key="k").job.id != first.job.id


@pytest.mark.parametrize(
    "other", [order(params={"text": "다른"}), order("single"), order(priority=Priority.NORMAL), order(limit_seconds=5)]
)
def test_the_same_key_with_another_order_is_refused(desk: JobDesk, other: Any) -> None:
    desk.submit_job.submit(ADMIN, order(), idempotency_key="k")
    with pytest.raises(Conflict) as caught:
        desk.submit_job.submit(ADMIN, other, idempotency_key="k")
    assert caught.value.code == "idempotency_key_reused"
    assert "멱등 키 'k'" in error_words(caught.value)


def test_a_repeat_is_answered_though_nothing_more_may_wait(desk: JobDesk) -> None:
    desk.most_waiting = 1
    first = desk.submit_job.submit(AGENCY, order(), idempotency_key="k")
    assert desk.submit_job.submit(AGENCY, order(), idempotency_key="k").job == first.job


@pytest.mark.parametrize("key", ["", "  ", "k" * 201, "k\u200b"])
def test_a_key_that_nobody_can_see_or_store_is_refused(desk: JobDesk, key: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        desk.submit_job.submit(ADMIN, order(), idempotency_key=key)
    assert caught.value.code == "idempotency_key_unusable"


def test_one_more_than_may_wait_is_refused_for_the_whole_agency_and_nobody_else(desk: JobDesk) -> None:
    desk.most_waiting = 2
    desk.submit(actor=AGENCY)
    desk.submit(actor=COLLEAGUE)
    for actor in (AGENCY, COLLEAGUE):
        with pytest.raises(Conflict) as caught:
            desk.submit(actor=actor)
        assert caught.value.code == "jobs_waiting_full"
        assert "한도(2건)" in error_words(caught.value)
    assert desk.submit(actor=OTHER_AGENCY).owner == OTHER_AGENCY.owner


def test_a_job_that_no_longer_waits_leaves_its_room(desk: JobDesk) -> None:
    desk.most_waiting = 1
    desk.admit(desk.submit(actor=AGENCY).id)
    assert desk.submit(actor=AGENCY).state is JobState.PENDING


def test_the_system_is_never_refused_and_takes_nobodys_room(desk: JobDesk) -> None:
    desk.most_waiting = 1
    for _ in range(3):
        desk.submit(actor=SYSTEM)
    assert desk.submit(actor=AGENCY).state is JobState.PENDING


def test_a_second_active_job_of_a_kind_that_allows_one_names_the_first(desk: JobDesk) -> None:
    first = desk.submit("single", actor=AGENCY)
    for state in (JobState.PENDING, JobState.RUNNING):
        if state is JobState.RUNNING:
            key = desk.run(first.id)
            assert key.job_id == first.id
        with pytest.raises(Conflict) as caught:
            desk.submit("single", actor=AGENCY)
        assert (caught.value.code, caught.value.fields["job_id"]) == ("job_active", first.id)
        assert first.id in error_words(caught.value)
    assert desk.submit("single", actor=COLLEAGUE).owner == COLLEAGUE.owner


def test_after_its_end_the_next_one_is_taken(desk: JobDesk) -> None:
    first = desk.submit("single", actor=AGENCY)
    desk.end(first.id, JobState.SUCCEEDED, result={})
    assert desk.submit("single", actor=AGENCY).id != first.id


def test_only_a_job_that_one_may_see_can_be_taken_back(desk: JobDesk) -> None:
    first = desk.submit(actor=AGENCY)
    with pytest.raises(InvalidInput) as caught:
        desk.submit(actor=OTHER_AGENCY, undoes=first.id)
    assert caught.value.code == "job_missing"
    assert desk.submit(actor=COLLEAGUE, undoes=first.id).undoes == first.id
