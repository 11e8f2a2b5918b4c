from dataclasses import replace
from datetime import timedelta

import pytest

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.reading import LeftOut, PageVerdict
from sunwi.domain.run import RunKind
from sunwi.domain.tracking import Device, Kind, Surface
from tests.examples import HOUR, NIGHT, new_reading, new_run, page_key, recognised, unreadable

RUN = "scheduled-20260102"


@pytest.fixture
def run(store: SqlStore) -> SqlStore:
    """Two runs, without tasks."""
    with store.begin() as tx:
        tx.runs.add(new_run(), None)
        tx.runs.add(new_run("manual-1", RunKind.MANUAL), None)
    return store


def test_a_reading_comes_back_whole(run: SqlStore) -> None:
    reading = recognised("101", "blog:a/1", "cafe:b/2", absent=[Kind.CAFE])
    card = replace(
        reading.cards[0], title="맛집 🍜 \u0000 \ud83d", bundled=("blog:c/3", "blog:c/4"), aliases=("cafe:1/2",)
    )
    wild = replace(reading, cards=(card, *reading.cards[1:]), left_out=(LeftOut("9", "ad"),), evidence=("말", "\u0000"))
    with run.begin() as tx:
        added = tx.readings.add(new_reading(RUN, wild, fetched_at=NIGHT + timedelta(microseconds=123_456)))
    with run.read() as tx:
        found = tx.readings.find(RUN, page_key(), since=NIGHT)
    assert found == added
    assert found.reading == wild
    assert found.fetched_at == NIGHT + timedelta(microseconds=123_456)
    assert found.fetched_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize("verdict", [verdict for verdict in PageVerdict if not verdict.is_readable])
def test_an_unreadable_page_is_kept_as_evidence_and_never_reused(run: SqlStore, verdict: PageVerdict) -> None:
    with run.begin() as tx:
        assert tx.readings.add(new_reading(RUN, unreadable(verdict, "why"))).id > 0
        assert tx.readings.find(RUN, page_key(), since=NIGHT - HOUR) is None


def test_the_latest_readable_reading_is_found(run: SqlStore) -> None:
    with run.begin() as tx:
        for minutes, reading in enumerate(
            [
                recognised("1"),
                recognised("2"),
                unreadable(PageVerdict.RECOGNISED_EMPTY),
                unreadable(PageVerdict.BLOCKED),
            ]
        ):
            new = new_reading(RUN, reading, fetched_at=NIGHT + timedelta(minutes=minutes), is_second_look=minutes == 2)
            tx.readings.add(new)
        found = tx.readings.find(RUN, page_key(), since=NIGHT)
    assert found is not None
    assert found.reading.verdict is PageVerdict.RECOGNISED_EMPTY
    assert found.is_second_look


def test_a_reading_is_found_up_to_its_age(run: SqlStore) -> None:
    with run.begin() as tx:
        tx.readings.add(new_reading(RUN, recognised("1")))
        assert tx.readings.find(RUN, page_key(), since=NIGHT) is not None
        assert tx.readings.find(RUN, page_key(), since=NIGHT + timedelta(microseconds=1)) is None


@pytest.mark.parametrize(
    "other",
    [
        replace(page_key(), keyword="강남역  맛집"),
        replace(page_key(), device=Device.MOBILE),
        replace(page_key(), surface=Surface.PLACE_LIST),
        replace(page_key(), location="127,37"),
    ],
)
def test_a_reading_answers_its_own_page_only(run: SqlStore, other: object) -> None:
    with run.begin() as tx:
        tx.readings.add(new_reading(RUN, recognised("1"), key=other))
        assert tx.readings.find(RUN, page_key(), since=NIGHT) is None


def test_a_reading_of_another_run_is_not_reused(run: SqlStore) -> None:
    with run.begin() as tx:
        tx.readings.add(new_reading("manual-1", recognised("1")))
        assert tx.readings.find(RUN, page_key(), since=NIGHT) is None


def test_loads_are_averaged_from_a_time_on(run: SqlStore) -> None:
    with run.begin() as tx:
        assert tx.readings.mean_load_seconds(NIGHT) is None
        for hours, load_seconds in ((0, 9.0), (1, 2.0), (2, 3.0)):
            new = new_reading(RUN, recognised("1"), fetched_at=NIGHT + hours * HOUR)
            page = replace(new.loaded.pages[0], load_seconds=load_seconds)
            tx.readings.add(replace(new, loaded=replace(new.loaded, pages=(page,))))
        assert tx.readings.mean_load_seconds(NIGHT + HOUR) == pytest.approx(2.5)


def test_a_load_is_that_of_one_page_of_a_list_and_not_of_the_whole_look(run: SqlStore) -> None:
    with run.begin() as tx:
        new = new_reading(RUN, recognised("1"))
        page = new.loaded.pages[0]
        for seconds in ((4.0,), (1.0, 2.0, 3.0)):
            pages = tuple(replace(page, load_seconds=load_seconds) for load_seconds in seconds)
            tx.readings.add(replace(new, loaded=replace(new.loaded, pages=pages)))
        assert tx.readings.mean_load_seconds(NIGHT) == pytest.approx(2.5)


def test_earlier_readings_of_the_page_are_told_by_run_and_time(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.runs.add(new_run(), None)
        tx.runs.add(new_run("manual-1"), None)
        first = tx.readings.add(new_reading(RUN, recognised("1"), fetched_at=NIGHT))
        tx.readings.add(new_reading("manual-1", recognised("1"), fetched_at=NIGHT))
        tx.readings.add(new_reading(RUN, unreadable(PageVerdict.BLOCKED), fetched_at=NIGHT))
        tx.readings.add(new_reading(RUN, recognised("1"), fetched_at=NIGHT, key=page_key("다른 말")))
        second = tx.readings.add(new_reading(RUN, recognised("2"), fetched_at=NIGHT + HOUR))
        key, since = page_key(), NIGHT
        assert [found.id for found in tx.readings.list_before(RUN, key, since=since, reading_id=second.id)] == [
            first.id
        ]
        assert tx.readings.list_before(RUN, key, since=since, reading_id=first.id) == []
        assert tx.readings.list_before(RUN, key, since=NIGHT + HOUR, reading_id=second.id) == []
