"""Backups, and what an adoption did."""

from collections import Counter
from collections.abc import Sequence

from sunwi.cli.screens.terminal import open_console, table_of
from sunwi.domain.backup import BackupRecord
from sunwi.domain.schedule import KST
from sunwi.service.backup.adopt_database import Adoption
from sunwi.wording.backup.backup_words import BACKUP_STATES, size_words, warning_words
from sunwi.wording.jobs.job_failure_words import job_cause_words
from sunwi.wording.jobs.job_words import JOB_STATES, seconds_words
from sunwi.wording.plain_text import plain


def show_backups(records: Sequence[BackupRecord]) -> None:
    """Print backups, newest first."""
    console = open_console()
    if not records:
        console.print("백업이 없습니다: sunwi backup now 로 만드세요")
        return
    headings = ["시각", "백업*", "상태", "크기", "시간", "확인", "비고*?"]
    console.print(table_of(headings, [_row(record) for record in records]))


def _row(record: BackupRecord) -> list[object]:
    facts = record.facts
    note = job_cause_words(record.failure_code) if record.failure_code else warning_words(record)
    checked = "-" if record.checked_at is None else f"{record.checked_at.astimezone(KST):%m-%d %H:%M}"
    return [
        f"{record.ended_at.astimezone(KST):%m-%d %H:%M}",
        "-" if facts is None else facts.name,
        BACKUP_STATES[record.state],
        "-" if facts is None else size_words(facts.size_bytes),
        "-" if facts is None else seconds_words(facts.seconds),
        checked,
        note or "-",
    ]


def show_adoption(adoption: Adoption, *, dry_run: bool) -> None:
    """Print what was under way in a restored database, and what became of it."""
    console = open_console()
    ends = Counter(JOB_STATES[job.after] for job in adoption.jobs)
    jobs = f" ({', '.join(f'{state} {count}' for state, count in ends.items())})" if ends else ""
    runs = f" ({', '.join(adoption.runs)})" if adoption.runs else ""
    lead = "이어받으면 정리할 것" if dry_run else "복원한 데이터베이스를 이어받았습니다"
    notices = "" if dry_run else f", 보내지 않고 둔 알림 {adoption.notices}건"
    sessions = f", 로그인 {adoption.sessions}건" if adoption.sessions else ""
    counts = f"작업 {len(adoption.jobs)}건{jobs}, 배치 {len(adoption.runs)}건{runs}, 워커 {adoption.workers}개"
    parts = f"{counts}{sessions}{notices}"
    console.print(plain(f"{lead}: {parts}"))
    for run in adoption.runs[:1]:
        if not dry_run:
            console.print(plain(f"측정하지 못한 추적을 다시 보내려면: sunwi runs retry-failed {run} --expired"))
