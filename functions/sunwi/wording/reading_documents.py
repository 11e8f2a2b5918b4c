"""What `sunwi serp read` and `sunwi rank` print with `--json`.

Source: docs/serp-json.md.
"""

from collections.abc import Sequence
from typing import Any

from sunwi.domain.matching import MatchedBy
from sunwi.domain.outcome import Exposed, NotExposed, NotMeasured
from sunwi.domain.reading import Card, LeftOut, PageReading, PageVerdict
from sunwi.domain.tracking import Kind, PageKey
from sunwi.service.pages.look_up_target import Lookup
from sunwi.sites.naver.read_page import PARSER_VERSION


def entries_of(reading: PageReading, kind: Kind) -> Sequence[Card]:
    """Return a page's places, or its posts and web pages whatever kind they are."""
    return [card for card in reading.cards if _is_place(card.id) is (kind is Kind.PLACE)]


def left_out_of(reading: PageReading, kind: Kind) -> Sequence[LeftOut]:
    """Return the rows without rank, sorted out like the entries."""
    return [row for row in reading.left_out if _is_place(row.id) is (kind is Kind.PLACE)]


def reading_document(reading: PageReading, *, kind: Kind, keyword: str | None, lookup: Lookup | None) -> dict[str, Any]:
    """Write a reading as one kind sees it."""
    presence = reading.presence.get(kind)
    document: dict[str, Any] = {
        "verdict": reading.verdict.value,
        "evidence": list(reading.evidence),
        "kind": kind.value,
        "surface": reading.surface.value,
        "device": reading.device.value,
        "keyword": keyword,
        "parser_version": PARSER_VERSION,
        "presence": presence.value if presence else None,
        "depth": reading.depth.get(kind, 0),
        "beyond": reading.beyond.value if reading.beyond else None,
        "doubts": [
            {"area": doubt.area or None, "card": doubt.card or None, "reason": doubt.reason}
            for doubt in reading.doubts
            if doubt.kind is kind
        ],
        "entries": [_entry(card) for card in entries_of(reading, kind)],
        "left_out": [{"id": row.id, "reason": row.reason} for row in left_out_of(reading, kind)],
    }
    return document if lookup is None else {**document, "outcome": outcome_document(lookup)}


def rank_document(lookup: Lookup, key: PageKey) -> dict[str, Any]:
    """Write a lookup of now, with the reading that it was made in; without one, no page could be opened."""
    kind, loaded = lookup.target.kind, lookup.loaded
    unopened = PageReading(surface=key.surface, device=key.device, verdict=PageVerdict.LAYOUT_UNKNOWN)
    reading = loaded.reading if loaded else unopened
    document = reading_document(reading, kind=kind, keyword=key.keyword, lookup=lookup)
    return {
        **document,
        "verdict": document["verdict"] if loaded else None,
        "location": key.location,
        "areas": sorted(lookup.counting.areas),
        "counts_bundled": lookup.counting.bundled,
        "fetched_at": loaded.fetched_at.isoformat() if loaded else None,
        "load_seconds": round(loaded.load_seconds, 3) if loaded else None,
        "urls": [page.served.final_url for page in loaded.pages] if loaded else [],
    }


def outcome_document(lookup: Lookup) -> dict[str, Any]:
    """Write what was found of a target; every field stands there, null where it says nothing."""
    outcome, match = lookup.outcome, lookup.match
    exposed = outcome if isinstance(outcome, Exposed) else None
    missed = outcome if isinstance(outcome, NotExposed) else None
    failed = outcome if isinstance(outcome, NotMeasured) else None
    is_bundled = missed is not None and missed.matched_by is MatchedBy.BUNDLED
    return {
        "outcome": "exposed" if exposed else "not_exposed" if missed else "not_measured",
        "target": lookup.target.id,
        "rank": exposed.rank if exposed else None,
        "area": exposed.area if exposed else None,
        "page_rank": exposed.page_rank if exposed else None,
        "areas": list(exposed.areas) if exposed else [],
        "depth": None if isinstance(outcome, NotMeasured) else outcome.depth,
        "block_absent": missed.block_absent if missed else False if exposed else None,
        "near_area": missed.near_area if missed else None,
        "near_rank": missed.near_rank if missed else None,
        "bundled_rank": missed.near_rank if missed and is_bundled else None,
        "matched_by": match.matched_by.value if match else None,
        "match": _entry(match.card) if match else None,
        "reason": failed.reason if failed else None,
    }


def _entry(card: Card) -> dict[str, Any]:
    return {
        "rank": card.rank,
        "area": card.area,
        "page_rank": card.page_rank,
        "id": card.id,
        "title": card.title,
        "url": card.url,
    }


def _is_place(name: str) -> bool:
    return ":" not in name
