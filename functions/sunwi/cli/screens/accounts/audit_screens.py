"""Who did what."""

from collections.abc import Mapping
from typing import Any

from sunwi.cli.screens.runs.run_status import describe_moment
from sunwi.cli.screens.terminal import open_console, table_of
from sunwi.domain.account_list import AuditPage, NumberedEntry
from sunwi.wording.accounts.account_words import action_words


def show_audit(page: AuditPage) -> None:
    """Print a page of what was done, the latest first."""
    console = open_console()
    if not page.entries:
        console.print("기록이 없습니다")
        return
    console.print(table_of(["시각", "누가*", "무엇을*", "대상*", "내용*?"], [_row(one) for one in page.entries]))
    if page.next is not None:
        console.print(f"더 보기: --after {page.next}")


def _row(numbered: NumberedEntry) -> list[object]:
    entry = numbered.entry
    return [
        describe_moment(entry.at),
        entry.actor,
        action_words(entry.action),
        entry.subject,
        " → ".join(filter(None, (_said(entry.before), _said(entry.after)))) or "-",
    ]


def _said(values: Mapping[str, Any] | None) -> str:
    return ", ".join(f"{name}={value}" for name, value in (values or {}).items() if value is not None)
