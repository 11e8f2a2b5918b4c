"""How much of each surface is recognised, told apart from being refused."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sunwi.domain.reading import PageReading, PageVerdict, Presence
from sunwi.domain.tracking import Device, Surface

#: A surface of which less than this share is recognised has probably changed.
LAYOUT_ALARM_SHARE = 0.9

#: A surface of which more than this share is refused is being blocked.
BLOCKED_ALARM_SHARE = 0.1


class PageFinding(StrEnum):
    """What became of one page, whatever it was wanted for; the best of its loads counts."""

    #: Readable, and no kind of it contradicts itself.
    RECOGNISED = "recognised"
    #: Refused at least once and never recognised: a refusal says nothing about the layout.
    BLOCKED = "blocked"
    #: Served, and not, or not wholly, understood; a cut body counts here too.
    LAYOUT_UNKNOWN = "layout_unknown"
    #: Nothing was served.
    UNREACHABLE = "unreachable"


#: Verdicts by which Naver said no.
REFUSALS = frozenset({PageVerdict.BLOCKED, PageVerdict.LOGIN_WALL})


def is_suspect(reading: PageReading) -> bool:
    """Return whether a readable page contradicts itself about some kind."""
    return Presence.SUSPECT in reading.presence.values()


def finding_of(reading: PageReading) -> PageFinding:
    """Describe what became of a page that was loaded once."""
    if reading.verdict in REFUSALS:
        return PageFinding.BLOCKED
    if reading.verdict.is_readable and not is_suspect(reading):
        return PageFinding.RECOGNISED
    return PageFinding.LAYOUT_UNKNOWN


def verdict_for_circuit(reading: PageReading) -> PageVerdict:
    """Return the verdict that a circuit counts: a list that can be read and whose next page is refused is a refusal."""
    return reading.beyond if reading.beyond in REFUSALS and reading.beyond is not None else reading.verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class SurfaceCounts:
    """Distinct pages of one surface on one device, by what became of them."""

    surface: Surface
    device: Device
    recognised: int = 0
    blocked: int = 0
    layout_unknown: int = 0
    unreachable: int = 0

    @property
    def pages(self) -> int:
        """All that were opened."""
        return self.recognised + self.blocked + self.layout_unknown + self.unreachable

    @property
    def recognised_share(self) -> float:
        """Recognised of all that were opened, 0 to 1."""
        return self.recognised / self.pages if self.pages else 1.0

    @property
    def recognised_of_served(self) -> float:
        """Recognised of those that Naver served, 0 to 1; 1 when it served none, since then nothing is known."""
        served = self.recognised + self.layout_unknown
        return self.recognised / served if served else 1.0

    @property
    def blocked_share(self) -> float:
        """Refused of all that were opened, 0 to 1."""
        return self.blocked / self.pages if self.pages else 0.0

    @property
    def has_layout_alarm(self) -> bool:
        """Whether the surface has probably changed."""
        return self.recognised_of_served < LAYOUT_ALARM_SHARE

    @property
    def has_block_alarm(self) -> bool:
        """Whether Naver refuses the surface."""
        return self.blocked_share > BLOCKED_ALARM_SHARE

    def as_document(self) -> dict[str, Any]:
        """Write the counts with their shares, each cut to four digits."""
        shares = {
            "recognised_share": round(self.recognised_share, 4),
            "recognised_of_served": round(self.recognised_of_served, 4),
            "blocked_share": round(self.blocked_share, 4),
        }
        counts = {
            "recognised": self.recognised,
            "blocked": self.blocked,
            "layout_unknown": self.layout_unknown,
            "unreachable": self.unreachable,
        }
        name = {"surface": self.surface.value, "device": self.device.value, "pages": self.pages}
        return {**name, **counts, **shares}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "SurfaceCounts":
        """Read counts that were written."""
        counts = {str(finding): int(document[finding]) for finding in PageFinding}
        return cls(surface=Surface(document["surface"]), device=Device(document["device"]), **counts)


def count_findings(findings: Iterable[tuple[Surface, Device, PageFinding]]) -> Sequence[SurfaceCounts]:
    """Count pages per surface and device, in the order of their names."""
    counts: dict[tuple[Surface, Device], dict[str, int]] = {}
    for surface, device, finding in findings:
        of_surface = counts.setdefault((surface, device), dict.fromkeys(PageFinding, 0))
        of_surface[finding] += 1
    return [
        SurfaceCounts(surface=surface, device=device, **{str(name): count for name, count in found.items()})
        for (surface, device), found in sorted(counts.items())
    ]
