from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sunwi.adapters.aws.evidence import S3EvidenceStore
from sunwi.bootstrap.crawling import CrawlContainer
from sunwi.settings import SAVE_SECONDS, START_SECONDS, load_settings


@pytest.fixture
def container(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[CrawlContainer]:
    monkeypatch.setattr("sunwi.bootstrap.adapters._known", {})
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'sunwi.db'}")
    monkeypatch.setenv("EVIDENCE_BUCKET", "evidence")
    monkeypatch.setenv("CRAWL_QUEUE_URL", "https://sqs.ap-northeast-2.amazonaws.com/000000000000/crawl")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    load_settings.cache_clear()
    yield CrawlContainer.bootstrap()
    load_settings.cache_clear()


def seconds_at_worst(store: S3EvidenceStore) -> int:
    """Compute how long a bucket that does not answer holds one call; the pause before a retry doubles from a second."""
    config: Any = store.client.meta.config  # botocore's types leave its options out
    tries = config.retries["total_max_attempts"]
    pauses = sum(2**number for number in range(tries - 1))
    return int(tries * (config.connect_timeout + config.read_timeout) + pauses)


def test_a_bucket_that_does_not_answer_leaves_the_crawler_time_to_save(container: CrawlContainer) -> None:
    """It may do so twice: once a page has been kept, its picture is next."""
    kept, settings = container.crawl_tracking.evidence, container.adapters.settings
    assert isinstance(kept, S3EvidenceStore)
    slowest = START_SECONDS + settings.page_timeout_seconds + SAVE_SECONDS
    assert slowest + 2 * seconds_at_worst(kept) < settings.crawler_timeout_seconds


def test_whoever_reads_kept_pages_waits_longer_for_them(container: CrawlContainer) -> None:
    kept, found = container.crawl_tracking.evidence, container.adapters.evidence
    assert isinstance(kept, S3EvidenceStore)
    assert isinstance(found, S3EvidenceStore)
    assert seconds_at_worst(found) > seconds_at_worst(kept)
