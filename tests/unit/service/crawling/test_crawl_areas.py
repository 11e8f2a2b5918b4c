from dataclasses import replace
from datetime import timedelta

import pytest

from sunwi.domain.actor import SYSTEM
from sunwi.domain.exposure_criteria import ANY_AREA, ExposureCriteria
from sunwi.domain.matching import MatchedBy
from sunwi.domain.observation import StoredReading
from sunwi.domain.reading import Card, PageReading, Presence
from sunwi.domain.session import LedgerRow
from sunwi.domain.tracking import Kind, NewTracking
from sunwi.errors import LayoutUnknown
from sunwi.service.crawling.crawl_tracking import CrawlTracking
from sunwi.service.trackings.change_trackings import TrackingChanges
from tests.examples import blog_tracking, recognised
from tests.night import Night

WRITER = "blog:writer/223000000001"
POPULAR = ExposureCriteria(frozenset({"popular_posts"}))
SMART = ExposureCriteria(frozenset({"smart_blocks"}))
WEB = ExposureCriteria(frozenset({"web_pages"}))
NEXT_NIGHT = "scheduled-20260103"


def page(*cards: tuple[str, str], bundled: str = "") -> PageReading:
    """A page of cards as (area, id); the last one may bundle a post."""
    ranks: dict[str, int] = {}
    found: list[Card] = []
    for page_rank, (area, name) in enumerate(cards, 1):
        ranks[area] = ranks.get(area, 0) + 1
        links = (bundled,) if bundled and page_rank == len(cards) else ()
        found.append(Card(name, area, ranks[area], page_rank, "", "", bundled=links))
    return replace(recognised(absent=[Kind.PLACE]), cards=tuple(found), depth={Kind.BLOG: len(found)})


SMART_FIRST = page(("ugB_b1R", "blog:a/1"), ("ugB_b1R", WRITER), ("ugB_bsR", "blog:b/1"), ("ugB_bsR", WRITER))
SMART_ONLY = page(("ugB_b1R", WRITER))
POPULAR_ONLY = page(("ugB_bsR", WRITER))
NEITHER = page(("urB_coR", "blog:a/1"))


def tracking(counting: ExposureCriteria, client: str) -> NewTracking:
    return replace(blog_tracking(), counting=counting, client=client)


def last(night: Night, tracking_id: int = 1) -> LedgerRow:
    return night.history(tracking_id)[-1]


def test_one_reading_answers_trackings_that_count_different_areas(night: Night) -> None:
    night.start(*(tracking(counting, f"{number}") for number, counting in enumerate([ANY_AREA, POPULAR, SMART, WEB])))
    night.show(SMART_FIRST)
    for number in (1, 2, 3, 4):
        night.deliver(number, f"m{number}")
    assert len(night.loader.loads) == 1
    found = [last(night, number) for number in (1, 2, 3, 4)]
    assert [(row.rank, row.area, row.depth) for row in found] == [
        (2, "ugB_b1R", 4),
        (2, "ugB_bsR", 2),
        (2, "ugB_b1R", 2),
        (None, None, 0),
    ]
    assert [row.matched_by for row in found] == ["own", "own", "own", "elsewhere"]
    assert (found[3].near_area, found[3].near_rank) == ("ugB_b1R", 2)


def test_a_bundled_day_is_exposed_where_it_counts_and_says_how(night: Night) -> None:
    night.start(tracking(ANY_AREA, "a"), tracking(ExposureCriteria(bundled=True), "b"))
    night.show(page(("ugB_bsR", "blog:a/1"), ("ugB_bsR", "blog:b/1"), bundled=WRITER))
    night.deliver(1, "m1")
    night.deliver(2, "m2")
    assert (last(night, 1).rank, last(night, 1).matched_by, last(night, 1).near_rank) == (None, MatchedBy.BUNDLED, 2)
    assert (last(night, 2).rank, last(night, 2).matched_by, last(night, 2).near_rank) == (2, MatchedBy.BUNDLED, None)


def test_a_suspect_kind_is_not_measured_whatever_counts(night: Night) -> None:
    night.start(tracking(POPULAR, "a"))
    night.show(replace(POPULAR_ONLY, presence={Kind.BLOG: Presence.SUSPECT}))
    with pytest.raises(LayoutUnknown):
        night.deliver()
    assert night.history() == []


def exposed_yesterday(night: Night, *counted: ExposureCriteria) -> None:
    night.start(*(tracking(counting, f"{number}") for number, counting in enumerate(counted)))
    night.show(SMART_FIRST)
    for number in range(1, len(counted) + 1):
        night.deliver(number, f"m{number}")
    night.clock.advance(days=1)
    night.dispatch.scheduled(night.clock.now())
    night.loader.loads.clear()


def test_an_area_that_was_there_yesterday_is_looked_for_twice(night: Night) -> None:
    exposed_yesterday(night, POPULAR)
    night.show(SMART_ONLY, POPULAR_ONLY)
    night.deliver(run_id=NEXT_NIGHT)
    assert len(night.loader.loads) == 2
    assert last(night).rank == 1


def test_an_area_that_stays_away_is_believed_the_second_time(night: Night) -> None:
    exposed_yesterday(night, POPULAR)
    night.show(SMART_ONLY)
    night.deliver(run_id=NEXT_NIGHT)
    assert len(night.loader.loads) == 2
    assert (last(night).rank, last(night).matched_by, last(night).near_area) == (None, "elsewhere", "ugB_b1R")


def test_a_second_look_of_another_tracking_confirms_only_what_both_looks_lacked(night: Night) -> None:
    exposed_yesterday(night, POPULAR, SMART, POPULAR)
    # The first look lacks the popular posts, the second one the smart blocks.
    night.show(SMART_ONLY, POPULAR_ONLY, SMART_ONLY)
    night.deliver(1, "n1", run_id=NEXT_NIGHT)
    assert (last(night, 1).rank, len(night.loader.loads)) == (1, 2)
    night.deliver(2, "n2", run_id=NEXT_NIGHT)
    assert (last(night, 2).rank, len(night.loader.loads)) == (1, 3)


def test_two_looks_without_an_area_are_enough_for_all_that_count_it(night: Night) -> None:
    exposed_yesterday(night, POPULAR, SMART, POPULAR)
    night.show(NEITHER)
    for number in (1, 2, 3):
        night.deliver(number, f"n{number}", run_id=NEXT_NIGHT)
    assert len(night.loader.loads) == 2
    assert [last(night, number).rank for number in (1, 2, 3)] == [None, None, None]


def test_what_counts_from_now_on_leaves_the_history_as_it_was(night: Night) -> None:
    exposed_yesterday(night, ANY_AREA)
    before = night.history()
    night.changes.change(SYSTEM, [1], TrackingChanges(areas=POPULAR.areas, bundled=None))
    night.show(SMART_FIRST)
    night.deliver(run_id=NEXT_NIGHT)
    assert night.history()[:1] == before
    assert (before[0].area, last(night).area) == ("ugB_b1R", "ugB_bsR")
    assert (last(night).session_number, last(night).date - before[0].date) == (1, timedelta(days=1))


def test_a_change_while_a_look_is_under_way_concerns_the_next_one(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    night.start(tracking(SMART, "a"))
    night.show(SMART_FIRST)
    save = CrawlTracking._open  # noqa: SLF001 - the moment between look and save

    def change_meanwhile(self: CrawlTracking, *arguments: object, **more: object) -> StoredReading:
        night.changes.change(SYSTEM, [1], TrackingChanges(areas=POPULAR.areas, bundled=None))
        return save(self, *arguments, **more)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(CrawlTracking, "_open", change_meanwhile)
    night.deliver()
    with night.sql.read() as tx:
        [look] = tx.corrections.observations_of_run("scheduled-20260102")
    assert last(night).area == "ugB_b1R"
    assert (look.counting, look.tracking.counting) == (SMART, POPULAR)
