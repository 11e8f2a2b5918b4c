"""Korean names of what screens show of jobs."""

from datetime import datetime

from sunwi.domain.bulk_action import Action
from sunwi.domain.job import AttemptOutcome, Job, JobState
from sunwi.domain.job_priority import Priority
from sunwi.domain.schedule import KST
from sunwi.domain.worker_pool import Paused

JOB_STATES = {
    JobState.PENDING: "대기",
    JobState.QUEUED: "배정",
    JobState.RUNNING: "진행 중",
    JobState.SUCCEEDED: "성공",
    JobState.FAILED: "실패",
    JobState.CANCELLED: "취소",
    JobState.EXPIRED: "기한 초과",
}
PRIORITIES = {
    Priority.CRITICAL: "긴급",
    Priority.HIGH: "높음",
    Priority.NORMAL: "보통",
    Priority.LOW: "낮음",
}
BULK_ACTIONS = {
    Action.PAUSE: "일시 중지",
    Action.RESUME: "재개",
    Action.END: "종료",
    Action.TAG: "태그 붙이기",
    Action.UNTAG: "태그 떼기",
    Action.MEASURE: "측정",
    Action.RETRY: "다시 시도",
    Action.UNDO: "되돌리기",
}
ATTEMPT_OUTCOMES = {
    AttemptOutcome.SUCCEEDED: "성공",
    AttemptOutcome.FAILED: "실패",
    AttemptOutcome.BACKED_OFF: "다시 시도",
    AttemptOutcome.PAUSED: "나누어 계속",
    AttemptOutcome.CANCELLED: "취소",
    AttemptOutcome.EXPIRED: "기한 초과",
    AttemptOutcome.CRASHED: "비정상 종료",
    AttemptOutcome.TIMED_OUT: "시간 초과",
    AttemptOutcome.NOT_STARTED: "시작 못 함",
}
PAUSES = {
    Paused.NOBODY: "받는 중",
    Paused.PEOPLE: "멈춤 (시스템 작업만 계속)",
    Paused.ALL: "모두 멈춤",
}
POOL_REASONS = {
    "many_waiting": "기다리는 작업이 많음",
    "few_waiting": "기다리는 작업이 적음",
    "all_busy": "모든 워커가 바쁨",
    "limits": "한도 변경",
    "paused": "멈춤",
    "resumed": "다시 받음",
}

#: Kinds by the name that is stored; one that is not named here is shown by that name.
_WORKS = {
    "lookup": "실시간 조회",
    "bulk_action": "일괄 처리",
    "backup": "백업",
    "verify": "백업 검증",
    "restore": "복원",
    "evaluation": "평가",
    "archive": "보관",
    "cleanup": "정리",
}

CANCEL_ON_ITS_WAY = "취소하는 중"
CANCEL_TOO_LATE = "성공 (취소가 늦음)"


def work_words(work: str) -> str:
    """Name a kind of job."""
    return _WORKS.get(work, work)


def state_words(job: Job, *, now: datetime) -> str:
    """Describe where a job stands: its state, and what the state alone does not say."""
    if job.cancel_requested_at is not None:
        if job.state is JobState.RUNNING:
            return CANCEL_ON_ITS_WAY
        if job.state is JobState.SUCCEEDED:
            return CANCEL_TOO_LATE
    if job.state is JobState.PENDING and job.not_before > now:
        what = "다시 시도" if job.attempts else "예약"
        return f"{what} ({job.not_before.astimezone(KST):%m-%d %H:%M})"
    return JOB_STATES[job.state]


def seconds_words(seconds: float) -> str:
    """Describe a duration by its two largest units."""
    if round(seconds, 1) < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f}초"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:  # noqa: PLR2004 - an hour
        return f"{minutes}분 {rest}초"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:  # noqa: PLR2004 - a day
        return f"{hours}시간 {minutes}분"
    days, hours = divmod(hours, 24)
    return f"{days}일 {hours}시간"
