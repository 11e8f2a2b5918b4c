"""The words of a notice about a backup, a verification or a restore.

Its content: `work`, `state`, `environment`, `job_id`, `ended_at`, `key`, `into`, `facts` (as they stand beside a
backup, or null), `warnings` and `failure` (`code`, `fields`, or null).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sunwi.domain.alarm import Alarm
from sunwi.domain.backup import BACKUP, FACTS_SUFFIX, BackupFacts, BackupState, BackupWarning
from sunwi.domain.job import JobFailure
from sunwi.domain.notice import NoticeSection, NoticeText, Severity
from sunwi.domain.schedule import KST
from sunwi.wording.backup.backup_words import DEEDS, WARNINGS, size_words
from sunwi.wording.jobs.job_failure_words import job_failure_words
from sunwi.wording.jobs.job_words import seconds_words

#: An e-mail's subject has fewer than 100 characters.
_TITLE_LENGTH = 99


def backup_text(content: Mapping[str, Any]) -> NoticeText:
    """Write the words of a notice of the kind `backup`."""
    deed, environment = DEEDS.get(content["work"], content["work"]), content["environment"]
    is_good = content["state"] == BackupState.GOOD
    name = (content.get("key") or "").rpartition("/")[2]
    title = f"[{environment}] {deed} {'완료' if is_good else '실패'}" + (f": {name}" if name else "")
    warnings = [WARNINGS[BackupWarning(code)] for code in content.get("warnings", ())]
    return NoticeText(
        title=title,
        severity=_severity(is_good=is_good, has_warnings=bool(warnings)),
        fields=[("환경", environment), *_fields(content)],
        sections=[*_failure(content), *([NoticeSection("주의", warnings)] if warnings else [])],
        footer=f"작업 {content['job_id']}",
    )


def backup_alarm(content: Mapping[str, Any], *, remedy: str) -> Alarm:
    """Write the same of a failure for the alarm, which needs neither database nor notifier."""
    text = backup_text(content)
    lines = [
        text.title,
        *(f"{name}: {value}" for name, value in text.fields),
        *(f"{section.heading}: {line}" for section in text.sections for line in section.lines),
        f"할 일: {remedy}",
        "",
        f"Sunwi 백업 ({content['environment']}): {text.footer}",
    ]
    return Alarm(
        title=f"[Sunwi 순위] {text.title}"[:_TITLE_LENGTH],
        text="\n".join(lines),
        kind="BACKUP_FAILED",
        subject=content["job_id"],
    )


def _severity(*, is_good: bool, has_warnings: bool) -> Severity:
    if not is_good:
        return Severity.ERROR
    return Severity.WARNING if has_warnings else Severity.SUCCESS


def _fields(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    ended = datetime.fromisoformat(content["ended_at"]).astimezone(KST)
    fields = [("시각", f"{ended:%Y-%m-%d %H:%M:%S} KST")]
    if content.get("key"):
        fields.append(("파일", content["key"]))
    if content.get("into"):
        fields.append(("복원한 곳", content["into"]))
    if content.get("facts"):
        facts = BackupFacts.from_document(content["facts"])
        fields.append(("크기", size_words(facts.size_bytes)))
        if content["work"] == BACKUP:
            fields.append(("걸린 시간", seconds_words(facts.seconds)))
        fields.append(("SHA-256", facts.sha256))
    return fields


def _failure(content: Mapping[str, Any]) -> list[NoticeSection]:
    if content["state"] == BackupState.GOOD:
        return []
    failure = content.get("failure")
    why = (
        "사유를 알 수 없습니다"
        if failure is None
        else job_failure_words(JobFailure(failure["code"], failure["fields"]))
    )
    lines = [why]
    if content["work"] == BACKUP:
        lines.append(f"끝나지 않은 백업은 남지 않습니다. 온전한 백업 옆에는 이름이 같은 {FACTS_SUFFIX} 파일이 있습니다")
    return [NoticeSection("사유", lines)]
