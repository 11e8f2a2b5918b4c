"""Korean names of what screens and notices show of backups."""

from sunwi.domain.backup import BACKUP, RESTORE, VERIFY, BackupRecord, BackupState, BackupWarning

#: What is done, by the kind of job.
DEEDS = {BACKUP: "백업", RESTORE: "복원", VERIFY: "백업 검증"}

BACKUP_STATES = {BackupState.GOOD: "정상", BackupState.BROKEN: "손상", BackupState.FAILED: "실패"}

WARNINGS = {
    BackupWarning.SHRUNK: "지난 백업의 절반 이하 크기입니다",
    BackupWarning.GROWN: "지난 백업의 두 배 이상 크기입니다",
    BackupWarning.SLOW: "300초를 넘겼습니다 (600초를 넘기면 실패합니다)",
}


def size_words(size_bytes: int) -> str:
    """Describe a size in MB."""
    return f"{size_bytes / 1_000_000:,.1f} MB"


def warning_words(record: BackupRecord) -> str:
    """Describe what is odd about a backup; empty when nothing is."""
    return ", ".join(WARNINGS[warning] for warning in record.warnings)
