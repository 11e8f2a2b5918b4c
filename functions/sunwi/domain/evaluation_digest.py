"""What a client is told of its events: the important ones first, the good in numbers, never more than fits.

Source: docs/evaluation.md.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sunwi.domain.evaluation import Event, EventKind
from sunwi.domain.evaluation_thresholds import Thresholds
from sunwi.domain.notice import SYSTEM_AUDIENCE, Audience, AudienceKind

#: Lines of a section; what there are more is counted.
MOST_LINES = 20
#: Bytes of a digest, as JSON in UTF-8; some are left of what a notice may have.
MOST_BYTES = 60 * 1024
#: Fewer lines for long keywords.
_LINES_THAT_MAY_FIT = (MOST_LINES, 10, 5, 2, 1, 0)

#: Sections of what is new, the most important first; the good is only counted.
SECTIONS = (
    EventKind.LEFT,
    EventKind.BELOW_TARGET,
    EventKind.DROPPED,
    EventKind.NOT_COMPARABLE,
    EventKind.UNMEASURED,
    EventKind.SESSION_FULL,
    EventKind.SESSION_ENDS_SOON,
)
#: Name of the section of everything that says something else of days that are past.
CORRECTIONS = "corrections"


class Part(StrEnum):
    """Why an event is told; the codes are stored."""

    #: It happened on the digest's day.
    FRESH = "fresh"
    #: It happened before, and was found now.
    LATE = "late"
    #: It was told, and says something else now, or holds again.
    CHANGED = "changed"
    #: It was told, and no longer holds.
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class UntoldLine:
    """An event that its owner has not been told, or not as it is now.

    Attributes:
        owner: As of `OwnerCounts`.
        total: Untold events of the same owner, kind and part, this one included.
        keyword, kind, surface, device: Of its tracking; the latter three by their codes.
    """

    owner: int
    event: Event
    part: Part
    total: int
    keyword: str
    kind: str
    surface: str
    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerCounts:
    """Whom trackings belong to, and how they stood on a day.

    Attributes:
        owner: Id of a client; the negative id of an agency for its trackings without a client; 0 for those of nobody.
        client: Name; empty without one.
        agency: Name; empty without one.
        active: Active trackings.
        measured: Those of them that have a row of the day.
        exposed: Those of these that were exposed.
        good: Those of these that were not behind the rank promised for the day.
        missed: Active ones that a run could not measure; where no run looked, none.
    """

    owner: int
    client: str = ""
    agency: str = ""
    active: int = 0
    measured: int = 0
    exposed: int = 0
    good: int = 0
    missed: int = 0


def owner_word(owner: int) -> str:
    """Name an owner in a key."""
    if owner == 0:
        return "none"
    return str(owner) if owner > 0 else f"agency-{-owner}"


def audience_of(owner: int) -> Audience:
    """Return who is told of an owner's trackings."""
    if owner == 0:
        return SYSTEM_AUDIENCE
    return Audience(AudienceKind.CLIENT, owner) if owner > 0 else Audience(AudienceKind.AGENCY, -owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestTerms:
    """What a digest is made by, besides its events.

    Attributes:
        day: KST date of the night that was judged last.
        version: From 1; every further digest of the day has the next one.
        thresholds: Of the client, for the day.
        night_failed: Its unmeasured trackings were told in a notice of their own.
    """

    day: date
    version: int
    thresholds: Thresholds
    night_failed: bool


def compose_digest(counts: OwnerCounts, lines: Sequence[UntoldLine], terms: DigestTerms) -> dict[str, Any] | None:
    """Compose the content of a digest, JSON of at most `MOST_BYTES`.

    Args:
        counts: Of the owner.
        lines: Its untold events, the weightiest of each kind and part first.
        terms: Of the digest.

    Returns:
        None when there is nothing to tell, unless a digest is wanted every day, and this is the first of its day.
    """
    told = [line for line in lines if _is_told(line, terms)]
    if not told and not (terms.thresholds.is_daily and terms.version == 1):
        return None
    for most in _LINES_THAT_MAY_FIT:
        content = _content(counts, told, terms, most=most)
        if len(json.dumps(content, ensure_ascii=False).encode()) <= MOST_BYTES:
            break
    return content


def _is_told(line: UntoldLine, terms: DigestTerms) -> bool:
    kind = line.event.kind
    is_in_night = kind is EventKind.UNMEASURED and line.part is Part.FRESH and terms.night_failed
    return kind in terms.thresholds.told and not is_in_night


def _content(counts: OwnerCounts, lines: Sequence[UntoldLine], terms: DigestTerms, *, most: int) -> dict[str, Any]:
    new = [line for line in lines if _is_new(line)]
    sections = [_section(kind.value, [line for line in new if line.event.kind is kind], most) for kind in SECTIONS]
    sections.append(_section(CORRECTIONS, [line for line in lines if not _is_new(line)], most))
    entered = [line for line in new if line.event.kind is EventKind.ENTERED]
    return {
        "client": counts.client,
        "agency": counts.agency,
        "day": terms.day.isoformat(),
        "version": terms.version,
        "counts": {
            "active": counts.active,
            "measured": counts.measured,
            "exposed": counts.exposed,
            "good": counts.good,
            "missed": counts.missed,
            "entered": _total(entered),
        },
        "sections": [section for section in sections if section["count"]],
    }


def _is_new(line: UntoldLine) -> bool:
    return line.part is Part.FRESH and line.event.kind is not EventKind.CORRECTED


def _section(name: str, lines: Sequence[UntoldLine], most: int) -> dict[str, Any]:
    return {"name": name, "count": _total(lines), "lines": [_line(line) for line in lines[:most]]}


def _total(lines: Iterable[UntoldLine]) -> int:
    """Count what the lines stand for: each group of a kind and part says its own total."""
    return sum({(line.event.kind, line.part): line.total for line in lines}.values())


def _line(line: UntoldLine) -> dict[str, Any]:
    event = line.event
    return {
        "tracking_id": event.tracking_id,
        "keyword": line.keyword,
        "kind": line.kind,
        "surface": line.surface,
        "device": line.device,
        "event": event.kind.value,
        "part": line.part.value,
        "day": event.day.isoformat(),
        "compared": None if event.compared is None else event.compared.isoformat(),
        "facts": dict(event.facts),
    }
