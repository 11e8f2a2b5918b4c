"""A rank that was looked up elsewhere is shown as one that was looked up here."""

import json

import pytest

from sunwi.cli.commands.jobs.read_rank_answer import is_measured, parse_rank_document
from sunwi.cli.screens.reading_screens import show_rank
from sunwi.domain.exposure_criteria import ANY_AREA, ExposureCriteria
from sunwi.domain.matching import Match, MatchedBy
from sunwi.domain.outcome import Exposed, NotExposed, NotMeasured
from sunwi.domain.reading import Card, PageVerdict
from sunwi.domain.tracking import Device, Kind, PageKey, Surface, Target
from sunwi.service.pages.look_up_target import Lookup
from sunwi.wording.reading_documents import rank_document

TARGET = Target(Kind.BLOG, "blog:somebody/1")
KEY = PageKey(Surface.INTEGRATED, Device.MOBILE, "강남역 김밥", "127.0,37.5")
OWN = Card("blog:somebody/1", "ugB_bsR", 2, 5, "김밥", "https://blog.naver.com/somebody/1")
OTHER = Card("blog:somebody/2", "ugB_bsR", 4, 9, "떡", "https://blog.naver.com/somebody/2")

LOOKUPS = {
    "exposed": Lookup(
        target=TARGET,
        outcome=Exposed(rank=2, area="ugB_bsR", page_rank=5, areas=("ugB_bsR", "web_gen"), depth=9),
        match=Match(MatchedBy.OWN, OWN, counts=True),
    ),
    "exposed in another's card": Lookup(
        target=TARGET,
        outcome=Exposed(rank=4, area="ugB_bsR", page_rank=9, areas=("ugB_bsR",), depth=9, matched_by=MatchedBy.BUNDLED),
        match=Match(MatchedBy.BUNDLED, OTHER, counts=True),
        counting=ExposureCriteria(frozenset({"ugB_bsR"}), bundled=True),
    ),
    "not exposed": Lookup(target=TARGET, outcome=NotExposed(depth=9, block_absent=False)),
    "without a block": Lookup(target=TARGET, outcome=NotExposed(depth=0, block_absent=True)),
    "near": Lookup(
        target=TARGET,
        outcome=NotExposed(depth=9, block_absent=False, matched_by=MatchedBy.AUTHOR, near_rank=4, near_area="ugB_bsR"),
        match=Match(MatchedBy.AUTHOR, OTHER),
        counting=ExposureCriteria(frozenset({"popular_posts"})),
    ),
    "not measured": Lookup(
        target=TARGET,
        outcome=NotMeasured(reason="the page could not be opened: net::ERR_FAILED", verdict=PageVerdict.LAYOUT_UNKNOWN),
    ),
}


@pytest.mark.parametrize("lookup", LOOKUPS.values(), ids=LOOKUPS.keys())
def test_the_screen_is_the_same_after_a_trip_through_json(lookup: Lookup, capsys: pytest.CaptureFixture[str]) -> None:
    show_rank(lookup, KEY)
    wanted = capsys.readouterr().out
    document = json.loads(json.dumps(rank_document(lookup, KEY)))
    read, key = parse_rank_document(document)
    show_rank(read, key)
    assert capsys.readouterr().out == wanted
    assert (read, key) == (lookup, KEY)
    assert is_measured(document) is not isinstance(lookup.outcome, NotMeasured)


def test_what_counts_by_default_is_told_from_what_is_named() -> None:
    read, _ = parse_rank_document(rank_document(LOOKUPS["not exposed"], KEY))
    assert read.counting == ANY_AREA
