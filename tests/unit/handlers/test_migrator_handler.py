import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.request import Request

import pytest
from sqlalchemy import text

from migrator.handler import handler
from sunwi.adapters.aws import custom_resource as aws_custom_resource
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import schema_version
from sunwi.bootstrap.accounts import AccountContainer
from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.schedules import ScheduleContainer
from sunwi.domain.work import Works
from sunwi.errors import ConfigurationError, InvalidInput, Retryable
from sunwi.testing import ManualClock
from sunwi.testing.accounts import InMemoryIdentities
from sunwi.testing.schedules import InMemorySchedules
from tests.examples import NIGHT
from tests.job_world import NO_OP


class Context:
    aws_request_id = "request-1"

    def get_remaining_time_in_millis(self) -> int:
        return 900_000


@dataclass
class Answers:
    said: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, put: Request, timeout: float) -> "Answers":  # noqa: ARG002 - urlopen's own signature
        assert isinstance(put.data, bytes)
        self.said.append(json.loads(put.data))
        return self

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    listening = Answers()
    monkeypatch.setattr(aws_custom_resource, "urlopen", listening)
    return listening


@pytest.fixture
def database_url(environment: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """An empty database, set for the function."""
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    environment.setenv("DATABASE_URL", url)
    return url


@pytest.fixture
def schedules(database_url: str, environment: pytest.MonkeyPatch) -> InMemorySchedules:
    """The scheduler that the function will find, with the kinds of backup and archive."""
    assert database_url
    environment.setenv("SCHEDULE_GROUP", "sunwi")
    fake, clock = InMemorySchedules(), ManualClock(NIGHT)
    works = Works((replace(NO_OP, name="backup"), replace(NO_OP, name="archive")))
    adapters = Adapters.bootstrap().remember()
    vars(adapters).update(clock=clock, sleep=lambda seconds: clock.advance(seconds=seconds))
    adapters.compose(ScheduleContainer, schedules=fake, works=works)
    return fake


def request(kind: str, **properties: object) -> dict[str, Any]:
    return {
        "RequestType": kind,
        "RequestId": "request-1",
        "StackId": "stack-1",
        "LogicalResourceId": "Schema",
        "ResponseURL": "https://bucket.example/answer",
        "ResourceProperties": properties,
    }


def test_a_deployment_brings_the_schema_to_the_revision_it_names(database_url: str, answers: Answers) -> None:
    handler(request("Create", Revision="0001"), Context())
    assert schema_version(create_store_engine(database_url)).current == "0001"
    handler(request("Update", Revision="0002"), Context())
    assert [answer["Status"] for answer in answers.said] == ["SUCCESS", "SUCCESS"]
    assert answers.said[1]["Data"] == {"before": "0001", "after": "0002", "is_ahead": "False"}
    assert schema_version(create_store_engine(database_url)).current == "0002"


def test_a_deployment_that_is_rolled_back_leaves_the_schema(database_url: str, answers: Answers) -> None:
    handler(request("Create", Revision="0002"), Context())
    handler(request("Update", Revision="0001"), Context())
    assert [answer["Status"] for answer in answers.said] == ["SUCCESS", "SUCCESS"]
    assert schema_version(create_store_engine(database_url)).current == "0002"


def test_a_schema_of_a_later_release_is_left_alone(database_url: str, answers: Answers) -> None:
    handler(request("Create", Revision="0002"), Context())
    engine = create_store_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    handler(request("Update", Revision="0001"), Context())
    assert answers.said[1]["Data"] == {"before": "9999", "after": "9999", "is_ahead": "True"}
    assert schema_version(engine).is_ahead


def test_a_deleted_stack_leaves_the_data_and_needs_no_database(
    environment: pytest.MonkeyPatch, answers: Answers
) -> None:
    environment.setenv("DATABASE_URL", "")
    handler(request("Delete", Revision="0002"), Context())
    assert [answer["Status"] for answer in answers.said] == ["SUCCESS"]


def test_a_revision_that_the_image_lacks_fails_the_deployment(database_url: str, answers: Answers) -> None:
    with pytest.raises(ConfigurationError, match="this release has no schema revision 9999"):
        handler(request("Create", Revision="9999"), Context())
    assert answers.said[0]["Status"] == "FAILED"
    assert schema_version(create_store_engine(database_url)).current is None


@pytest.mark.parametrize(
    ("name", "value"), [("DATABASE_URL", ""), ("DATABASE_URL", "mysql://x@y/z"), ("CRAWL_BATCH_TIMEOUT", "never")]
)
def test_settings_that_cannot_be_used_fail_the_deployment_at_once(
    environment: pytest.MonkeyPatch, answers: Answers, name: str, value: str
) -> None:
    environment.setenv(name, value)
    with pytest.raises(ConfigurationError):
        handler(request("Create", Revision="0002"), Context())
    assert answers.said[0]["Status"] == "FAILED"
    assert answers.said[0]["Reason"].startswith("ConfigurationError: ")


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_settings_that_do_not_fit_each_other_fail_the_deployment_in_one_sentence(
    environment: pytest.MonkeyPatch, answers: Answers, kind: str
) -> None:
    environment.setenv("DATABASE_URL", "")
    values = {"CRAWL_SCHEDULE_HOUR": "23", "CRAWL_SCHEDULE_MINUTE": "30", "CRAWL_BATCH_TIMEOUT": "3600"}
    with pytest.raises(ConfigurationError):
        handler(request(kind, Values=values), Context())
    assert [(answer["Status"], answer["Reason"]) for answer in answers.said] == [
        (
            "FAILED",
            (
                "ConfigurationError: a run that starts at 23:30 KST and may take CrawlBatchTimeout=3600 s would cross "
                "midnight KST: start earlier (CrawlScheduleHour, CrawlScheduleMinute) or allow at most 1800 s"
            ),
        )
    ]


@pytest.mark.parametrize("kind", ["Create", "Update", "Delete"])
def test_settings_that_fit_each_other_are_taken_without_asking_the_database(
    environment: pytest.MonkeyPatch, answers: Answers, kind: str
) -> None:
    environment.setenv("DATABASE_URL", "")
    values = {"CRAWL_SCHEDULE_HOUR": "23", "CRAWL_SCHEDULE_MINUTE": "0", "DATABASE_HOST": ""}
    assert handler(request(kind, Values=values), Context()) == {}
    assert [answer["Status"] for answer in answers.said] == ["SUCCESS"]


def test_settings_of_a_stack_that_is_deleted_are_not_checked(environment: pytest.MonkeyPatch, answers: Answers) -> None:
    environment.setenv("DATABASE_URL", "")
    handler(request("Delete", Values={"CRAWL_SCHEDULE_HOUR": "99"}), Context())
    assert [answer["Status"] for answer in answers.said] == ["SUCCESS"]


def test_an_operators_call_brings_the_schema_to_the_newest(database_url: str, answers: Answers) -> None:
    change = handler({}, Context())
    version = schema_version(create_store_engine(database_url))
    assert version.is_current
    assert (change["before"], change["after"], change["is_ahead"]) == (None, version.head, False)
    assert answers.said == []


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_a_deployment_creates_the_schedules_that_are_missing(
    schedules: InMemorySchedules, answers: Answers, kind: str
) -> None:
    handler(request(kind, Names=["backup", "archive"], Group="sunwi"), Context())
    assert schedules.created == ["backup", "archive"]
    assert [(answer["Status"], answer["Data"]) for answer in answers.said] == [
        ("SUCCESS", {"created": "backup archive"})
    ]
    handler(request("Update", Names=["backup", "archive", "later"], Group="sunwi"), Context())
    assert answers.said[1]["Data"] == {"created": ""}


def test_schedules_of_a_stack_that_is_deleted_are_its_groups(schedules: InMemorySchedules, answers: Answers) -> None:
    handler(request("Delete", Names=["backup"], Group="sunwi"), Context())
    assert (schedules.created, [answer["Status"] for answer in answers.said]) == ([], ["SUCCESS"])


def test_a_role_that_is_not_known_yet_is_waited_for(schedules: InMemorySchedules, answers: Answers) -> None:
    schedules.refusals = 3
    handler(request("Create", Names=["backup"], Group="sunwi"), Context())
    assert schedules.created == ["backup", "archive"]
    assert answers.said[0]["Status"] == "SUCCESS"


def test_a_scheduler_that_stays_away_fails_the_deployment_with_its_reason(
    schedules: InMemorySchedules, answers: Answers
) -> None:
    schedules.refusals = 1000
    with pytest.raises(Retryable):
        handler(request("Create", Names=["backup"], Group="sunwi"), Context())
    assert (answers.said[0]["Status"], "the scheduler cannot be reached" in answers.said[0]["Reason"]) == (
        "FAILED",
        True,
    )


def test_an_operators_call_creates_schedules_too(schedules: InMemorySchedules) -> None:
    assert list(handler({}, Context())["created"]) == ["backup", "archive"]
    assert list(handler({}, Context())["created"]) == []
    assert schedules.created == ["backup", "archive"]


def test_where_no_group_is_set_an_operators_call_creates_none(database_url: str) -> None:
    assert database_url
    assert list(handler({}, Context())["created"]) == []


def test_a_request_for_nothing_that_is_known_fails(database_url: str, answers: Answers) -> None:
    assert database_url
    with pytest.raises(KeyError):
        handler(request("Create", Colour="red"), Context())
    assert answers.said[0]["Status"] == "FAILED"


@pytest.fixture
def identities(database_url: str, environment: pytest.MonkeyPatch) -> InMemoryIdentities:
    """The identity provider that the function will find, and whom it makes an admin."""
    assert database_url
    environment.setenv("ADMIN_EMAIL", "Admin@Sunwi.test")
    environment.setenv("COGNITO_USER_POOL_ID", "ap-northeast-2_Abc")
    fake, clock = InMemoryIdentities(), ManualClock(NIGHT)
    adapters = Adapters.bootstrap().remember()
    vars(adapters).update(clock=clock, sleep=lambda seconds: clock.advance(seconds=seconds))
    adapters.compose(AccountContainer, identities=fake)
    return fake


def test_a_deployment_makes_the_admin_after_the_schema_and_invites_them_once(
    identities: InMemoryIdentities, answers: Answers
) -> None:
    for kind in ("Create", "Update"):
        handler(request(kind, Revision="head", AdminEmail="Admin@Sunwi.test"), Context())
    assert [answer["Data"]["admin"] for answer in answers.said] == ["invited", "there"]
    assert identities.mails == ["admin@sunwi.test"]
    assert handler({}, Context())["admin"] == "there"


def test_an_identity_provider_that_stays_away_fails_the_deployment_and_the_next_one_goes_on(
    identities: InMemoryIdentities, answers: Answers
) -> None:
    identities.is_away = True
    with pytest.raises(Retryable):
        handler(request("Create", Revision="head"), Context())
    assert answers.said[0]["Status"] == "FAILED"
    assert "the identity provider cannot be reached" in answers.said[0]["Reason"]
    identities.is_away = False
    handler(request("Update", Revision="head"), Context())
    assert answers.said[1]["Data"]["admin"] == "invited"


def test_an_address_that_is_none_fails_the_deployment(
    database_url: str, environment: pytest.MonkeyPatch, answers: Answers
) -> None:
    assert database_url
    environment.setenv("ADMIN_EMAIL", "a@b..kr")
    with pytest.raises(InvalidInput, match="no e-mail address"):
        handler(request("Create", Revision="head"), Context())
    assert answers.said[0]["Status"] == "FAILED"
