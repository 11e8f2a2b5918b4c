"""What is archived, and what became of what was restored."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sunwi.cli.screens.terminal import open_console, table_of
from sunwi.service.archive.list_archive import ArchivedMonth
from sunwi.service.archive.read_content import ReadingContent
from sunwi.service.archive.restore_month import RestoredMonth
from sunwi.wording.archive.archive_words import size_words, state_words, table_words
from sunwi.wording.plain_text import plain


def show_months(months: Sequence[ArchivedMonth]) -> None:
    """Print archived months."""
    console = open_console()
    if not months:
        console.print("보관한 것이 없습니다")
        return
    console.print(
        table_of(["표", "내용*", "달", "행", "파일", "크기", "상태*"], [_month_row(month) for month in months])
    )
    total = sum(month.rows for month in months)
    console.print(f"보관된 행 {total:,}건, {size_words(sum(month.bytes for month in months))}")


def _month_row(month: ArchivedMonth) -> list[object]:
    return [
        month.table,
        table_words(month.table),
        month.month,
        f"{month.rows:,}",
        len(month.parts),
        size_words(month.bytes),
        state_words(month),
    ]


def show_rows(rows: Sequence[Mapping[str, Any]], *, limit: int) -> None:
    """Print archived rows, one a line, as JSON."""
    console = open_console()
    for row in rows:
        console.print(plain(json.dumps(row, ensure_ascii=False)))
    if not rows:
        console.print("맞는 행이 없습니다")
    elif len(rows) == limit:
        console.print(f"처음 {limit}건만 보였습니다 (더 보기: --limit)")


def show_content(reading_id: int, content: ReadingContent) -> None:
    """Print the content of a page reading, and where it is."""
    place = "보관 파일" if content.is_archived else "데이터베이스"
    console = open_console()
    console.print(f"판독 {reading_id}번 ({place}, SHA-256 {content.sha256})")
    console.print(plain(content.text))


def show_restored(restored: RestoredMonth) -> None:
    """Print what became of rows that were given back."""
    console = open_console()
    rows = [
        [table, table_words(table), f"{one.added:,}", f"{one.there:,}", one.different]
        for table, one in restored.tables.items()
    ]
    console.print(table_of(["표", "내용*", "되살린 행", "이미 있음", "다름?"], rows, title=restored.month))
    console.print(f"보관 작업은 {restored.stay_days}일 동안 이 행들을 그대로 둡니다. 보관 파일은 남아 있습니다")
    if any(one.different for one in restored.tables.values()):
        console.print("'다름'은 같은 번호의 행이 다른 내용으로 이미 있어, 있는 그대로 둔 것입니다")
