"""Say what an import would make of each row, and store nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sunwi.domain.actor import Actor
from sunwi.domain.tracking import NewTracking, Surface, Tracking
from sunwi.errors import InvalidInput
from sunwi.service.ports.outside import Store
from sunwi.service.trackings.find_same_target_of_others import find_same_target_of_others
from sunwi.service.trackings.import_trackings import Duplicate, ImportTrackings, ReadRow
from sunwi.service.trackings.parse_terms import name_differences
from sunwi.service.trackings.read_tracking_file import TrackingFile


class RowVerdict(StrEnum):
    """What an import would make of a row."""

    #: It would be stored.
    ADD = "add"
    #: It is there already, or stands earlier in the file.
    KNOWN = "known"
    #: As `KNOWN`, and otherwise than the row says; an import leaves it as it is.
    CHANGED = "changed"
    #: It cannot be used.
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedRow:
    """What an import would make of one row.

    Attributes:
        line: Where it begins; from 1 of rows that stand in no file.
        tracking_id: Of the equal one that is stored.
        same_as_line: Of the equal one that stands earlier in the file.
        differs_in: Fields in which that one is otherwise; `counting` is what counts.
        shared: Trackings of the same target under another client or agency.
        error: Why it is refused.
    """

    line: int
    verdict: RowVerdict
    keyword: str = ""
    tracking_id: int | None = None
    same_as_line: int | None = None
    differs_in: Sequence[str] = ()
    shared: Sequence[Tracking] = ()
    error: InvalidInput | None = None


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would make of a file.

    Attributes:
        rows: By line.
        new_pages: Distinct pages of what would be stored, by their surface.
    """

    rows: Sequence[PreviewedRow]
    new_pages: Mapping[Surface, int]

    def count(self, verdict: RowVerdict) -> int:
        """Count the rows with a verdict."""
        return sum(row.verdict is verdict for row in self.rows)


@dataclass(frozen=True, slots=True)
class PreviewImport:
    """Preview imports."""

    store: Store
    imports: ImportTrackings

    def preview(self, actor: Actor, file: TrackingFile) -> ImportPreview:
        """Return what an import of a file would do now.

        Raises:
            Forbidden: The actor may add none.
            StoreUnavailable: The database cannot be reached.
        """
        read = self.imports.read_rows(actor, file)
        new = [row.tracking for row in read.new]
        with self.store.read() as tx:
            stored = {one.identity: one for one in tx.trackings.find_equal(new)}
            tags = tx.trackings.tags_of([one.id for one in stored.values()])
            others = find_same_target_of_others(tx, actor, new)
        rows = [PreviewedRow(line=error.line, verdict=RowVerdict.REFUSED, error=error.problem) for error in read.errors]
        rows += [_of_double(double) for double in read.duplicates]
        pages: set[tuple[str, ...]] = set()
        by_surface = Counter[Surface]()
        for row, shared in zip(read.new, others, strict=True):
            equal = stored.get(row.tracking.identity)
            if equal is not None:
                rows.append(_of_stored(row, equal, tags.get(equal.id, ())))
                continue
            rows.append(_of_new(row, shared))
            if (page := _page_of(row.tracking)) not in pages:
                pages.add(page)
                by_surface[row.tracking.surface] += 1
        return ImportPreview(sorted(rows, key=lambda row: row.line), by_surface)


def _of_new(row: ReadRow, shared: Sequence[Tracking]) -> PreviewedRow:
    return PreviewedRow(line=row.line, verdict=RowVerdict.ADD, keyword=row.tracking.keyword, shared=shared)


def _of_stored(row: ReadRow, equal: Tracking, tags: Sequence[str]) -> PreviewedRow:
    differs_in = _differences(equal.counting != row.tracking.counting, name_differences(row.tracking, equal, tags))
    verdict = RowVerdict.CHANGED if differs_in else RowVerdict.KNOWN
    return PreviewedRow(
        line=row.line, verdict=verdict, keyword=row.tracking.keyword, tracking_id=equal.id, differs_in=differs_in
    )


def _of_double(double: Duplicate) -> PreviewedRow:
    differs_in = _differences(double.counts_otherwise, double.differs_in)
    return PreviewedRow(
        line=double.line,
        verdict=RowVerdict.CHANGED if differs_in else RowVerdict.KNOWN,
        keyword=double.keyword,
        same_as_line=double.same_as_line,
        differs_in=differs_in,
    )


def _differences(counts_otherwise: bool, others: Sequence[str]) -> tuple[str, ...]:  # noqa: FBT001 - of a duplicate
    return (*(["counting"] if counts_otherwise else []), *others)


def _page_of(new: NewTracking) -> tuple[str, ...]:
    return new.surface.value, new.device.value, new.keyword, new.location
