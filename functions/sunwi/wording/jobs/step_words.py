"""How far a job is, in a few words."""

from sunwi.domain.job import Job, JobState
from sunwi.domain.work import Work

#: Steps of all kinds by their keys; one that is not named here is shown by its key.
_STEPS = {
    "wait": "순서 대기",
    "read": "페이지 읽기",
    "select": "대상 고르기",
    "apply": "처리",
    "write": "결과 정리",
    "prepare": "준비",
    "dump": "백업 저장",
    "verify": "백업 검증",
    "restore": "복원",
    "compare": "확인",
    "judge": "판정",
    "gaps": "미측정 세기",
    "night": "지난밤 확인",
    "tell": "알림 만들기",
    "settle": "지난 보관 마무리",
    "rows": "오래된 행 보관",
    "contents": "판독 내용 보관",
    "delete": "만료된 것 지우기",
}


def step_words(job: Job, work: Work | None) -> str:
    """Describe a job's step as its number of all, `3/5 매장`; nothing before the first and after success."""
    if job.step is None or job.state is JobState.SUCCEEDED:
        return ""
    name = _STEPS.get(job.step, job.step)
    if work is None or job.step not in work.steps:
        return name
    return f"{work.steps.index(job.step) + 1}/{len(work.steps)} {name}"


def describe_progress(job: Job, work: Work | None) -> str:
    """Describe how far a job is: percent, step, and what it says itself."""
    step = step_words(job, work)
    said = f": {job.message}" if job.message and not job.state.is_ended else ""
    return f"{job.progress}%" + (f", {step}" if step else "") + said
