"""What a health check says on the command line: what was found, and what a command can do about it."""

from collections.abc import Mapping
from types import MappingProxyType

from sunwi.cli.error_words import english_of, korean_of
from sunwi.cli.remedies import Remedy
from sunwi.cli.screens.session_words import describe_faults
from sunwi.domain.health_check import HealthCheck
from sunwi.wording.error_words import fill_sentence
from sunwi.wording.health_words import HEALTH_SENTENCES, Sentences, describe_check, name_faults

_LOOK_AT_DLQ = "look at the DLQ (sunwi dlq list), and redrive it once the cause is gone"
_KOREAN_LOOK_AT_DLQ = "sunwi dlq list 로 사유를 보고, 원인을 없앤 뒤 sunwi dlq redrive 로 다시 보내세요"
_UPGRADE = Remedy(": run sunwi db upgrade", ": sunwi db upgrade 를 실행하세요")

#: By the check's code.
HEALTH_REMEDIES: Mapping[str, Remedy] = MappingProxyType(
    {
        "database_behind": _UPGRADE,
        "database_empty": _UPGRADE,
        "connections_not_checked": _UPGRADE,
        "sessions_not_checked": _UPGRADE,
        "circuits_not_checked": _UPGRADE,
        "jobs_not_checked": _UPGRADE,
        "mail_not_checked": _UPGRADE,
        "backup_not_checked": _UPGRADE,
        "backup_none": Remedy(": make one with sunwi backup now", ": sunwi backup now 로 만드세요"),
        "backup_old": Remedy(
            ": see sunwi backup list and sunwi jobs list --work backup",
            ": sunwi backup list 와 sunwi jobs list --work backup 으로 확인하세요",
        ),
        "jobs_not_healthy": Remedy(": see sunwi monitor", ": sunwi monitor 로 확인하세요"),
        "schedules_idle": Remedy(
            ": see sunwi schedules list, and resume or set them",
            ": sunwi schedules list 로 보고, sunwi schedules resume 이나 set 으로 다시 켜세요",
        ),
        "queue_has_dead_letters": Remedy(f": {_LOOK_AT_DLQ}", f": {_KOREAN_LOOK_AT_DLQ}"),
        "queue_loses_messages_and_has_dead_ones": Remedy(f"; {_LOOK_AT_DLQ}", f"; {_KOREAN_LOOK_AT_DLQ}"),
    }
)

#: Each of many sessions has a remedy of its own.
_SENTENCES = {
    **HEALTH_SENTENCES,
    "sessions_faulty": Sentences(name_faults, lambda *, faults: describe_faults(faults)),
}

_NOTHING = Remedy("", "")


def english_of_check(check: HealthCheck) -> str:
    """Describe a check's outcome in English, for JSON."""
    if check.error is not None:
        return english_of(check.error)
    found, _ = describe_check(check, _SENTENCES)
    return found + fill_sentence(HEALTH_REMEDIES.get(check.code, _NOTHING).english, check.fields)


def korean_of_check(check: HealthCheck) -> str:
    """Describe a check's outcome in Korean."""
    if check.error is not None:
        return korean_of(check.error)
    _, found = describe_check(check, _SENTENCES)
    return found + fill_sentence(HEALTH_REMEDIES.get(check.code, _NOTHING).korean, check.fields)
