"""The crawler's image as confined as on Lambda: read-only, nobody's user, no way out but to the stand-in."""

import json
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from infra.local.containers.images import Image, docker
from infra.local.containers.surroundings import KEYWORD, Servers, Surroundings
from infra.local.stack import wait_for
from tests.container.crawling import EVENT, Crawler, running_crawler


@pytest.fixture
def crawler(images: dict[str, Image], running: Servers, around: Surroundings) -> Iterator[Crawler]:
    around.prepare(EVENT)
    with running_crawler(images["crawler"], running, around) as started:
        yield started


def ranks(around: Surroundings) -> list[tuple[int, int | None]]:
    with around.container.adapters.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text("SELECT tracking_id, rank FROM rank_history ORDER BY 1"))]


def forget_pages(around: Surroundings) -> None:
    """Make what was read so old that a page has to be opened again."""
    with around.container.adapters.engine.begin() as connection:
        connection.execute(text("UPDATE page_reading SET fetched_at = fetched_at - interval '2 days'"))


def test_a_page_is_read_and_the_ledger_written_with_nothing_else_in_reach(
    crawler: Crawler, running: Servers, around: Surroundings
) -> None:
    crawler.look(1)
    crawler.look(2)
    assert ranks(around) == [(1, around.tracked.rank), (2, None)]
    assert crawler.container.shell("touch /var/task/x 2>&1 || true").endswith("Read-only file system\n")
    joined = docker("inspect", "--format", "{{json .NetworkSettings.Networks}}", crawler.container.name).stdout
    assert list(json.loads(joined)) == [running.network.name]
    assert docker("network", "inspect", "--format", "{{.Internal}}", running.network.name).stdout.strip() == "true"
    assert int(crawler.container.shell("id --user")) >= 20_000


def test_a_killed_browser_is_replaced_and_no_zombie_stays(
    crawler: Crawler, running: Servers, around: Surroundings
) -> None:
    crawler.look(1)
    crawler.kill([each for each in crawler.processes() if each.is_browser])
    # The page that was read is old now, so that it has to be opened again.
    before = running.site.requests.documents.get(KEYWORD, 0)
    forget_pages(around)
    crawler.look(2)
    assert running.site.requests.documents.get(KEYWORD, 0) > before
    assert ranks(around) == [(1, around.tracked.rank), (2, None)]
    wait_for("burial of every zombie", lambda: not [each for each in crawler.processes() if each.state == "Z"])


def test_credentials_cannot_be_read_beside_the_handler(crawler: Crawler) -> None:
    crawler.look(1)
    served = [
        each.pid
        for each in crawler.processes()
        if "serve_function" in crawler.container.shell(f"cat /proc/{each.pid}/cmdline || true")
    ]
    assert len(served) == 2
    for pid in served:
        for secret in ("environ", "mem", "maps"):
            assert "Permission denied" in crawler.container.shell(f"cat /proc/{pid}/{secret} 2>&1 >/dev/null || true")


def test_driver_and_browser_know_neither_aws_nor_the_database(crawler: Crawler) -> None:
    crawler.look(1)
    others = [each for each in crawler.processes() if each.is_browser or each.is_driver]
    assert len(others) > 2
    environments = {
        each: crawler.container.shell(f"tr '\\0' '\\n' < /proc/{each.pid}/environ || true") for each in others
    }
    assert {each.is_browser for each, environment in environments.items() if "PATH=" in environment} == {True, False}
    assert not re.search("AWS_|DATABASE|QUEUE_URL|BUCKET", "".join(environments.values()))


def test_a_second_event_finds_the_same_browser_warm(crawler: Crawler, around: Surroundings) -> None:
    crawler.look(1)
    first = {each.pid for each in crawler.processes() if each.is_browser}
    forget_pages(around)
    crawler.look(2)
    assert [each["BrowserLaunches"] for each in crawler.figures()] == [1, 1]
    assert first & {each.pid for each in crawler.processes() if each.is_browser}


def test_the_fonts_are_known_already_when_a_browser_starts(crawler: Crawler) -> None:
    crawler.look(1)
    assert crawler.container.shell("find /var/cache/fontconfig -name '*.cache-*'")
    assert crawler.container.shell("find /tmp -path '*fontconfig*' -type f") == ""
