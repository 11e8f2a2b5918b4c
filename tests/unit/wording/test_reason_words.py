import pytest

from sunwi.domain.watch import Problem, ProblemKind
from sunwi.wording.reason_words import detail_words, reason_words


@pytest.mark.parametrize(
    ("reason", "wanted"),
    [
        ("UnbalancedRun: run r1 does not balance: expected 3 ≠ …", "합계가 맞지 않습니다"),
        ("States.Timeout: no cause given", "상태 머신의 한 단계가 제한 시간 안에 끝나지 않았습니다 (States.Timeout)"),
        ("Lambda.TooManyRequestsException: …", "함수를 실행하지 못했습니다 (Lambda.TooManyRequestsException)"),
        ("the message body '{' is not JSON: send …", "메시지가 JSON이 아닙니다"),
        ("run r1 has no task for tracking 7: the message goes to the DLQ", "배치에 추적 7번의 측정 건이 없습니다"),
        ("what nobody foresaw", "what nobody foresaw"),
    ],
)
def test_a_stored_reason_is_said_in_korean_where_it_is_known(reason: str, wanted: str) -> None:
    assert reason_words(reason) == wanted


@pytest.mark.parametrize(
    ("kind", "detail", "wanted"),
    [
        (ProblemKind.RUN_UNBALANCED, "expected 3 ≠ succeeded 1 + failed 1", "전체 3 ≠ 성공 1 + 실패 1"),
        (ProblemKind.RUN_UNBALANCED, "no summary", "요약이 없습니다"),
        (ProblemKind.DATABASE_AWAY, "Can't create a connection to db:5432: timed out", "응답하지 않습니다"),
        (ProblemKind.NOT_ASKED, "An error occurred (AccessDenied) when calling …", "AWS 권한이 없습니다"),
        (ProblemKind.NOT_ASKED, "대기열이 응답하지 않습니다", "대기열이 응답하지 않습니다"),
        (ProblemKind.TRACKING_EXPIRED, "1, 2, …", "1, 2, …"),
        (ProblemKind.RUN_OPEN, "", "-"),
    ],
)
def test_what_is_known_of_a_problem_is_said_in_korean(kind: ProblemKind, detail: str, wanted: str) -> None:
    assert wanted in detail_words(Problem(kind=kind, subject="run", detail=detail))
