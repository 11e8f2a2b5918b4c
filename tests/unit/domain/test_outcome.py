from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.matching import MatchedBy
from sunwi.domain.outcome import Exposed, NotExposed, NotMeasured, look_up
from sunwi.domain.reading import PageVerdict, Presence
from sunwi.domain.tracking import Kind, Target
from sunwi.errors import Blocked, LayoutUnknown, PageTruncated, Retryable
from tests.examples import recognised, unreadable

PLACE = Target(Kind.PLACE, "101")
BLOG = Target(Kind.BLOG, "blog:writer/1")


def test_the_first_card_of_the_target_gives_its_rank() -> None:
    reading = recognised("100", "101", "blog:a/1", "blog:writer/1")
    assert look_up(reading, PLACE) == Exposed(rank=2, area="nmb_rnk", page_rank=2, areas=("nmb_rnk",), depth=2)
    assert look_up(reading, BLOG) == Exposed(rank=2, area="ugB_bsR", page_rank=4, areas=("ugB_bsR",), depth=2)


def test_a_target_in_two_areas_has_the_rank_of_the_first_and_names_both() -> None:
    reading = recognised("blog:writer/1", "blog:a/1")
    again = replace(reading.cards[0], area="other", rank=1, page_rank=3)
    outcome = look_up(replace(reading, cards=(*reading.cards, again)), BLOG)
    assert outcome == Exposed(rank=1, area="ugB_bsR", page_rank=1, areas=("ugB_bsR", "other"), depth=2)


def test_a_target_that_is_not_among_the_cards_was_looked_for_and_not_found() -> None:
    assert look_up(recognised("100", "102"), PLACE) == NotExposed(depth=2, block_absent=False)


def test_a_post_inside_another_card_is_not_exposed_and_that_card_is_told() -> None:
    reading = recognised("blog:a/1", "blog:b/2")
    cards = (reading.cards[0], replace(reading.cards[1], bundled=("blog:writer/1",)))
    assert look_up(replace(reading, cards=cards), BLOG) == NotExposed(
        depth=2, block_absent=False, matched_by=MatchedBy.BUNDLED, near_rank=2, near_area="ugB_bsR"
    )


@pytest.mark.parametrize(
    ("target", "card_id", "alias"),
    [
        (Target(Kind.CAFE, "cafe:10050146/77"), "cafe:club/77", "cafe:10050146/77"),
        (Target(Kind.CAFE, "cafe:club/77"), "cafe:10050146/77", "cafe:club/77"),
        (Target(Kind.BLOG, "blog:writer/223000000001"), "in:writer/9", "blog:*/223000000001"),
    ],
)
def test_a_post_is_found_under_the_other_names_that_its_card_gives(target: Target, card_id: str, alias: str) -> None:
    reading = recognised(card_id)
    cards = (replace(reading.cards[0], aliases=(alias,)),)
    outcome = look_up(replace(reading, cards=cards), target)
    assert isinstance(outcome, Exposed)
    assert outcome.rank == 1


def test_an_alias_of_another_post_is_not_the_target() -> None:
    reading = recognised("in:writer/9")
    cards = (replace(reading.cards[0], aliases=("blog:*/223000000002",)),)
    outcome = look_up(replace(reading, cards=cards), Target(Kind.BLOG, "blog:writer/223000000001"))
    assert outcome == NotExposed(depth=1, block_absent=False)


def test_an_absent_block_is_a_real_reading() -> None:
    assert look_up(recognised("blog:a/1", absent=[Kind.PLACE]), PLACE) == NotExposed(depth=0, block_absent=True)


def test_a_page_on_which_naver_says_there_is_nothing_is_a_real_reading() -> None:
    assert look_up(unreadable(PageVerdict.RECOGNISED_EMPTY), PLACE) == NotExposed(depth=0, block_absent=True)


def test_a_suspect_block_is_not_measured_though_the_other_kinds_are() -> None:
    reading = recognised("101", "blog:writer/1", suspect=[Kind.PLACE])
    outcome = look_up(reading, PLACE)
    assert isinstance(outcome, NotMeasured)
    assert isinstance(outcome.as_error(), LayoutUnknown)
    assert isinstance(look_up(reading, BLOG), Exposed)


def test_a_recognised_page_that_says_nothing_of_a_kind_is_not_measured_for_it() -> None:
    assert isinstance(look_up(replace(recognised("101"), presence={}), PLACE), NotMeasured)


@pytest.mark.parametrize(
    ("verdict", "error"),
    [
        (PageVerdict.BLOCKED, Blocked),
        (PageVerdict.LOGIN_WALL, Blocked),
        (PageVerdict.LAYOUT_UNKNOWN, LayoutUnknown),
        (PageVerdict.TRUNCATED, PageTruncated),
    ],
)
def test_an_unreadable_page_is_not_measured_and_says_why(verdict: PageVerdict, error: type[Exception]) -> None:
    outcome = look_up(unreadable(verdict, "status 403", "captcha"), PLACE)
    assert outcome == NotMeasured(reason=f"{verdict.value} (status 403; captcha)", verdict=verdict)
    assert isinstance(outcome.as_error(), error)
    assert isinstance(outcome.as_error(), Retryable | Blocked)


@given(
    verdict=st.sampled_from(PageVerdict),
    presence=st.dictionaries(st.sampled_from(Kind), st.sampled_from(Presence)),
    ids=st.lists(st.sampled_from(["100", "101", "102"]), unique=True),
)
def test_only_a_positively_recognised_block_yields_a_rank_or_a_null_rank(
    verdict: PageVerdict, presence: dict[Kind, Presence], ids: list[str]
) -> None:
    reading = replace(recognised(*ids), verdict=verdict, presence=presence)
    outcome = look_up(reading, PLACE)
    if not verdict.is_readable:
        assert isinstance(outcome, NotMeasured)
    elif isinstance(outcome, Exposed):
        assert presence.get(Kind.PLACE) is Presence.PRESENT
        assert outcome.rank == ids.index("101") + 1
    elif isinstance(outcome, NotExposed) and verdict is PageVerdict.RECOGNISED:
        assert presence.get(Kind.PLACE) in {Presence.PRESENT, Presence.ABSENT}
