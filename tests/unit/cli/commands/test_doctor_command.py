from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import SqlSchema
from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.pages import PageContainer
from sunwi.cli.screens.session_words import describe_faults
from sunwi.domain.site import Site
from sunwi.domain.tracking import Device, Surface
from sunwi.domain.work import Works
from sunwi.errors import ConfigurationError, Retryable
from sunwi.service.lookups.lookup import LOOKUP
from sunwi.service.ports.health import QueueHealth
from sunwi.service.schedules.default_schedules import defaults_of
from sunwi.settings import Settings
from sunwi.sites.naver.site import NAVER, Lane
from sunwi.testing.schedules import InMemorySchedules
from tests.examples import DAY, place_tracking
from tests.parts import replace_parts
from tests.unit.cli.command_line import CommandLine, FakeContainer
from tests.unit.cli.ledger_days import write_day

HEALTHY = QueueHealth(url="crawl", waiting=3, max_receive_count=15, dead=0, answered_at=None)


OPENED_AT = datetime(2026, 1, 1, 16, 5, tzinfo=UTC)


class FakeBrowser:
    """Starts, or not."""

    error: ConfigurationError | None = None

    def start(self, site: Site) -> str:
        assert site is NAVER
        if self.error:
            raise self.error
        return "140.0"

    def close(self) -> None:
        """Nothing is open."""


class FakeClient:
    """A client that knows its region."""

    class meta:  # noqa: N801 - boto3's own name
        region_name = "ap-northeast-2"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Those of a machine that can see the schedules, too."""
    return settings.model_copy(update={"schedule_group": "sunwi"})


@pytest.fixture(autouse=True)
def schedules(container: FakeContainer) -> InMemorySchedules:
    """Sunwi's own, each as a deployment creates it."""
    own = Works((replace(LOOKUP, name="backup"), replace(LOOKUP, name="cleanup")))
    fake = InMemorySchedules()
    for default in defaults_of(own):
        fake.create(default.name, default.when, default.order)
    vars(container.schedules)["works"] = own
    replace_parts(container, schedules=fake)
    return fake


@pytest.fixture(autouse=True)
def browser(container: FakeContainer) -> FakeBrowser:
    fake = FakeBrowser()
    replace_parts(container, loader=fake)
    return fake


@pytest.fixture
def examine(sunwi: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, tuple[str, str]]]:
    """Let the doctor look at queues in a given state, and give level and message by check."""

    def run(health: QueueHealth | Retryable = HEALTHY, state_machine: str = "ACTIVE") -> dict[str, tuple[str, str]]:
        def probe(_client: object, _url: str) -> QueueHealth:
            if isinstance(health, Retryable):
                raise health
            return health

        monkeypatch.setattr(Adapters, "aws_client", lambda _self, _service: FakeClient())
        monkeypatch.setattr("sunwi.bootstrap.health.probe_queue", probe)
        monkeypatch.setattr("sunwi.bootstrap.health.probe_state_machine", lambda _client, _arn: state_machine)
        output = sunwi("doctor", "--json")
        document = output.document()
        assert output.code == (0 if document["is_healthy"] else 1)
        return {check["name"]: (check["level"], check["message"]) for check in document["checks"]}

    return run


Examine = Callable[..., dict[str, tuple[str, str]]]


def test_all_is_well(examine: Examine) -> None:
    levels = {name: level for name, (level, _) in examine().items()}
    assert set(levels.values()) == {"ok"}
    assert list(levels) == [
        "settings",
        "database",
        "connections",
        "sessions",
        "browser",
        "region",
        "crawl queue",
        "express queue",
        "circuits",
        "state machine",
        "jobs",
        "schedules",
        "mail",
        "backup",
        "clock",
    ]


@pytest.mark.parametrize(
    ("health", "level", "wanted"),
    [
        (
            QueueHealth(url="crawl", waiting=0, max_receive_count=None, dead=None, answered_at=None),
            "fail",
            "no redrive policy",
        ),
        (QueueHealth(url="crawl", waiting=0, max_receive_count=15, dead=2, answered_at=None), "warn", "redrive it"),
        (
            QueueHealth(url="crawl", waiting=0, max_receive_count=3, dead=0, answered_at=None),
            "warn",
            "set maxReceiveCount to 15",
        ),
        (
            QueueHealth(url="crawl", waiting=0, max_receive_count=3, dead=2, answered_at=None),
            "warn",
            "set maxReceiveCount to 15, else postponed messages are lost; look at the DLQ",
        ),
        (Retryable("the queue cannot be asked"), "fail", "the queue cannot be asked"),
    ],
)
def test_queues_are_judged_by_their_redrive(
    examine: Examine, health: QueueHealth | Retryable, level: str, wanted: str
) -> None:
    checks = examine(health)
    for name in ("crawl queue", "express queue"):
        assert checks[name][0] == level
        assert wanted in checks[name][1]


@pytest.mark.parametrize(("seconds", "level"), [(1, "ok"), (60, "warn"), (600, "fail")])
def test_a_clock_that_is_off_is_noticed(examine: Examine, container: FakeContainer, seconds: int, level: str) -> None:
    at = container.adapters.clock.now() + timedelta(seconds=seconds)
    assert (
        examine(QueueHealth(url="crawl", waiting=0, max_receive_count=15, dead=0, answered_at=at))["clock"][0] == level
    )


def test_another_region_is_warned_of(examine: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeClient.meta, "region_name", "us-east-1")
    level, message = examine()["region"]
    assert (level, "deploy to ap-northeast-2" in message) == ("warn", True)


def test_a_browser_that_does_not_start_fails(examine: Examine, browser: FakeBrowser) -> None:
    browser.error = ConfigurationError("no browser could be started")
    assert examine()["browser"] == ("fail", "no browser could be started")


def test_a_state_machine_that_is_going_away_fails(examine: Examine) -> None:
    assert examine(state_machine="DELETING")["state machine"][0] == "fail"


def test_settings_that_cannot_be_read_end_the_examination(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRAWL_SCHEDULE_HOUR", "25")
    output = CommandLine()("doctor")
    assert output.code == 1
    assert "이상" in output.out
    assert "CRAWL_SCHEDULE_HOUR 값 25은(는) 쓸 수 없습니다" in output.out


def test_what_is_not_set_fails_by_name(sqlite_settings_only: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Adapters, "aws_client", lambda _self, _service: FakeClient())
    monkeypatch.setattr(PageContainer, "loader", FakeBrowser())
    output = sqlite_settings_only("doctor")
    assert output.code == 1
    for name in ("CRAWL_QUEUE_URL", "EXPRESS_QUEUE_URL", "STATE_MACHINE_ARN"):
        assert f"{name} 설정이 없습니다" in output.out


def test_a_surface_that_refuses_is_named_with_when_it_is_asked_again(
    examine: Callable[..., dict[str, tuple[str, str]]], container: FakeContainer
) -> None:
    assert examine()["circuits"] == ("ok", "no surface refuses")
    with container.adapters.store.begin() as tx:
        circuit = tx.circuits.lock(Lane(Surface.BLOG_TAB, Device.MOBILE).circuit)
        probe_at = OPENED_AT + timedelta(minutes=5)
        tx.circuits.save(replace(circuit, opened_at=OPENED_AT, probe_at=probe_at, reason="blocked (captcha)"))
    level, message = examine()["circuits"]
    assert level == "warn"
    assert "blog_tab on mobile since 01-02 01:05:00 KST (blocked (captcha)), asked again 01-02 01:10:00 KST" in message


def test_sessions_that_the_rules_cannot_explain_are_named_with_what_to_do(
    examine: Examine, container: FakeContainer
) -> None:
    with container.adapters.store.begin() as tx:
        tx.trackings.add([place_tracking(number) for number in range(13)], at=container.adapters.clock.now())
        tx.trackings.set_session(2, 2)
    for number in range(26):
        write_day(container.adapters.store, 1, DAY + timedelta(days=number), 3)
    write_day(container.adapters.store, 2, DAY, 3)
    level, message = examine()["sessions"]
    assert level == "warn"
    assert message == (
        "tracking 1 session 1 is over_full: 26 days count, 0 do not; "
        "tracking 2 session 1 is closed_early: 1 days count, 0 do not"
    )
    assert describe_faults(container.ledger.audit_sessions.find()) == (
        "추적 1번 1회차: 노출 26일이 집계되어 25일을 넘었습니다. 청구 내역과 대조한 뒤 sunwi trackings recount 1 로 "
        "바뀔 날을 보고 --apply 로 고치세요 / 추적 2번 1회차: 정정 없이 노출 1/25일로 끝났습니다. 데이터베이스를 직접 "
        "고친 적이 있는지 확인하고, sunwi trackings show 2 를 백업과 대조하세요"
    )
    with container.adapters.store.begin() as tx:
        for tracking_id in range(3, 14):
            tx.trackings.set_session(tracking_id, 4)
    assert describe_faults(container.ledger.audit_sessions.find()).endswith(" / 외 3건")


def test_the_screen_names_the_sessions_in_korean(examine: Examine, container: FakeContainer) -> None:
    examine()
    assert "모든 회차가 규칙에 맞습니다" in CommandLine(container)("doctor").out
    with container.adapters.store.begin() as tx:
        tx.trackings.add([place_tracking()], at=container.adapters.clock.now())
        tx.trackings.set_session(1, 3)
    assert "추적 1번 3회차: 건너뛴 회차가 있습니다" in " ".join(CommandLine(container)("doctor").out.split())


def test_sessions_and_circuits_are_not_looked_at_before_the_schema_is_current(
    examine: Examine, container: FakeContainer, tmp_path: Path
) -> None:
    engine = create_store_engine(f"sqlite:///{tmp_path / 'old.db'}")
    SqlSchema(engine).upgrade("0008")
    replace_parts(container, engine=engine)
    checks = examine()
    for name in ("sessions", "circuits"):
        level, message = checks[name]
        assert (level, "sunwi db upgrade" in message) == ("warn", True)


def test_a_schedule_that_is_paused_or_missing_is_named_with_what_to_do(
    examine: Examine, container: FakeContainer, schedules: InMemorySchedules
) -> None:
    assert examine()["schedules"] == ("ok", "Sunwi's own schedules are there and go on")
    schedules.change("backup", at=OPENED_AT, is_paused=True)
    schedules.remove("cleanup")
    level, message = examine()["schedules"]
    assert (level, message) == (
        "warn",
        "backup is paused since 01-02 01:05; cleanup is missing: see sunwi schedules list, and resume or set them",
    )
    said = " ".join(CommandLine(container)("doctor").out.split())
    assert "백업: 멈춤 01-02 01:05부터 / 정리: 없음" in said


def test_schedules_are_not_asked_for_where_no_group_is_set(examine: Examine, container: FakeContainer) -> None:
    container.adapters.settings = container.adapters.settings.model_copy(update={"schedule_group": None})
    level, message = examine()["schedules"]
    assert (level, "set SCHEDULE_GROUP" in message) == ("warn", True)
