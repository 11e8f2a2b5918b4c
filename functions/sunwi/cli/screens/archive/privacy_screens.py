"""What is held about a person, and what they were taken out of."""

from collections import Counter
from collections.abc import Sequence

from sunwi.cli.screens.terminal import open_console, table_of
from sunwi.service.privacy.erase_person import ErasedPerson
from sunwi.service.privacy.find_person import HeldRow
from sunwi.wording.archive.archive_words import table_words
from sunwi.wording.plain_text import plain


def show_held(rows: Sequence[HeldRow], *, erases: str | None = None) -> None:
    """Print what is held about a person, by table.

    Args:
        rows: All of it.
        erases: The person, when it is to be erased: how is said.
    """
    console = open_console()
    if not rows:
        console.print("이 사람에 대해 보관하는 것이 없습니다")
        return
    counts = Counter((row.table, row.month or "", ", ".join(row.columns)) for row in rows)
    lines = [
        [table, table_words(table), f"보관 {month}" if month else "데이터베이스", columns, f"{count:,}"]
        for (table, month, columns), count in counts.items()
    ]
    console.print(table_of(["표", "내용*", "어디*", "열*", "행"], lines))
    console.print(f"모두 {len(rows):,}행 (내용까지 보기: --json)")
    if erases is not None:
        console.print(plain(f"되돌릴 수 없습니다. 지우려면: sunwi privacy erase {erases} --confirm {erases}"))


def show_erased(erased: ErasedPerson) -> None:
    """Print what a person was taken out of."""
    console = open_console()
    lines = [
        [table, table_words(table), f"{erased.rows.get(table, 0):,}", f"{erased.archived.get(table, 0):,}"]
        for table in dict.fromkeys([*erased.rows, *erased.archived])
    ]
    if lines:
        console.print(table_of(["표", "내용*", "데이터베이스", "보관"], lines))
    console.print(f"지웠습니다: 이제 {erased.pseudonym} 이(가) 대신합니다. 순위 원장에는 사람이 없어 그대로입니다")
    console.print("백업과 로그에는 보관 기간 동안 남습니다: 백업을 되살리면 다시 지우세요")
