"""The archive, and what is held about people, as JSON documents."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sunwi.service.archive.list_archive import ArchivedMonth
from sunwi.service.archive.read_content import ReadingContent
from sunwi.service.archive.restore_month import RestoredMonth
from sunwi.service.privacy.erase_person import ErasedPerson
from sunwi.service.privacy.find_person import HeldRow


def months_document(months: Sequence[ArchivedMonth]) -> dict[str, Any]:
    """Write archived months, each with its parts."""
    return {"months": [_month_document(month) for month in months]}


def _month_document(month: ArchivedMonth) -> dict[str, Any]:
    parts = [
        {
            "number": part.number,
            "key": part.file.key,
            "rows": part.file.rows,
            "bytes": part.file.bytes,
            "sha256": part.file.sha256,
            "first_at": part.file.first_at.isoformat(),
            "last_at": part.file.last_at.isoformat(),
            "emptied_at": _moment(part.emptied_at),
            "restored_at": _moment(part.restored_at),
        }
        for part in month.parts
    ]
    return {"table": month.table, "month": month.month, "rows": month.rows, "bytes": month.bytes, "parts": parts}


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def content_document(reading_id: int, content: ReadingContent) -> dict[str, Any]:
    """Write the content of a page reading, as the text that its hash is of."""
    return {
        "page_reading_id": reading_id,
        "is_archived": content.is_archived,
        "sha256": content.sha256,
        "content": content.text,
    }


def restored_document(restored: RestoredMonth) -> dict[str, Any]:
    """Write what became of rows that were given back."""
    tables = {table: rows._asdict() for table, rows in restored.tables.items()}
    return {"month": restored.month, "tables": tables, "stay_days": restored.stay_days}


def held_document(rows: Iterable[HeldRow]) -> dict[str, Any]:
    """Write everything that is held about a person."""
    written = [
        {"table": row.table, "archived_in": row.month, "columns": list(row.columns), "row": dict(row.row)}
        for row in rows
    ]
    return {"rows": written, "count": len(written)}


def erased_document(erased: ErasedPerson) -> dict[str, Any]:
    """Write what a person was taken out of."""
    return {"pseudonym": erased.pseudonym, "rows": dict(erased.rows), "archived": dict(erased.archived)}
