"""What a tracking costs, from its message to its ledger row, against bare Playwright over the same pages."""

import shutil
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.benchmarks.hot_path_night import HotNight, Taken, load_bare, write_pages
from tests.benchmarks.page_server import serving

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

ROUNDS = 3
MAX_RATIO = 1.5
MAX_STATEMENTS = {"reused reading": 8, "new page": 13}


@pytest.fixture(scope="module")
def pages() -> dict[str, bytes]:
    return write_pages()


@pytest.fixture(scope="module")
def address(pages: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(pages, tmp_path_factory.mktemp("pages")) as found:
        yield found


def crawl(database_url: str, pages: dict[str, bytes], address: str) -> list[Taken]:
    """Crawl the night once, in a started browser."""
    night = HotNight(database_url, address)
    try:
        tasks = night.dispatch(pages)
        night.start()
        with capture_logs():
            return night.crawl(tasks)
    finally:
        night.close()


def by_kind(taken: Sequence[Taken]) -> dict[str, list[Taken]]:
    return {
        "new page": [each for each in taken if each.is_new_page],
        "reused reading": [each for each in taken if not each.is_new_page],
    }


def milliseconds(taken: Sequence[Taken]) -> float:
    return 1000 * statistics.mean(each.seconds for each in taken)


def show_statements(database: str, taken: Sequence[Taken]) -> None:
    for kind, those in by_kind(taken).items():
        most = max(those, key=lambda each: each.counts.statements.total())
        print(f"{database}, {kind}: {milliseconds(those):.1f} ms; at most {most.counts.show()}")


def test_a_tracking_costs_at_most_one_and_a_half_times_the_bare_load_of_its_page(
    pages: dict[str, bytes], address: str, migrated_sqlite_file: Path, tmp_path: Path
) -> None:
    ratios, taken = [], []
    for number in range(ROUNDS):
        file = tmp_path / f"night-{number}.db"
        shutil.copy(migrated_sqlite_file, file)
        floor = 1000 * load_bare(list(pages), address) / (5 * len(pages))
        taken = crawl(f"sqlite:///{file}", pages, address)
        ratios.append(milliseconds(taken) / floor)
        print(
            f"\nround {number + 1}: {milliseconds(taken):.1f} ms a tracking, bare Playwright {floor:.1f} ms, ratio "
            f"{ratios[-1]:.2f}; "
            + ", ".join(f"{kind} {milliseconds(those):.1f} ms" for kind, those in by_kind(taken).items()),
            end="",
        )
    size = sum(map(len, pages.values())) / len(pages) / 1e6
    print(f"\n{len(taken)} trackings over {len(pages)} pages of {size:.2f} MB, no pause; median ratio ", end="")
    print(f"{statistics.median(ratios):.2f}")
    show_statements("SQLite", taken)
    for kind, those in by_kind(taken).items():
        assert max(each.counts.statements.total() for each in those) <= MAX_STATEMENTS[kind]
    assert statistics.median(ratios) <= MAX_RATIO


def test_postgresql_is_asked_as_little(pages: dict[str, bytes], address: str, postgres_url: str) -> None:
    taken = crawl(postgres_url, pages, address)
    print(f"\n{milliseconds(taken):.1f} ms a tracking")
    show_statements("PostgreSQL", taken)
    for kind, those in by_kind(taken).items():
        assert max(each.counts.statements.total() for each in those) <= MAX_STATEMENTS[kind]
