from pathlib import Path

import pytest

from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.monitor import MonitorContainer
from sunwi.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{tmp_path / 'sunwi.db'}", jobs_max_pending=7)


def test_a_machine_without_queues_asks_nothing_of_aws(settings: Settings) -> None:
    monitor = MonitorContainer(Adapters(settings)).monitor
    assert (monitor.queues, monitor.max_pending) == (None, 7)


def test_the_queues_that_are_set_are_asked_by_their_names(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "ap-northeast-2")
    urls = {"crawl_queue_url": "https://sqs/c", "schedules_queue_url": "https://sqs/s"}
    depths = MonitorContainer(Adapters(settings.model_copy(update=urls))).queues
    assert depths is not None
    assert depths.urls == {"crawl": "https://sqs/c", "schedules": "https://sqs/s"}


def test_figures_go_where_the_stacks_metrics_go(settings: Settings) -> None:
    adapters = Adapters(settings)
    assert MonitorContainer(adapters).publish_job_figures.metrics is adapters.metrics
