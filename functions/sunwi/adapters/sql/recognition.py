"""How much of a run's pages was recognised, in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Select, case, false, func, literal, select, union_all
from typing_extensions import override

from sunwi.adapters.sql.tables import AttemptRow, PageReadingRow, TrackingRow
from sunwi.domain.reading import PageVerdict
from sunwi.domain.recognition import REFUSALS, PageFinding, SurfaceCounts, count_findings
from sunwi.domain.tracking import Device, Surface
from sunwi.service.ports.readings import Recognition

#: Of several loads of one page the highest counts.
_FINDINGS = (PageFinding.UNREACHABLE, PageFinding.LAYOUT_UNKNOWN, PageFinding.BLOCKED, PageFinding.RECOGNISED)

_READABLE = tuple(verdict.value for verdict in PageVerdict if verdict.is_readable)
_REFUSED = tuple(verdict.value for verdict in REFUSALS)


@dataclass(frozen=True, slots=True)
class SqlRecognition(Recognition):
    """What became of pages, whoever wanted them."""

    connection: Connection

    @override
    def of_run(self, run_id: str) -> Sequence[SurfaceCounts]:
        loads = union_all(_served(run_id), _opened(run_id)).subquery()
        page = (loads.c.surface, loads.c.device, loads.c.keyword, loads.c.location)
        best = select(loads.c.surface, loads.c.device, func.max(loads.c.level)).group_by(*page)
        return count_findings(
            (Surface(surface), Device(device), _FINDINGS[level])
            for surface, device, level in self.connection.execute(best)
        )


def _served(run_id: str) -> Select[str, str, str, str, int]:
    """Return a page for each load that brought a document."""
    row = PageReadingRow
    is_whole = row.verdict.in_(_READABLE) & (func.coalesce(row.is_suspect, false()) == false())
    level = case(
        (is_whole, _FINDINGS.index(PageFinding.RECOGNISED)),
        (row.verdict.in_(_REFUSED), _FINDINGS.index(PageFinding.BLOCKED)),
        else_=_FINDINGS.index(PageFinding.LAYOUT_UNKNOWN),
    )
    return select(row.surface, row.device, row.keyword, row.location, level.label("level")).where(row.run_id == run_id)


def _opened(run_id: str) -> Select[str, str, str, str, int]:
    """Return the page of each attempt that came to an end, as if nothing had been served."""
    row = TrackingRow
    level = literal(_FINDINGS.index(PageFinding.UNREACHABLE)).label("level")
    return (
        select(row.surface, row.device, row.keyword, row.location, level)
        .join(AttemptRow, AttemptRow.tracking_id == row.id)
        .where(AttemptRow.run_id == run_id, AttemptRow.finished_at.is_not(None))
        .distinct()
    )
