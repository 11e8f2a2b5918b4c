"""A problem in words: what happened, to which thing, and what to do."""

from collections.abc import Mapping

from sunwi.domain.alarm import Alarm
from sunwi.domain.watch import Problem, ProblemKind
from sunwi.wording.reason_words import detail_words

#: What happened, and what is known of it; `{}` fields are a problem's.
_TEXTS: Mapping[ProblemKind, tuple[str, str]] = {
    ProblemKind.RUN_MISSING: (
        "{day} 정기 배치가 시작되지 않았습니다",
        "측정을 기다리는 추적이 {extent}건 있습니다.",
    ),
    ProblemKind.RUN_OPEN: (
        "기한이 지난 배치가 닫히지 않았습니다: {subject}",
        "배치를 닫을 상태 머신 실행이 끝났거나 멈췄습니다 ({detail}).",
    ),
    ProblemKind.RUN_UNWATCHED: (
        "배치를 지켜보는 실행이 없습니다: {subject}",
        "배치는 열려 있는데 상태 머신 실행이 없거나 끝났습니다 ({detail}).",
    ),
    ProblemKind.RUN_FAILED: (
        "배치가 실패로 끝났습니다: {subject}",
        "사유: {detail}",
    ),
    ProblemKind.RUN_UNBALANCED: (
        "배치의 합계가 맞지 않습니다: {subject}",
        "{detail}",
    ),
    ProblemKind.RUN_MOSTLY_UNMEASURED: (
        "{day} 배치가 절반 넘게 측정하지 못했습니다: {subject}",
        "측정할 추적 가운데 순위도 미노출도 아닌 미측정: {detail}건.",
    ),
    ProblemKind.TRACKING_WITHOUT_TASK: (
        "{day} 배치에서 빠진 추적이 {extent}건 있습니다",
        "추적 번호: {detail}",
    ),
    ProblemKind.TRACKING_EXPIRED: (
        "{day} 배치가 기한 안에 측정하지 못한 추적이 {extent}건 있습니다",
        "순위도 미노출도 아닌 미측정입니다. 추적 번호: {detail}",
    ),
    ProblemKind.LEDGER_ROW_MISSING: (
        "성공으로 적힌 추적 {extent}건에 {day} 순위 이력이 없습니다",
        "추적 번호: {detail}",
    ),
    ProblemKind.TASK_STUCK: (
        "측정 중에 멈춘 추적이 {extent}건 있습니다",
        "30분 넘게 결과가 없습니다. 추적 번호: {detail}",
    ),
    ProblemKind.DEAD_LETTERS: (
        "DLQ에 실패한 메시지가 {extent}건 있습니다: {subject}",
        "세 번 시도해도 측정하지 못한 메시지입니다. 다시 보내고 또 실패하면 한 추적에 여러 건이 됩니다.",
    ),
    ProblemKind.DISPATCH_FAILED: (
        "배치를 시작하지 못한 이벤트가 {extent}건 있습니다",
        "dispatcher 실패 대기열에 이벤트와 오류가 남아 있습니다.",
    ),
    ProblemKind.WATCH_FAILED: (
        "밤을 확인하지 못한 watchdog 이벤트가 {extent}건 있습니다",
        "watchdog 실패 대기열에 이벤트와 오류가 남아 있습니다.",
    ),
    ProblemKind.NOT_ASKED: (
        "상태를 확인할 수 없습니다: {subject}",
        "{detail}",
    ),
    ProblemKind.JOB_STUCK: (
        "진행 없이 워커를 차지한 작업이 {extent}건 있습니다",
        "실행이 끝났어야 할 시각이 10분 넘게 지났습니다. 작업: {detail}",
    ),
    ProblemKind.TICK_SILENT: (
        "작업을 배정하는 tender가 멈췄습니다",
        "기다리거나 진행 중인 작업이 {extent}건 있습니다. 마지막 확인: {detail}",
    ),
    ProblemKind.POOL_PAUSED: (
        "작업 배정이 멈춰 있습니다: {subject}",
        "멈춘 시각: {detail}",
    ),
    ProblemKind.SCHEDULE_MISSING: (
        "일정이 없습니다: {subject}",
        "배포할 때 만들어졌어야 할 일정이 없어, 이 작업이 제출되지 않습니다.",
    ),
    ProblemKind.SCHEDULE_PAUSED: (
        "일정이 멈춰 있습니다: {subject}",
        "멈춘 시각: {detail}. 그동안 이 작업이 제출되지 않습니다.",
    ),
    ProblemKind.SCHEDULE_OVER: (
        "일정이 끝나 다시 오지 않습니다: {subject}",
        "마지막 변경: {detail}. 이 작업이 더는 제출되지 않습니다.",
    ),
    ProblemKind.EVALUATION_MISSING: (
        "평가하지 못한 밤이 {extent}건 있습니다",
        "마감하고 2시간이 지나도록 성공한 평가가 없어, 바뀐 것을 광고주와 업체에 알리지 못했습니다. 배치: {detail}",
    ),
    ProblemKind.MAIL_BOUNCED: (
        "메일이 되돌아와 더는 보내지 않는 채널이 {extent}개 있습니다",
        "채널: {detail}. 이미 보낸 것으로 적힌 알림도 닿지 않았습니다. 주소를 확인하고 채널을 다시 추가하세요.",
    ),
    ProblemKind.MAIL_COMPLAINED: (
        "스팸으로 신고되어 메일을 더는 보내지 않는 채널이 {extent}개 있습니다",
        "채널: {detail}. 받는 분이 다시 받겠다고 할 때만 채널을 다시 추가하세요.",
    ),
    ProblemKind.BACKUP_OLD: (
        "26시간 안에 온전한 백업이 없습니다: {subject}",
        "마지막 온전한 백업: {detail}",
    ),
    ProblemKind.SCHEMA_BEHIND: (
        "데이터베이스 스키마가 이 버전과 맞지 않습니다",
        "{detail}",
    ),
    ProblemKind.DATABASE_AWAY: (
        "데이터베이스에 연결할 수 없어 {day} 배치를 확인하지 못했습니다",
        "{detail}",
    ),
}

#: An e-mail's subject has fewer than 100 characters.
_TITLE_LENGTH = 99


def problem_lines(problem: Problem) -> tuple[str, str]:
    """Say what happened, and what is known of it."""
    what, known = (text.format_map(_fields(problem)) for text in _TEXTS[problem.kind])
    return what, known


def fill_remedy(problem: Problem, remedies: Mapping[ProblemKind, str]) -> str:
    """Say what to do about a problem, in the words of an interface; `{}` fields are the problem's."""
    return remedies[problem.kind].format_map(_fields(problem))


def _fields(problem: Problem) -> dict[str, object]:
    known = detail_words(problem)
    return {"day": problem.day, "subject": problem.subject, "extent": problem.extent, "detail": known}


def describe_problem(
    problem: Problem, *, remedies: Mapping[ProblemKind, str], repair: str | None = None, environment: str = "prod"
) -> Alarm:
    """Put a problem in words, Korean first.

    Args:
        problem: Any.
        remedies: What to do about each kind, in the words of the interface; `{}` fields are a problem's.
        repair: What was done about it, in Korean.
        environment: ENVIRONMENT_NAME; it stands in the title.
    """
    what, known = problem_lines(problem)
    remedy = fill_remedy(problem, remedies)
    lines = [
        what,
        known,
        f"조치: {repair}" if repair else f"할 일: {remedy}",
        "",
        f"Sunwi watchdog ({environment}): {problem.key}",
    ]
    return Alarm(
        title=f"[Sunwi 순위 {environment}] {what}"[:_TITLE_LENGTH],
        text="\n".join(lines),
        kind=problem.kind.value,
        subject=problem.subject,
    )
