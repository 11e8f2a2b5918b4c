from dataclasses import replace

import pytest

from sunwi.errors import InvalidInput
from sunwi.service.trackings.parse_terms import name_differences, parse_session_days, parse_tags, parse_target_rank
from sunwi.service.trackings.parse_tracking import TrackingFields, parse_tracking
from sunwi.wording.error_words import error_words
from tests.examples import place_tracking

PLACE = TrackingFields(kind="place", keyword="맛집", target_url="https://map.naver.com/p/entry/place/1648862917")


@pytest.mark.parametrize("text", ["단골|강남 점", "단골, 강남  점", "강남 점;단골;", "|단골\n강남 점|단골|"])
def test_tags_are_separated_by_bars_commas_semicolons_and_lines(text: str) -> None:
    assert parse_tags(text) == {"단골", "강남 점"}


def test_no_text_is_no_tags() -> None:
    assert parse_tags(" ") == frozenset()


@pytest.mark.parametrize("text", ["=1+1", "단골|+1+1", "@합"])
def test_a_tag_that_a_spreadsheet_would_run_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="formula"):
        parse_tags(text)


@pytest.mark.parametrize(
    ("text", "days"), [("", 25), ("  ", 25), ("1", 1), ("10", 10), ("10일", 10), ("１００ 일", 100)]
)
def test_session_days_are_a_number_with_or_without_its_unit(text: str, days: int) -> None:
    assert parse_session_days(text) == days


@pytest.mark.parametrize("text", ["0", "101", "-5", "2.5", "열흘", "일", "99999", "=25"])
def test_session_days_beyond_1_to_100_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="no number from 1 to 100"):
        parse_session_days(text)


@pytest.mark.parametrize(("text", "rank"), [("", None), ("1", 1), ("5위", 5), ("300", 300)])
def test_a_target_rank_is_a_number_or_nothing(text: str, rank: int | None) -> None:
    assert parse_target_rank(text) == rank


@pytest.mark.parametrize("text", ["0", "301", "상위", "1~5"])
def test_a_target_rank_beyond_1_to_300_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="no number from 1 to 300"):
        parse_target_rank(text)


def test_everything_wrong_with_a_row_is_named_at_once() -> None:
    with pytest.raises(InvalidInput) as raised:
        parse_tracking(replace(PLACE, tags="=1", target_rank="0", session_days="0"))
    for word in ("the tag", "the target rank", "the session days"):
        assert word in str(raised.value)
    for word in ("태그", "목표 순위", "회차 일수"):
        assert word in error_words(raised.value)


def test_what_is_typed_is_what_the_tracking_has() -> None:
    tracking = parse_tracking(replace(PLACE, tags="단골|강남", target_rank="3위", session_days="10"))
    assert (set(tracking.tags), tracking.target_rank, tracking.session_days) == ({"단골", "강남"}, 3, 10)


def test_only_what_was_asked_for_otherwise_is_a_difference() -> None:
    stored = replace(place_tracking(), session_days=10, target_rank=3)
    wanted = replace(place_tracking(), session_days=10)
    assert name_differences(wanted, stored, ["단골"]) == ()
    assert name_differences(replace(wanted, tags=frozenset({"단골"})), stored, ["강남", "단골"]) == ()
    other = replace(wanted, session_days=25, target_rank=5, tags=frozenset({"신규"}))
    assert name_differences(other, stored, ["단골"]) == ("session_days", "target_rank", "tags")
