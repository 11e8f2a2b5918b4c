"""Why jobs are not healthy, in English for programs and in Korean for people."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sunwi.domain.job_health import HealthCode, HealthLevel, HealthReason
from sunwi.wording.error_words import fill_sentence

LEVELS: Mapping[HealthLevel, str] = {
    HealthLevel.HEALTHY: "정상",
    HealthLevel.DEGRADED: "저하",
    HealthLevel.CRITICAL: "위험",
}

#: Names of queues; one that is not named is shown as it is.
QUEUES: Mapping[str, str] = {
    "crawl": "정기 대기열",
    "express": "즉시 대기열",
    "schedules": "일정 대기열",
    "notices": "알림 대기열",
}


class ReasonWords(NamedTuple):
    """What a code means; the `{}` fields are a reason's."""

    english: str
    korean: str


#: By a reason's code. What only one interface can do about it is worded there.
REASON_WORDS: Mapping[HealthCode, ReasonWords] = {
    HealthCode.TICK_SILENT: ReasonWords(
        "the tender does not tick (last: {ticked}), so nothing is admitted or made up for: see its rule and its logs",
        "작업을 배정하는 tender가 멈췄습니다 (마지막: {ticked}). 새 작업이 시작되지 않으니 규칙과 로그를 확인하세요",
    ),
    HealthCode.CRITICAL_WAITS: ReasonWords(
        "a critical job has waited {minutes} min, longer than an attempt takes",
        "긴급 작업이 {minutes}분째 시작되지 않았습니다. 실행 한 번에 걸리는 시간보다 깁니다",
    ),
    HealthCode.MOSTLY_FAILING: ReasonWords(
        "{failed} of the last hour's {ended} jobs failed ({percent} %)",
        "최근 1시간 작업 {ended}건 중 {failed}건이 실패했습니다 ({percent}%)",
    ),
    HealthCode.OFTEN_FAILING: ReasonWords(
        "{failed} of the last hour's {ended} jobs failed ({percent} %)",
        "최근 1시간 작업 {ended}건 중 {failed}건이 실패했습니다 ({percent}%)",
    ),
    HealthCode.JOBS_STUCK: ReasonWords(
        "{count} jobs keep a worker without going on, {job_id} first",
        "진행 없이 워커를 차지한 작업이 {count}건 있습니다 (첫 작업 {job_id})",
    ),
    HealthCode.PAUSED_ALL: ReasonWords(
        "{changed_by} paused every job {minutes} min ago, the system's too",
        "{changed_by}이(가) {minutes}분 전에 시스템 작업까지 모두 멈췄습니다",
    ),
    HealthCode.PAUSED_PEOPLE: ReasonWords(
        "{changed_by} paused people's and agencies' jobs {minutes} min ago",
        "{changed_by}이(가) {minutes}분 전에 사람과 업체의 작업을 멈췄습니다",
    ),
    HealthCode.NEARLY_FULL: ReasonWords(
        "{pending} jobs wait, of {limit} that one owner may have: new ones may be refused soon",
        "작업 {pending}건이 기다립니다 (소유자별 한도 {limit}건). 곧 새 작업을 받지 못할 수 있습니다",
    ),
    HealthCode.AT_MAXIMUM: ReasonWords(
        "the pool has had its maximum of {workers} workers for over an hour, and {waiting} jobs wait",
        "워커가 최대 {workers}개인 채 1시간이 넘었고, 작업 {waiting}건이 기다립니다",
    ),
    HealthCode.QUEUE_HAS_DEAD: ReasonWords(
        "the DLQ of the {queue} queue has {count} messages", "{queue_name} DLQ에 메시지가 {count}건 있습니다"
    ),
    HealthCode.QUEUE_NOT_ASKED: ReasonWords(
        "the {queue} queue cannot be asked", "{queue_name}의 상태를 확인할 수 없습니다"
    ),
}


def describe_reason(reason: HealthReason) -> tuple[str, str]:
    """Describe a reason, in English and in Korean."""
    words = REASON_WORDS[reason.code]
    return fill_sentence(words.english, _fields(reason, "never")), fill_sentence(words.korean, _fields(reason, "없음"))


def name_reasons(*, reasons: Sequence[HealthReason]) -> str:
    """Name every reason, in English."""
    return "; ".join(describe_reason(reason)[0] for reason in reasons)


def reasons_words(*, reasons: Sequence[HealthReason]) -> str:
    """Name every reason, in Korean."""
    return " / ".join(describe_reason(reason)[1] for reason in reasons)


def _fields(reason: HealthReason, never: str) -> dict[str, object]:
    """Add what only sentences need: minutes of seconds, a time as Korea reads it, a queue's Korean name."""
    fields = dict(reason.fields)
    if isinstance(seconds := fields.get("seconds"), int):
        fields["minutes"] = seconds // 60
    if "ticked_at" in fields:
        fields["ticked"] = fill_sentence("{at:kst_time}", {"at": fields["ticked_at"]}) if fields["ticked_at"] else never
    if isinstance(queue := fields.get("queue"), str):
        fields["queue_name"] = QUEUES.get(queue, queue)
    return fields
