from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.exposure_criteria import ExposureCriteria
from sunwi.domain.matching import MatchedBy
from sunwi.domain.outcome import Exposed, NotExposed, NotMeasured, look_up
from sunwi.domain.reading import Card, PageReading, PageVerdict, Presence
from sunwi.domain.tracking import Kind, Target
from tests.examples import recognised, unreadable

POST = Target(Kind.BLOG, "blog:writer/1")
POPULAR = ExposureCriteria(frozenset({"popular_posts"}))
SMART = ExposureCriteria(frozenset({"smart_blocks"}))
AREAS = ("ugB_b1R", "ugB_bsR", "urB_coR", "web_gen")


def page(*cards: tuple[str, str], **bundled: str) -> PageReading:
    """A page of cards as (area, id), the second of area `x` bundling `bundled["x"]`."""
    ranks: dict[str, int] = {}
    found = []
    for page_rank, (area, name) in enumerate(cards, 1):
        ranks[area] = ranks.get(area, 0) + 1
        links = (bundled[area],) if area in bundled and ranks[area] == 2 else ()
        found.append(Card(name, area, ranks[area], page_rank, "", "", bundled=links))
    return replace(recognised(), cards=tuple(found), depth={Kind.BLOG: len(found), Kind.PLACE: 0})


IN_BOTH = page(
    ("ugB_b1R", "blog:a/1"),
    ("ugB_b1R", "blog:writer/1"),
    ("ugB_bsR", "blog:b/1"),
    ("ugB_bsR", "blog:c/1"),
    ("ugB_bsR", "blog:writer/1"),
)


def test_the_first_rank_among_the_areas_that_count_is_the_rank_and_all_areas_are_named() -> None:
    both = ("ugB_b1R", "ugB_bsR")
    assert look_up(IN_BOTH, POST) == Exposed(rank=2, area="ugB_b1R", page_rank=2, areas=both, depth=5)
    assert look_up(IN_BOTH, POST, POPULAR) == Exposed(rank=3, area="ugB_bsR", page_rank=5, areas=both, depth=3)
    by_code = ExposureCriteria(frozenset({"ugB_bsR"}))
    assert look_up(IN_BOTH, POST, by_code) == look_up(IN_BOTH, POST, POPULAR)


def test_a_target_that_stands_only_where_nothing_counts_is_not_exposed_and_told_so() -> None:
    reading = page(("ugB_b1R", "blog:a/1"), ("ugB_b1R", "blog:writer/1"), ("ugB_bsR", "blog:b/1"))
    assert look_up(reading, POST, POPULAR) == NotExposed(
        depth=1, block_absent=False, matched_by=MatchedBy.ELSEWHERE, near_rank=2, near_area="ugB_b1R"
    )


def test_an_area_that_counts_and_is_not_on_the_page_is_an_absent_block() -> None:
    assert look_up(IN_BOTH, POST, ExposureCriteria(frozenset({"urB_coR", "web_pages"}))) == NotExposed(
        depth=0, block_absent=True, matched_by=MatchedBy.ELSEWHERE, near_rank=2, near_area="ugB_b1R"
    )


def test_a_post_among_web_results_counts_where_web_pages_do_though_there_are_no_post_areas() -> None:
    reading = replace(page(("web_gen", "blog:writer/1")), presence={Kind.BLOG: Presence.ABSENT}, depth={Kind.BLOG: 0})
    assert isinstance(look_up(reading, POST, ExposureCriteria(frozenset({"web_pages"}))), Exposed)
    missed = look_up(reading, POST, POPULAR)
    assert isinstance(missed, NotExposed)
    assert (missed.block_absent, missed.near_area) == (True, "web_gen")


def test_of_an_area_that_counts_and_could_not_be_read_nobody_knows() -> None:
    reading = replace(IN_BOTH, unread=("web_gen",))
    outcome = look_up(reading, POST, ExposureCriteria(frozenset({"web_pages"})))
    assert isinstance(outcome, NotMeasured)
    assert "web_gen is listed, but no card of it could be read" in outcome.reason
    assert isinstance(look_up(reading, POST, ExposureCriteria(frozenset({"web_pages", "popular_posts"}))), Exposed)
    assert isinstance(look_up(reading, Target(Kind.BLOG, "blog:x/9"), POPULAR), NotExposed)


@pytest.mark.parametrize("counting", [POPULAR, SMART, ExposureCriteria(bundled=True)])
def test_what_counts_never_makes_a_suspect_or_unread_page_a_reading(counting: ExposureCriteria) -> None:
    suspect = replace(IN_BOTH, presence={Kind.BLOG: Presence.SUSPECT})
    for reading in (suspect, unreadable(PageVerdict.BLOCKED), replace(IN_BOTH, presence={})):
        assert isinstance(look_up(reading, POST, counting), NotMeasured)


BUNDLED = page(("ugB_b1R", "blog:a/1"), ("ugB_bsR", "blog:b/1"), ("ugB_bsR", "blog:c/1"), ugB_bsR="blog:writer/1")


def test_a_bundled_link_is_exposure_only_where_the_tracking_counts_it() -> None:
    assert look_up(BUNDLED, POST) == NotExposed(
        depth=3, block_absent=False, matched_by=MatchedBy.BUNDLED, near_rank=2, near_area="ugB_bsR"
    )
    assert look_up(BUNDLED, POST, ExposureCriteria(bundled=True)) == Exposed(
        rank=2, area="ugB_bsR", page_rank=3, areas=("ugB_bsR",), depth=3, matched_by=MatchedBy.BUNDLED
    )


def test_a_bundled_link_in_an_area_that_does_not_count_is_not_exposure() -> None:
    assert look_up(BUNDLED, POST, ExposureCriteria(SMART.areas, bundled=True)) == NotExposed(
        depth=1, block_absent=False, matched_by=MatchedBy.BUNDLED, near_rank=2, near_area="ugB_bsR"
    )


def test_a_card_of_its_own_goes_before_a_bundled_link_that_stands_higher() -> None:
    reading = page(
        ("ugB_bsR", "blog:a/1"), ("ugB_bsR", "blog:b/1"), ("urB_coR", "blog:writer/1"), ugB_bsR="blog:writer/1"
    )
    own = look_up(reading, POST, ExposureCriteria(bundled=True))
    assert own == Exposed(rank=1, area="urB_coR", page_rank=3, areas=("urB_coR",), depth=3)
    only_popular = look_up(reading, POST, ExposureCriteria(POPULAR.areas, bundled=True))
    assert isinstance(only_popular, Exposed)
    assert (only_popular.matched_by, only_popular.rank) == (MatchedBy.BUNDLED, 2)
    assert only_popular.areas == ("ugB_bsR", "urB_coR")


@given(
    cards=st.lists(st.tuples(st.sampled_from(AREAS), st.sampled_from(["blog:writer/1", "blog:a/1"])), max_size=8),
    areas=st.frozensets(st.sampled_from(AREAS)),
)
def test_the_rank_is_that_of_the_first_own_card_in_an_area_that_counts(
    cards: list[tuple[str, str]], areas: frozenset[str]
) -> None:
    reading = page(*cards)
    outcome = look_up(reading, POST, ExposureCriteria(areas))
    own = [card for card in reading.cards if card.id == POST.id]
    counted = [card for card in own if not areas or card.area in areas]
    if counted:
        assert isinstance(outcome, Exposed)
        first = counted[0]
        assert (outcome.rank, outcome.area, outcome.page_rank) == (first.rank, first.area, first.page_rank)
        assert set(outcome.areas) == {card.area for card in own}
    else:
        assert isinstance(outcome, NotExposed)
        assert (outcome.matched_by is MatchedBy.ELSEWHERE) is bool(own)
