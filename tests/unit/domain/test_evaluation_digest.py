"""What a client is told: in which order, how much of it, and that it always fits."""

import json
from dataclasses import replace
from typing import Any

import pytest

from sunwi.domain.evaluation import Event, EventKind
from sunwi.domain.evaluation_digest import (
    MOST_BYTES,
    MOST_LINES,
    DigestTerms,
    OwnerCounts,
    Part,
    UntoldLine,
    audience_of,
    compose_digest,
    owner_word,
)
from sunwi.domain.evaluation_thresholds import DEFAULT_THRESHOLDS
from sunwi.domain.notice import SYSTEM_AUDIENCE, Audience, AudienceKind
from tests.examples import DAY

COUNTS = OwnerCounts(owner=3, client="가게", agency="한빛", active=100, measured=98, exposed=90, good=85, missed=2)
TERMS = DigestTerms(day=DAY, version=1, thresholds=DEFAULT_THRESHOLDS, night_failed=False)


def line(kind: EventKind, *, part: Part = Part.FRESH, total: int = 1, keyword: str = "강남역 맛집") -> UntoldLine:
    event = Event(tracking_id=7, day=DAY, kind=kind, compared=DAY, facts={"rank": 3})
    return UntoldLine(
        owner=3, event=event, part=part, total=total, keyword=keyword, kind="place", surface="integrated", device="pc"
    )


def names(content: dict[str, Any] | None) -> list[tuple[str, int]]:
    assert content is not None
    return [(section["name"], section["count"]) for section in content["sections"]]


def test_what_is_lost_comes_first_and_the_good_is_only_counted() -> None:
    content = compose_digest(COUNTS, [line(kind) for kind in reversed(EventKind)], TERMS)
    assert [name for name, _ in names(content)] == [
        "left",
        "below_target",
        "dropped",
        "not_comparable",
        "unmeasured",
        "session_full",
        "session_ends_soon",
        "corrections",
    ]
    assert content is not None
    assert content["counts"] == {
        "active": 100,
        "measured": 98,
        "exposed": 90,
        "good": 85,
        "missed": 2,
        "entered": 1,
    }


@pytest.mark.parametrize("part", [Part.LATE, Part.CHANGED, Part.WITHDRAWN])
def test_what_is_otherwise_than_it_was_told_stands_among_the_corrections(part: Part) -> None:
    content = compose_digest(COUNTS, [line(EventKind.LEFT, part=part), line(EventKind.ENTERED, part=part)], TERMS)
    assert names(content) == [("corrections", 2)]
    assert content is not None
    assert content["counts"]["entered"] == 0
    assert {told["part"] for told in content["sections"][0]["lines"]} == {part.value}


def test_nothing_is_said_when_there_is_nothing_unless_the_client_wants_a_line_a_day() -> None:
    assert compose_digest(COUNTS, [], TERMS) is None
    daily = replace(TERMS, thresholds=replace(DEFAULT_THRESHOLDS, is_daily=True))
    content = compose_digest(COUNTS, [], daily)
    assert names(content) == []
    assert compose_digest(COUNTS, [], replace(daily, version=2)) is None


def test_kinds_that_a_client_does_not_want_are_left_out() -> None:
    quiet = replace(TERMS, thresholds=replace(DEFAULT_THRESHOLDS, told=frozenset({EventKind.LEFT})))
    lines = [line(EventKind.LEFT), line(EventKind.DROPPED), line(EventKind.ENTERED)]
    assert names(compose_digest(COUNTS, lines, quiet)) == [("left", 1)]
    assert compose_digest(COUNTS, lines[1:], quiet) is None


def test_a_night_that_was_told_as_one_leaves_its_unmeasured_trackings_out() -> None:
    failed = replace(TERMS, night_failed=True)
    unmeasured = [line(EventKind.UNMEASURED)]
    assert compose_digest(COUNTS, unmeasured, failed) is None
    assert names(compose_digest(COUNTS, [line(EventKind.UNMEASURED, part=Part.WITHDRAWN)], failed)) == [
        ("corrections", 1)
    ]


def test_of_many_the_first_are_named_and_all_are_counted() -> None:
    lines = [line(EventKind.LEFT, total=5000) for _ in range(MOST_LINES)]
    content = compose_digest(COUNTS, lines, TERMS)
    assert names(content) == [("left", 5000)]
    assert content is not None
    assert len(content["sections"][0]["lines"]) == MOST_LINES


def test_groups_of_one_section_are_counted_together() -> None:
    lines = [
        line(EventKind.LEFT, part=Part.WITHDRAWN, total=30),
        line(EventKind.LEFT, part=Part.LATE, total=4),
        line(EventKind.CORRECTED, total=200),
    ]
    assert names(compose_digest(COUNTS, lines, TERMS)) == [("corrections", 234)]


@pytest.mark.parametrize("keyword", ["가" * 255, "🍜" * 255, "\\" * 255])
def test_a_digest_fits_however_long_the_keywords_are(keyword: str) -> None:
    lines = [line(kind, part=part, total=MOST_LINES, keyword=keyword) for kind in EventKind for part in Part] * 20
    content = compose_digest(COUNTS, lines, TERMS)
    assert content is not None
    assert len(json.dumps(content, ensure_ascii=False).encode()) <= MOST_BYTES
    assert dict(names(content))["left"] == MOST_LINES
    assert any(section["lines"] for section in content["sections"])


def test_trackings_without_a_client_are_told_to_their_agency_and_those_of_nobody_to_the_operators() -> None:
    assert (owner_word(3), audience_of(3)) == ("3", Audience(AudienceKind.CLIENT, 3))
    assert (owner_word(-3), audience_of(-3)) == ("agency-3", Audience(AudienceKind.AGENCY, 3))
    assert (owner_word(0), audience_of(0)) == ("none", SYSTEM_AUDIENCE)
