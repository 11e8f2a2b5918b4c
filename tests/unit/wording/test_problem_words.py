import pytest

from sunwi.adapters.aws.alarm_remedies import ALARM_REMEDIES
from sunwi.domain.watch import Problem, ProblemKind
from sunwi.wording.problem_words import describe_problem
from tests.examples import DAY


@pytest.mark.parametrize("kind", ProblemKind)
def test_every_problem_has_a_short_title_and_says_what_to_do(kind: ProblemKind) -> None:
    problem = Problem(kind=kind, subject="scheduled-20260102", day=DAY, extent=7, detail="detail")
    alarm = describe_problem(problem, remedies=ALARM_REMEDIES)
    assert len(alarm.title) < 100
    assert alarm.title.isprintable()
    assert "할 일: " in alarm.text
    assert "{" not in alarm.text
    assert alarm.text.endswith(f"Sunwi watchdog (prod): {kind.value}:scheduled-20260102")
    assert (alarm.kind, alarm.subject) == (kind.value, "scheduled-20260102")


def test_an_alarm_names_the_deployment_that_it_is_of() -> None:
    alarm = describe_problem(
        Problem(kind=ProblemKind.RUN_OPEN, subject="run"), remedies=ALARM_REMEDIES, environment="staging-2"
    )
    assert alarm.title.startswith("[Sunwi 순위 staging-2] ")
    assert alarm.text.endswith("Sunwi watchdog (staging-2): RUN_OPEN:run")


def test_what_was_done_stands_in_place_of_what_to_do() -> None:
    alarm = describe_problem(
        Problem(kind=ProblemKind.RUN_OPEN, subject="run"), remedies=ALARM_REMEDIES, repair="마감했습니다"
    )
    assert "조치: 마감했습니다" in alarm.text
    assert "할 일" not in alarm.text


def test_braces_in_what_is_known_are_shown_as_they_are() -> None:
    alarm = describe_problem(
        Problem(kind=ProblemKind.RUN_FAILED, subject="run", detail="{day} {0}"), remedies=ALARM_REMEDIES
    )
    assert "사유: {day} {0}" in alarm.text
