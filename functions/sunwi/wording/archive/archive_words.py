"""Korean names of what is archived."""

from collections.abc import Mapping
from datetime import datetime

from sunwi.domain.schedule import KST
from sunwi.service.archive.list_archive import ArchivedMonth

#: Tables by their names; one that is not named here is shown by that name.
_TABLES: Mapping[str, str] = {
    "attempt": "시도",
    "observation": "관측",
    "page_reading": "판독",
    "canary_check": "카나리아 점검",
    "watch_finding": "감시 결과",
    "job": "작업",
    "job_attempt": "작업 시도",
    "job_request": "멱등 키",
    "web_request": "API 멱등 키",
    "file_link": "파일 링크",
    "pool_change": "워커 변경",
    "client_thresholds": "광고주 기준",
    "worker_pool": "워커 수",
    "audit": "감사 기록",
    "notice": "알림",
    "channel": "채널",
    "account": "계정",
    "evaluation_event": "평가",
}

_KILOBYTE = 1_000


def table_words(table: str) -> str:
    """Name a table."""
    return _TABLES.get(table, table)


def state_words(month: ArchivedMonth) -> str:
    """Describe where a month's rows are."""
    if month.is_under_way:
        return "옮기는 중"
    if month.restored_at is not None:
        return f"되살림 ({_day(month.restored_at)})"
    return "보관"


def size_words(size: int) -> str:
    """Describe a number of bytes by one unit."""
    amount = float(size)
    for unit in ("B", "KB", "MB"):
        if amount < _KILOBYTE:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= _KILOBYTE
    return f"{amount:.1f} GB"


def _day(at: datetime) -> str:
    return f"{at.astimezone(KST):%m-%d}"
