"""What goes wrong is said in Korean on a screen and in English to a program, whoever said it first."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from sunwi import errors
from sunwi.adapters.aws.health import probe_queue
from sunwi.bootstrap.adapters import Adapters
from sunwi.cli.error_words import korean_of
from sunwi.domain.site import PageAddress, Site
from sunwi.errors import ConfigurationError, PageTimedOut, Retryable, SunwiError
from sunwi.service.ports.health import QueueHealth
from sunwi.wording.labels import CHECKS
from tests.parts import replace_parts
from tests.unit.cli.command_line import CommandLine, FakeContainer

PLAIN = CommandLine()
KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, SunwiError)]

WRONG = {
    "no such command": (("trackings", "shw"), "'shw'이라는 명령은 없습니다 (혹시 'show'?)"),
    "no such group": (("nothing",), "'nothing'이라는 명령은 없습니다"),
    "no such option": (("--bogus",), "--bogus 옵션은 없습니다"),
    "a misspelt option": (("runs", "list", "--limt", "3"), "--limt 옵션은 없습니다 (혹시 --limit?)"),
    "no command": (("--env-file", "x"), "할 일을 쓰지 않았습니다"),
    "no argument": (("runs", "show"), "RUN을(를) 쓰지 않았습니다"),
    "no needed option": (("trackings", "add", "--kind", "place"), "--keyword을(를) 쓰지 않았습니다"),
    "too many words": (("runs", "list", "extra"), "필요 없는 말이 더 있습니다: extra"),
    "a value for a flag": (("runs", "list", "--json=3"), "--json 옵션에는 값을 쓰지 않습니다"),
    "no number": (("runs", "list", "--limit", "abc"), "--limit 값을 쓸 수 없습니다: 정수를 쓰세요"),
    "too small": (("trackings", "show", "0"), "ID 값을 쓸 수 없습니다: 1 이상의 값을 쓰세요"),
    "too large": (("dlq", "redrive", "--rate", "501"), "--rate 값을 쓸 수 없습니다: 500 이하의 값을 쓰세요"),
    "no such word": (
        ("trackings", "list", "--status", "xx"),
        "'xx'은(는) 없습니다. 'active', 'paused', 'ended' 가운데 하나를 쓰세요",
    ),
    "no date": (("trackings", "proof", "1", "--day", "x"), "'x'은(는) 날짜가 아닙니다. 2026-01-02처럼 쓰세요"),
    "no such file": (("trackings", "import", "nofile"), "'nofile'이(가) 없습니다"),
    "a folder for a file": (("trackings", "import", "/"), "'/'은(는) 폴더입니다. 파일을 쓰세요"),
    "no such run": (("runs", "show", "?"), "배치 '?'이(가) 없습니다"),
}


def has_english_sentence(text: str) -> bool:
    """Whether three English words follow one another; commands, settings and names of things may stand in Korean."""
    without_commands = re.sub(r"sunwi(?: [\w-]+)+|[A-Z][A-Z0-9_]{3,}(?:=\S+)?", "", text)
    return re.search(r"[A-Za-z']{2,} [a-z']{2,} [a-z']{2,}", without_commands) is not None


@pytest.mark.parametrize(("arguments", "wanted"), WRONG.values(), ids=WRONG.keys())
def test_what_is_typed_wrong_is_said_in_korean_with_where_to_read_on(arguments: tuple[str, ...], wanted: str) -> None:
    output = PLAIN(*arguments)
    assert output.code == 2
    assert output.err.startswith("오류: ")
    assert wanted in output.err
    assert not has_english_sentence(output.err)


@pytest.mark.parametrize("arguments", [words for words, _ in WRONG.values() if words[-1] != "?"])
def test_a_wrong_command_names_its_own_help(arguments: tuple[str, ...]) -> None:
    told = re.search(r"\(사용법: (sunwi.*) --help\)", PLAIN(*arguments).err)
    assert told
    assert PLAIN(*told.group(1).split()[1:], "--help").code == 0


def test_a_group_alone_still_shows_its_help() -> None:
    output = PLAIN("trackings")
    assert output.code == 2
    assert "import" in output.err + output.out


def test_a_program_gets_the_english_of_a_wrong_command() -> None:
    assert PLAIN("nothing", "--json").document()["error"]["message"] == "No such command 'nothing'."


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_no_error_shows_its_english_for_want_of_korean(kind: type[SunwiError]) -> None:
    error = kind("the thing could not be had from where it was")
    assert not has_english_sentence(korean_of(error))
    assert re.search("[가-힣]", korean_of(error))


def test_an_error_of_a_page_says_its_sort_and_its_code() -> None:
    error = errors.PageUnreachable("https://x could not be opened: net::ERR_CONNECTION_RESET at x")
    assert korean_of(error) == "페이지에 접속하지 못했습니다 (ERR_CONNECTION_RESET)"


class Unreachable:
    """A browser whose pages do not come."""

    def prepare(self, _site: Site, _address: PageAddress, **_options: object) -> None:
        """Nothing is to be readied."""

    def load(self, _site: Site, address: PageAddress, **_options: object) -> None:
        raise PageTimedOut(f"{address.url} could not be opened: Timeout 4500ms exceeded")

    def close(self) -> None:
        """Nothing is open."""


def test_a_live_page_that_does_not_come_is_said_in_korean(sunwi: CommandLine, container: FakeContainer) -> None:
    replace_parts(container, loader=Unreachable())
    url = "https://search.naver.com/search.naver?query=a"
    output = sunwi("serp", "read", url, "--kind", "place", "--surface", "integrated")
    assert (output.code, output.err) == (1, "오류: 제한 시간 안에 페이지가 열리지 않았습니다\n")


class Refusing:
    """An SQS client that answers every question with one error."""

    class meta:  # noqa: N801 - boto3's own name
        region_name = "us-east-1"

    def __init__(self, error: Exception) -> None:
        self.error = error

    def get_queue_attributes(self, **_parameters: object) -> None:
        raise self.error


AWS_ERRORS = {
    "no permission": (
        ClientError({"Error": {"Code": "AccessDenied", "Message": "User is not authorized"}}, "GetQueueAttributes"),
        "AWS 권한이 없습니다. 역할이나 사용자의 정책을 확인하세요 (AccessDenied)",
    ),
    "no such queue": (
        ClientError({"Error": {"Code": "QueueDoesNotExist", "Message": "It is not there"}}, "GetQueueAttributes"),
        "AWS에 그런 리소스가 없습니다. 설정에 적은 이름과 리전을 확인하세요 (QueueDoesNotExist)",
    ),
    "no connection": (
        EndpointConnectionError(endpoint_url="http://127.0.0.1:1/"),
        "AWS에 연결하지 못했습니다. 네트워크와 AWS_ENDPOINT_URL을 확인하세요",
    ),
}


@pytest.mark.parametrize(("error", "wanted"), AWS_ERRORS.values(), ids=AWS_ERRORS.keys())
def test_an_error_of_aws_is_passed_on_in_korean_and_in_its_own_words_to_programs(error: Exception, wanted: str) -> None:
    with pytest.raises(Retryable) as raised:
        probe_queue(Refusing(error), "https://sqs/crawl")  # type: ignore[arg-type]  # a client with one call
    assert korean_of(raised.value) == f"대기열 https://sqs/crawl의 상태를 알 수 없습니다: {wanted}"
    assert str(raised.value) == f"the queue https://sqs/crawl cannot be asked: {error}"


@pytest.fixture
def ailing(container: FakeContainer, monkeypatch: pytest.MonkeyPatch) -> Callable[[QueueHealth | Retryable], None]:
    """Make everything that the doctor looks at wrong, its queues in a given way."""

    class Browser:
        def start(self, _site: Site) -> str:
            raise ConfigurationError("no browser could be started", code="browser_missing", executable="")

        def close(self) -> None:
            """Nothing is open."""

    def make(health: QueueHealth | Retryable) -> None:
        def probe(_client: object, _url: str) -> QueueHealth:
            if isinstance(health, Retryable):
                raise health
            return health

        replace_parts(container, loader=Browser())
        monkeypatch.setattr(Adapters, "aws_client", lambda _self, _service: Refusing(OSError()))
        monkeypatch.setattr("sunwi.bootstrap.health.probe_queue", probe)
        monkeypatch.setattr("sunwi.bootstrap.health.probe_state_machine", lambda _client, _arn: "DELETING")

    return make


@pytest.mark.parametrize(
    "health",
    [
        QueueHealth(url="crawl", waiting=0, max_receive_count=None, dead=None, answered_at=None),
        QueueHealth(url="crawl", waiting=0, max_receive_count=3, dead=2, answered_at=None),
        Retryable("the queue cannot be asked at all", code="queue_state_unknown", url="crawl", cause="EOF"),
    ],
    ids=["no redrive", "dead letters", "unreachable"],
)
def test_what_the_doctor_says_is_korean_on_a_screen_and_english_to_a_program(
    sunwi: CommandLine,
    container: FakeContainer,
    ailing: Callable[[QueueHealth | Retryable], None],
    health: QueueHealth | Retryable,
) -> None:
    at = container.adapters.clock.now() + timedelta(minutes=10)
    ailing(health if isinstance(health, Retryable) else replace(health, answered_at=at))
    output, document = sunwi("doctor"), sunwi("doctor", "--json").document()
    assert output.code == 1
    assert not has_english_sentence(output.out)
    assert all(name in output.out for name in CHECKS.values())
    assert [check["name"] for check in document["checks"]] == list(CHECKS)
    assert not [check for check in document["checks"] if re.search("[가-힣]", check["message"])]
    assert {frozenset(check) for check in document["checks"]} == {frozenset({"name", "level", "message"})}


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("CRAWL_BATCH_TIMEOUT", "soon", "CRAWL_BATCH_TIMEOUT 값 'soon'을(를) 쓸 수 없습니다: 정수를 쓰세요"),
        ("CRAWL_DELAY_SECONDS", "-1", "CRAWL_DELAY_SECONDS 값 '-1'을(를) 쓸 수 없습니다: 0.0 이상의 값을 쓰세요"),
        ("CANARY_THRESHOLD", "2", "1.0 이하의 값을 쓰세요"),
        ("CRAWL_BATCH_TIMEOUT", "0", "0보다 큰 값을 쓰세요"),
        ("DATABASE_TLS", "maybe", "'on', 'off' 가운데 하나를 쓰세요"),
        ("OWNS_SANDBOX", "maybe", "true나 false를 쓰세요"),
        ("CRAWL_DELAY_SECONDS", "inf", "유한한 숫자를 쓰세요"),
        ("CRAWLER_TIMEOUT_SECONDS", "15", "앞의 값을 올리거나 뒤의 값을 내리세요"),
        ("CRAWL_SCHEDULE_HOUR", "23", "자정을 넘길 수 있습니다"),
        ("DATABASE_URL", "no url", "sqlite:///FILE 이나 postgresql://… 로 쓰세요"),
        ("DATABASE_URL", "mysql://x", "sqlite나 postgresql을 쓰세요"),
        ("DATABASE_URL", "sqlite:////nowhere/x.db", "데이터베이스: 파일을 열 수 없습니다. 경로와 권한을 확인하세요"),
    ],
)
def test_a_setting_that_cannot_be_used_is_said_in_korean(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, wanted: str
) -> None:
    monkeypatch.setenv("CRAWL_SCHEDULE_MINUTE", "30")
    monkeypatch.setenv("DATABASE_URL", "sqlite:///x.db")
    monkeypatch.setenv(name, value)
    output = PLAIN("runs", "list")
    assert output.code == 1
    assert wanted in output.err
    assert not has_english_sentence(output.err)
