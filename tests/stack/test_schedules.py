"""Schedules of a deployed stack: created by a deployment, changed by a person, kept by the next one, fired, and run.

MiniStack fires schedules, ignores their zone and role, and leaves the word for the due time: what Korean time and AWS
make of them is held by tables (tests/unit/domain/test_schedule_time.py) and by the model of the API.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from infra.local.postgres import running_postgres
from infra.local.stack import LocalStack, wait_for
from infra.local.stack.deployment import BUCKET
from sunwi.adapters.aws.schedules.event_bridge_schedules import EventBridgeSchedules, ScheduleTarget
from sunwi.bootstrap.schedules import ScheduleContainer
from sunwi.domain.actor import SYSTEM_OWNER
from sunwi.domain.job import JobState
from sunwi.domain.job_order import JobOrder
from sunwi.domain.job_schedule import DUE_WORD, ScheduleState
from sunwi.domain.schedule_time import Daily, Interval
from sunwi.service.jobs.submitting.due_message import write_due_message
from sunwi.service.schedules.default_schedules import DEFAULT_SCHEDULES
from sunwi.service.schedules.run_schedule import RunSchedule
from tests.stack.jobs_stack import ADMIN, HANDLERS, JobsStack, jobs_stack
from tests.stack.overlay.made_up.kinds import WORKS

pytestmark = pytest.mark.timeout(300)

NAME = "schedules"
OWN = [default.name for default in DEFAULT_SCHEDULES]
#: Seconds after which a message that was not taken comes again; the template says 360.
VISIBILITY_SECONDS = 2
#: A sweep of MiniStack's every ten seconds, and a minute until the next turn.
FIRED_SECONDS = 90


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JobsStack]:
    folder = tmp_path_factory.mktemp("schedules")
    handlers = {**HANDLERS, "Migrator": "made_up.migrator.handler"}
    with LocalStack(wait_scale=0.1) as stack, jobs_stack(stack, NAME, folder, handlers=handlers) as place:
        yield place


@pytest.fixture(scope="module")
def schedules(place: JobsStack) -> ScheduleContainer:
    """What a person has at the command line, as the account's root."""
    outputs = place.outputs
    target = ScheduleTarget(
        queue_arn=outputs.schedules_queue_arn,
        role_arn=outputs.schedule_role_arn,
        dead_letter_arn=outputs.schedules_dead_letter_queue_arn,
    )
    kept = EventBridgeSchedules(
        client=place.stack.client("scheduler"), group=outputs.schedule_group_name, find_target=lambda: target
    )
    run_schedule = RunSchedule(schedules=kept, submit_job=place.jobs.submit_job)
    return place.adapters.compose(ScheduleContainer, schedules=kept, works=WORKS, run_schedule=run_schedule)


def kept(place: JobsStack, name: str) -> Mapping[str, Any]:
    """Return a schedule as the scheduler has it."""
    found = place.stack.client("scheduler").get_schedule(Name=name, GroupName=place.outputs.schedule_group_name)
    return {field: value for field, value in found.items() if field != "ResponseMetadata"}


def jobs_of(place: JobsStack, key: str) -> list[str]:
    """Return the ids of jobs that were submitted under keys that begin so."""
    return [row[0] for row in place.rows("SELECT job_id FROM job_request WHERE key LIKE :key", key=f"{key}%")]


def deploy_again(place: JobsStack, *names: str) -> None:
    """Update the stack to a release that has more schedules, so that CloudFormation has the migrator create them."""
    s3, cloudformation = place.stack.client("s3"), place.stack.client("cloudformation")
    key = f"{NAME}.template.json"
    template = json.loads(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())
    template["Resources"]["Schedules"]["Properties"]["Names"] += names
    s3.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(template).encode())
    description = cloudformation.describe_stacks(StackName=NAME)["Stacks"][0]
    cloudformation.update_stack(
        StackName=NAME,
        TemplateURL=f"{s3.meta.endpoint_url}/{BUCKET}/{key}",
        Parameters=[
            {"ParameterKey": each["ParameterKey"], "UsePreviousValue": True} for each in description["Parameters"]
        ],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )

    def is_updated() -> bool:
        status = cloudformation.describe_stacks(StackName=NAME)["Stacks"][0]["StackStatus"]
        assert "ROLLBACK" not in status, cloudformation.describe_stack_events(StackName=NAME)["StackEvents"][:20]
        return bool(status == "UPDATE_COMPLETE")

    wait_for("end of the update", is_updated, timeout_seconds=60)


def waiting(place: JobsStack) -> int:
    """Count the messages of schedules, those in flight included."""
    url = place.outputs.schedules_queue_url
    found = place.stack.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return int(found["ApproximateNumberOfMessages"]) + int(found["ApproximateNumberOfMessagesNotVisible"])


def test_a_deployment_creates_sunwis_own_each_in_the_stacks_group_with_its_queue_and_its_role(
    place: JobsStack,
) -> None:
    outputs = place.outputs
    listed = place.stack.client("scheduler").list_schedules(GroupName=outputs.schedule_group_name)["Schedules"]
    assert sorted(item["Name"] for item in listed) == sorted(OWN)
    for name in OWN:
        found = kept(place, name)
        assert (found["State"], found["ScheduleExpressionTimezone"]) == ("ENABLED", "Asia/Seoul")
        assert found["FlexibleTimeWindow"] == {"Mode": "OFF"}
        target = found["Target"]
        assert (target["Arn"], target["RoleArn"]) == (outputs.schedules_queue_arn, outputs.schedule_role_arn)
        assert target["DeadLetterConfig"] == {"Arn": outputs.schedules_dead_letter_queue_arn}
        body = json.loads(target["Input"])
        assert (body["submit"], body["schedule"], body["due"]) == ({"work": name, "params": {}}, name, DUE_WORD)
    assert kept(place, "archive")["ScheduleExpression"] == "cron(0 0 ? * SUN *)"


def test_what_a_person_changes_survives_a_deployment_and_only_what_is_missing_is_created(
    place: JobsStack, schedules: ScheduleContainer
) -> None:
    schedules.set_schedule.set(ADMIN, "backup", when=Daily(time(5, 30)))
    schedules.switch_schedule.pause(ADMIN, "cleanup")
    place.stack.client("scheduler").delete_schedule(Name="archive", GroupName=place.outputs.schedule_group_name)
    before = {name: kept(place, name) for name in ("backup", "cleanup", "evaluation")}
    deploy_again(place, "later")
    assert {name: kept(place, name) for name in before} == before
    assert kept(place, "archive")["State"] == "ENABLED"
    states = {line.name: line.state for line in schedules.list_schedules.list(ADMIN)}
    assert (states["backup"], states["cleanup"]) == (ScheduleState.ACTIVE, ScheduleState.PAUSED)
    assert schedules.schedules.find("backup").when == Daily(time(5, 30))  # type: ignore[union-attr]  # it is there
    schedules.switch_schedule.resume(ADMIN, "cleanup")
    assert kept(place, "cleanup")["State"] == "ENABLED"


def test_an_operators_call_of_the_migrator_creates_what_somebody_has_deleted(place: JobsStack) -> None:
    place.stack.client("scheduler").delete_schedule(Name="backup", GroupName=place.outputs.schedule_group_name)
    answer = place.stack.client("lambda").invoke(FunctionName=place.outputs.migrator_function_name, Payload="{}")
    assert json.loads(answer["Payload"].read())["created"] == ["backup"]
    assert kept(place, "backup")["State"] == "ENABLED"


def test_a_schedule_fires_and_each_due_time_is_one_job_that_runs_to_its_end_however_often_it_is_sent(
    place: JobsStack, schedules: ScheduleContainer
) -> None:
    since = datetime.now(UTC).replace(microsecond=0)
    order = JobOrder(work="answer", params={"say": "due"})
    schedules.schedules.create("each-minute", Interval(1, since), order)
    wait_for("job", lambda: jobs_of(place, "schedule:each-minute:"), timeout_seconds=FIRED_SECONDS)
    schedules.switch_schedule.pause(ADMIN, "each-minute")
    wait_for("messages taken", lambda: waiting(place) == 0, timeout_seconds=60)
    fired = jobs_of(place, "schedule:each-minute:")
    ((key,), *_) = place.rows("SELECT key FROM job_request WHERE key LIKE 'schedule:each-minute:%'")
    body = json.loads(kept(place, "each-minute")["Target"]["Input"])
    due = key.removeprefix("schedule:each-minute:")
    for _ in range(3):
        text = json.dumps({**body, "due": due})
        place.stack.client("sqs").send_message(QueueUrl=place.outputs.schedules_queue_url, MessageBody=text)
    wait_for("messages taken", lambda: waiting(place) == 0, timeout_seconds=60)
    assert jobs_of(place, "schedule:each-minute:") == fired
    for job_id in fired:
        job = place.wait_until_ended(job_id)
        assert (job.owner, job.state, job.result) == (
            SYSTEM_OWNER,
            JobState.SUCCEEDED,
            {"said": "due", "place": "core"},
        )


def test_a_run_by_hand_is_a_job_of_whoever_asks_beside_those_that_are_due(
    place: JobsStack, schedules: ScheduleContainer
) -> None:
    first = schedules.run_schedule.run(ADMIN, "evaluation", idempotency_key="by-hand-1").job
    second = schedules.run_schedule.run(ADMIN, "evaluation", idempotency_key="by-hand-2").job
    assert (first.owner, first.work, first.id == second.id) == (ADMIN.owner, "evaluation", False)
    assert {place.wait_until_ended(job.id).state for job in (first, second)} == {JobState.SUCCEEDED}
    (evaluation,) = [line for line in schedules.list_schedules.list(ADMIN) if line.name == "evaluation"]
    assert evaluation.state is ScheduleState.ACTIVE
    assert evaluation.next_at is not None
    assert evaluation.next_at - datetime.now(UTC) <= timedelta(days=1)


def test_a_stack_with_schedules_is_deleted_and_its_schedules_with_it(place: JobsStack) -> None:
    cloudformation, scheduler = place.stack.client("cloudformation"), place.stack.client("scheduler")
    assert scheduler.list_schedules(GroupName=NAME)["Schedules"]
    cloudformation.delete_stack(StackName=NAME)

    def is_gone() -> bool:
        groups = scheduler.list_schedule_groups()["ScheduleGroups"]
        return NAME not in {group["Name"] for group in groups}

    wait_for("end of the group", is_gone, timeout_seconds=60)
    assert scheduler.list_schedules(GroupName=NAME)["Schedules"] == []


def test_a_database_that_is_away_across_a_due_time_makes_one_job_of_it_late_and_none_is_lost(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("away")
    with (
        running_postgres() as server,
        LocalStack(wait_scale=0.1) as stack,
        jobs_stack(stack, "schedules-away", folder, url=server.create_database("away")) as place,
    ):
        sqs, url = stack.client("sqs"), place.outputs.schedules_queue_url
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(VISIBILITY_SECONDS)})
        server.stop()
        body = write_due_message("backup", JobOrder(work="backup", params={}))
        bodies = [body] + [{**body, "due": due} for due in ("2026-01-01T18:00:00Z",) * 3 + ("2026-01-02T18:00:00Z",)]
        for each in bodies:
            sqs.send_message(QueueUrl=url, MessageBody=json.dumps(each))

        def refused() -> int:
            return sum("StoreUnavailable" in line for line in stack.function_logs("Tender"))

        # Two receives of each: at six minutes from one to the next, ten minutes and more.
        wait_for("receives", lambda: refused() >= 2 * len(bodies), timeout_seconds=90)
        assert waiting(place) == len(bodies)
        server.start()
        place.adapters.engine.dispose()
        wait_for("messages taken", lambda: waiting(place) == 0, timeout_seconds=60)
        late = jobs_of(place, "schedule:backup:")
        assert len(late) == 3, "one of each due time, and one of the minute in which the word was sent"
        assert {place.wait_until_ended(job_id).state for job_id in late} == {JobState.SUCCEEDED}
        assert place.rows("SELECT count(*) FROM job") == [(3,)]
