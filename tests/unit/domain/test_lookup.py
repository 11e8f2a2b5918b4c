from collections.abc import Iterator
from dataclasses import replace

from sunwi.domain.exposure_criteria import ANY_AREA, ExposureCriteria
from sunwi.domain.lookup import confirms_absence, lacks_block, look_up_in, needs_second_reading
from sunwi.domain.observation import StoredReading
from sunwi.domain.outcome import Exposed, NotExposed, NotMeasured
from sunwi.domain.reading import PageReading, PageVerdict
from sunwi.domain.tracking import Kind, Tracking, TrackingStatus
from tests.examples import NIGHT, place_tracking, recognised

ABSENT = NotExposed(depth=0, block_absent=True)
MISSED = NotExposed(depth=30, block_absent=False)
UNREAD = NotMeasured(reason="blocked", verdict=PageVerdict.BLOCKED)
SHOWN = Exposed(rank=1, area="nmb_rnk", page_rank=1, areas=("nmb_rnk",), depth=1)


def tracking(counting: ExposureCriteria = ANY_AREA) -> Tracking:
    new = place_tracking(101)
    return Tracking(
        id=1,
        target=new.target,
        target_url=new.target_url,
        keyword=new.keyword,
        status=TrackingStatus.ACTIVE,
        current_session=1,
        created_at=NIGHT,
        counting=counting,
    )


def stored(reading: PageReading, *, is_second_look: bool = False) -> StoredReading:
    return StoredReading(id=1, reading=reading, fetched_at=NIGHT, is_second_look=is_second_look)


def test_a_target_is_looked_up_by_what_its_tracking_counts() -> None:
    reading = stored(recognised("999", "101"))
    found = look_up_in(reading, tracking())
    assert isinstance(found, Exposed)
    assert (found.rank, found.area) == (2, "nmb_rnk")
    elsewhere = ExposureCriteria(frozenset({"ugB_bsR"}))
    assert isinstance(look_up_in(reading, tracking(counting=elsewhere)), NotExposed)


def test_only_a_page_that_was_read_can_lack_a_block() -> None:
    assert [lacks_block(outcome) for outcome in (ABSENT, MISSED, UNREAD, SHOWN)] == [True, False, False, False]


def test_a_page_is_read_once_more_only_when_a_block_has_gone_that_was_there_the_last_time() -> None:
    assert needs_second_reading(ABSENT, was_exposed=True)
    assert not needs_second_reading(ABSENT, was_exposed=False)
    assert not needs_second_reading(ABSENT, was_exposed=True, is_confirmed=True)
    assert not any(needs_second_reading(outcome, was_exposed=True) for outcome in (MISSED, UNREAD, SHOWN))


def test_a_second_reading_confirms_what_a_reading_before_it_lacked_too() -> None:
    gone, there = recognised(absent=[Kind.PLACE]), recognised("101")
    second = stored(gone, is_second_look=True)
    assert confirms_absence(second, tracking(), [stored(there), stored(gone)])
    assert not confirms_absence(second, tracking(), [stored(there)])
    assert not confirms_absence(second, tracking(), [])


def test_a_first_reading_confirms_nothing_and_asks_for_no_other() -> None:
    def earlier() -> Iterator[StoredReading]:
        raise AssertionError
        yield

    first = stored(recognised(absent=[Kind.PLACE]))
    assert not confirms_absence(first, tracking(), earlier())
    assert not confirms_absence(replace(first, id=2), tracking(), earlier())
