"""Store the trackings of a CSV file or workbook: all, or none, or (when asked) the good ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sunwi.domain.actor import Actor
from sunwi.domain.table_file import LineError
from sunwi.domain.tracking import NewTracking, Tracking
from sunwi.errors import InvalidInput
from sunwi.service.ports.outside import Clock, Store
from sunwi.service.ports.retry_conflicts import retry_conflicts
from sunwi.service.ports.spreadsheets import SpreadsheetReader
from sunwi.service.trackings.audit_trackings import audit_added
from sunwi.service.trackings.find_same_target_of_others import find_same_target_of_others
from sunwi.service.trackings.own_agency import bound_to, check_agency, keep_own_agency, own_agency
from sunwi.service.trackings.parse_terms import name_differences
from sunwi.service.trackings.parse_tracking import parse_tracking
from sunwi.service.trackings.read_tracking_file import FileRow, TrackingFile, read_tracking_file
from sunwi.service.trackings.then_measure import Then, measure_at_night


@dataclass(frozen=True, slots=True)
class Imported:
    """A row that was stored."""

    line: int
    tracking_id: int


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A row that was passed over, since an equal tracking stands earlier in the file or is stored.

    Attributes:
        same_as_line: Line of the earlier one, if it stands in the file.
        stored: The equal tracking, if it was there before.
        counts_otherwise: It counts other areas or links than the row says, which changes nothing.
        differs_in: Other fields in which it is not as the row says, which changes nothing either.
    """

    line: int
    keyword: str
    same_as_line: int | None = None
    stored: Tracking | None = None
    counts_otherwise: bool = False
    differs_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shared:
    """A row that was stored although its target is tracked under another client or agency."""

    line: int
    other: Tracking


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of a file, each part by line.

    Attributes:
        sheet: Name of the sheet that was read; None of a CSV file.
        other_sheets: Names of a workbook's other sheets.
    """

    imported: Sequence[Imported] = ()
    duplicates: Sequence[Duplicate] = ()
    shared: Sequence[Shared] = ()
    errors: Sequence[LineError] = ()
    ignored_columns: Sequence[str] = ()
    sheet: str | None = None
    other_sheets: Sequence[str] = ()

    @property
    def tracking_ids(self) -> list[int]:
        """Ids of what was stored."""
        return [row.tracking_id for row in self.imported]


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row that can be stored."""

    line: int
    tracking: NewTracking


@dataclass(frozen=True, slots=True)
class ReadRows:
    """What the rows of a file say, before anything is stored.

    Attributes:
        new: Each tracking once.
        duplicates: Rows that say what an earlier one said.
    """

    new: Sequence[ReadRow]
    duplicates: Sequence[Duplicate]
    errors: Sequence[LineError]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTrackings:
    """Check a whole file, then store it in one transaction."""

    store: Store
    clock: Clock
    spreadsheets: SpreadsheetReader

    def import_file(
        self, actor: Actor, data: bytes, *, partial: bool, sheet: str = "", follow: Callable[[str], str] = str
    ) -> ImportReport:
        """Import a file.

        Args:
            actor: Who adds them; an agency for itself alone.
            data: The whole CSV file or workbook.
            partial: Store the good rows of a file that has bad ones too.
            sheet: Name of the workbook's sheet; none means the first that is not hidden.
            follow: Gives the address that a shortened link leads to; without it, such a link is refused.

        Raises:
            InvalidInput: A sheet is named of a CSV file.
            Forbidden: The actor may add none.
            StoreUnavailable: The database cannot be reached; nothing is stored.
        """
        file = read_tracking_file(data, spreadsheets=self.spreadsheets, sheet=sheet)
        return self.import_rows(actor, file, partial=partial, follow=follow)

    def import_rows(
        self,
        actor: Actor,
        file: TrackingFile,
        *,
        partial: bool,
        follow: Callable[[str], str] = str,
        then: Then = measure_at_night,
    ) -> ImportReport:
        """Import what was read of a file, or of anything else that has rows.

        Args:
            actor: As of `import_file`.
            file: As it was read.
            partial: As of `import_file`.
            follow: As of `import_file`.
            then: Stores the run that measures what is new at once.

        Raises:
            Forbidden: The actor may add none.
            StoreUnavailable: The database cannot be reached; nothing is stored.
        """
        rows = self.read_rows(actor, file, follow=follow)
        stored: tuple[list[Imported], list[Duplicate], list[Shared]] = ([], [], [])
        if rows.new and (partial or not rows.errors):
            stored = self._store(actor, rows.new, then)
        imported, known, shared = stored
        return ImportReport(
            imported=imported,
            duplicates=sorted([*rows.duplicates, *known], key=lambda row: row.line),
            shared=shared,
            errors=rows.errors,
            ignored_columns=file.ignored_columns,
            sheet=file.sheet,
            other_sheets=file.other_sheets,
        )

    def read_rows(self, actor: Actor, file: TrackingFile, *, follow: Callable[[str], str] = str) -> ReadRows:
        """Check the rows of a file; nothing is stored.

        Raises:
            Forbidden: The actor may add none.
            StoreUnavailable: The database cannot be reached.
        """
        own = None
        if not actor.sees_everything:
            with self.store.read() as tx:
                own = own_agency(tx, actor)
        parsed = [_parse(row, follow, own) for row in file.rows]
        errors = [*file.errors, *(row for row in parsed if isinstance(row, LineError))]
        new, duplicates = _sort_out_doubles([row for row in parsed if isinstance(row, ReadRow)])
        return ReadRows(new, duplicates, sorted(errors, key=lambda error: error.line))

    @retry_conflicts
    def _store(
        self, actor: Actor, read: Sequence[ReadRow], then: Then
    ) -> tuple[list[Imported], list[Duplicate], list[Shared]]:
        at = self.clock.now()
        with self.store.begin() as tx:
            own = keep_own_agency(tx, actor)
            rows = [ReadRow(row.line, bound_to(row.tracking, own)) for row in read]
            ids = tx.trackings.add([row.tracking for row in rows], at=at)
            left = [row for row, tracking_id in zip(rows, ids, strict=True) if tracking_id is None]
            stored = tx.trackings.find_equal([row.tracking for row in left])
            tags = tx.trackings.tags_of([tracking.id for tracking in stored])
            others = find_same_target_of_others(tx, actor, [row.tracking for row in rows])
            added = [tracking_id for tracking_id in ids if tracking_id is not None]
            before = then(tx, added, at=at)
            audit_added(tx, actor, added, at=at)
        imported = [Imported(row.line, i) for row, i in zip(rows, ids, strict=True) if i is not None]
        equals = list(zip(left, stored, strict=True))
        # What this request stored before it was cut off is its own, and no duplicate.
        imported += [Imported(row.line, equal.id) for row, equal in equals if equal.created_at == before]
        known = [
            Duplicate(
                row.line,
                row.tracking.keyword,
                stored=equal,
                counts_otherwise=equal.counting != row.tracking.counting,
                differs_in=name_differences(row.tracking, equal, tags.get(equal.id, ())),
            )
            for row, equal in equals
            if equal.created_at != before
        ]
        # Of two rows of one file the later one is told of the earlier.
        shared = [
            Shared(row.line, other)
            for row, tracking_id, found in zip(rows, ids, others, strict=True)
            for other in found
            if tracking_id is not None and other.id < tracking_id
        ]
        return imported, known, shared


def _parse(row: FileRow, follow: Callable[[str], str], own: str | None) -> ReadRow | LineError:
    try:
        return ReadRow(row.line, check_agency(parse_tracking(row.fields, follow=follow), own))
    except InvalidInput as error:
        return LineError(row.line, error)


def _sort_out_doubles(rows: Sequence[ReadRow]) -> tuple[list[ReadRow], list[Duplicate]]:
    """Keep the first of equal rows; the address that names a target makes no difference."""
    first: dict[tuple[str, ...], ReadRow] = {}
    doubles: list[Duplicate] = []
    for row in rows:
        earlier = first.setdefault(row.tracking.identity, row)
        if earlier is not row:
            otherwise = earlier.tracking.counting != row.tracking.counting
            differs_in = name_differences(row.tracking, earlier.tracking, earlier.tracking.tags)
            doubles.append(
                Duplicate(
                    row.line,
                    row.tracking.keyword,
                    earlier.line,
                    counts_otherwise=otherwise,
                    differs_in=differs_in,
                )
            )
    return list(first.values()), doubles
