import os

import pytest

from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.crawling import CrawlContainer
from sunwi.errors import ConfigurationError
from sunwi.settings import Settings, clean_environment, load_settings
from sunwi.testing import InMemoryCrawlQueue


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(autouse=True)
def _read_anew() -> None:
    load_settings.cache_clear()


def load(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    load_settings.cache_clear()
    try:
        return load_settings()
    finally:
        load_settings.cache_clear()


def test_an_empty_environment_gives_the_seeds_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch)
    assert (settings.crawl_schedule_hour, settings.crawl_schedule_minute) == (1, 0)
    assert (settings.crawl_delay_seconds, settings.crawl_batch_timeout) == (2, 3600)
    assert settings.database_url is None


def test_every_setting_is_read_under_its_name_in_capitals(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(
        monkeypatch,
        CRAWL_SCHEDULE_HOUR="3",
        CRAWL_DELAY_SECONDS="1.5",
        CRAWL_BATCH_TIMEOUT="7200",
        DATABASE_URL="sqlite://",
    )
    assert settings.crawl_schedule_hour == 3
    assert settings.crawl_delay_seconds == 1.5
    assert settings.batch_timeout.total_seconds() == 7200
    assert settings.database_url == "sqlite://"


def test_an_empty_variable_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, CRAWL_BATCH_TIMEOUT="", DATABASE_URL="") == load(monkeypatch)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CRAWL_SCHEDULE_HOUR", "one"),
        ("CRAWL_SCHEDULE_HOUR", "24"),
        ("CRAWL_SCHEDULE_MINUTE", "60"),
        ("CRAWL_DELAY_SECONDS", "-1"),
        ("CRAWL_DELAY_SECONDS", "nan"),
        ("CRAWL_BATCH_TIMEOUT", "0"),
        ("CRAWL_BATCH_TIMEOUT", "1h"),
        ("CRAWL_BATCH_TIMEOUT", "86400"),
        ("CRAWL_RETRY_BASE_SECONDS", "-1"),
        ("CRAWLER_TIMEOUT_SECONDS", "901"),
        ("CRAWL_ALLOW_STALE_EVENTS", "perhaps"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_under_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(ConfigurationError, match=name) as caught:
        load(monkeypatch, **{name: value})
    assert value in str(caught.value)


def test_a_refused_setting_never_shows_the_database_password(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(monkeypatch, DATABASE_URL="postgresql://sunwi:hunter2@db/sunwi", CRAWL_SCHEDULE_HOUR="24")
    assert "hunter2" not in str(caught.value)


def test_a_setting_that_a_job_needs_is_named_when_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="STATE_MACHINE_ARN is not set"):
        load(monkeypatch).require("state_machine_arn")
    assert load(monkeypatch, STATE_MACHINE_ARN="arn").require("state_machine_arn") == "arn"


def test_two_navigations_fit_into_the_crawlers_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    for seconds, delay in (("15", "0"), ("30", "6"), ("60", "15"), ("900", "2")):
        settings = load(monkeypatch, CRAWLER_TIMEOUT_SECONDS=seconds, CRAWL_DELAY_SECONDS=delay)
        used = 2 * (settings.page_timeout_seconds + settings.crawl_delay_seconds)
        assert settings.page_timeout_seconds >= 4
        assert used < settings.crawler_timeout_seconds


def test_a_pause_that_leaves_no_time_for_a_page_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match=r"CRAWLER_TIMEOUT_SECONDS=15 leaves .* CRAWL_DELAY_SECONDS=2"):
        load(monkeypatch, CRAWLER_TIMEOUT_SECONDS="15", CRAWL_DELAY_SECONDS="2")


def test_children_see_neither_credentials_nor_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://sunwi:secret@db/sunwi")
    before = dict(os.environ)
    with clean_environment() as shown:
        assert "secret" not in str(shown)
        assert dict(os.environ) == shown
        assert "PATH" in shown
    assert dict(os.environ) == before


def test_the_environment_comes_back_after_an_error() -> None:
    before = dict(os.environ)

    def fail_inside() -> None:
        with clean_environment():
            raise KeyError

    with pytest.raises(KeyError):
        fail_inside()
    assert dict(os.environ) == before


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"DATABASE_SECRET_ARN": "sunwi/database"}, True),
        ({"DATABASE_SECRET_ARN": "sunwi/database", "DATABASE_TLS": "off"}, False),
        ({"DATABASE_URL": "postgresql://sunwi@db/sunwi"}, None),
        ({"DATABASE_URL": "postgresql://sunwi@db/sunwi", "DATABASE_SECRET_ARN": "sunwi/database"}, None),
        ({"DATABASE_URL": "postgresql://sunwi@db/sunwi", "DATABASE_TLS": "on"}, True),
    ],
)
def test_a_database_from_the_secret_is_spoken_to_by_tls_unless_that_is_turned_off(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], *, expected: bool | None
) -> None:
    assert load(monkeypatch, **variables).speaks_database_tls is expected


@pytest.mark.parametrize(
    ("variables", "expected"), [({}, True), ({"CRAWL_PICTURES": "on"}, True), ({"CRAWL_PICTURES": "off"}, False)]
)
def test_pages_are_drawn_unless_that_is_switched_off(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], *, expected: bool
) -> None:
    settings = load(monkeypatch, DATABASE_URL="sqlite://", **variables)
    crawling = CrawlContainer(Adapters(settings, queue=InMemoryCrawlQueue()))
    assert crawling.crawl_tracking.pictures is expected
