"""How often the database is asked for one tracking: what a night of thousands is made of."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from structlog.testing import capture_logs

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.reading import PageReading
from sunwi.domain.tracking import Kind
from tests.examples import (
    DAY,
    EXPOSED_DAY,
    EXPOSED_LOOK,
    blog_tracking,
    new_reading,
    page_key,
    place_tracking,
    recognised,
)
from tests.night import SCHEDULED, Night
from tests.statement_counts import Counts, counting

#: Reads and writes; BEGIN and COMMIT apart. Source: docs/adr/0047-a-tracking-in-a-dozen-statements.md.
NEW_PAGE, REUSED_READING = 13, 8
SHOWN = recognised("101", "blog:writer/223000000001")


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with capture_logs():
        yield


@pytest.fixture
def night(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Night:
    """Trackings of one page: two that it shows, and one that it does not."""
    night = Night(SqlStore(engine), pictures=False)
    monkeypatch.setattr("sunwi.sites.naver.surface_reading.read_page", night.read_page)
    night.start(place_tracking(101), blog_tracking(), place_tracking(999))
    return night


def counts_of(night: Night, tracking_id: int) -> Counts:
    with counting(night.sql.engine) as counts:
        assert night.deliver(tracking_id, f"m{tracking_id}") is not None
    return counts


def test_a_new_page_takes_at_most_thirteen_statements_in_three_transactions(night: Night) -> None:
    night.show(SHOWN)
    counts = counts_of(night, 1)
    assert counts.statements.total() <= NEW_PAGE, counts.show()
    assert counts.transactions == 3
    assert len(night.loader.loads) == 1


@pytest.mark.parametrize("tracking_id", [2, 3], ids=["exposed", "not exposed"])
def test_a_reused_reading_takes_at_most_eight_statements_in_two_transactions(night: Night, tracking_id: int) -> None:
    night.show(SHOWN)
    night.deliver(1, "m1")
    counts = counts_of(night, tracking_id)
    assert counts.statements.total() <= REUSED_READING, counts.show()
    assert counts.transactions == 2
    assert len(night.loader.loads) == 1


@pytest.mark.parametrize("reading", [SHOWN, recognised("blog:writer/223000000001", absent=[Kind.PLACE])])
def test_a_target_whose_block_is_not_there_takes_no_more_where_it_was_not_exposed_before(
    night: Night, reading: PageReading
) -> None:
    night.show(reading)
    assert counts_of(night, 1).statements.total() <= NEW_PAGE
    assert counts_of(night, 3).statements.total() <= REUSED_READING


def test_a_day_that_has_a_row_already_takes_two_statements_more_and_three_for_its_state(night: Night) -> None:
    night.show(SHOWN)
    with night.sql.begin() as tx:
        stored = tx.readings.add(new_reading(SCHEDULED, recognised("999"), key=page_key("another page")))
        observed = tx.ledger.observe(replace(EXPOSED_LOOK, tracking_id=1, page_reading_id=stored.id))
        assert observed is not None
        tx.ledger.add(replace(EXPOSED_DAY, date=DAY, observation_id=observed))
    assert counts_of(night, 1).statements.total() <= NEW_PAGE + 5
    assert [row.looks for row in night.history()] == [2]
