"""Every error has a status that somebody has decided on."""

import ast
import json
from pathlib import Path

import pytest

from infra.local.stack.localise import ROOT
from sunwi import errors
from sunwi.errors import ConfigurationError, Forbidden, InvalidInput, Postponed, Retryable, SunwiError
from sunwi.web.problems import NOT_FOUND, OF_WHAT_WAS_SAID, STATUS_OF, problem_answer, status_of
from tests.unit.test_errors_in_korean import Made, made_in

FUNCTIONS = ROOT / "functions"

#: Endings of codes that may mean a row that is not there, or a word that nobody knows: one has to say which.
ENDINGS = ("_missing", "_unknown", "_dropped", "_not_kept", "_empty", "_not_measured", "_never_measured")

#: Codes with such an ending that are about something else.
ABOUT_SOMETHING_ELSE = {
    "bulk_empty": "a submission without jobs",
    "file_empty": "an upload",
    "filter_empty": "a bulk action",
    "keyword_empty": "a text",
    "link_empty": "a text",
    "page_file_empty": "an upload",
    "restore_not_empty": "409: what is restored into",
    "tag_empty": "a text",
    "answer_not_kept": "409: it was done",
    "method_unknown": "405",
    "body_type_unknown": "415",
}

#: Classes that decide on the status: InvalidInput with Conflict and Forbidden, what passes, and what is ours.
DECIDED = (InvalidInput, Retryable, Postponed, ConfigurationError)

#: Codes of other classes that no request meets: jobs, handlers and deployments raise them.
NEVER_OF_A_REQUEST = ("sunwi/adapters/", "sunwi/service/archive/", "sunwi/service/backup/", "sunwi/domain/schedule.py")
NEVER_OF_A_REQUEST_CODES = {"run_unbalanced": "the state machine", "undone_missing": "a job"}


@pytest.fixture(scope="module")
def made() -> list[Made]:
    found: list[Made] = []
    for folder in ("domain", "service", "adapters", "web", "sites"):
        for path in (FUNCTIONS / "sunwi" / folder).rglob("*.py"):
            found += made_in(ast.parse(path.read_text(encoding="utf-8")), str(path.relative_to(FUNCTIONS)))
    return [one for one in found if one.code is not None]


def class_of(one: Made) -> type[SunwiError]:
    found: type[SunwiError] = getattr(errors, one.kind)
    return found


def test_every_code_that_may_mean_a_missing_row_is_decided_on(made: list[Made]) -> None:
    asked = {
        str(one.code) for one in made if issubclass(class_of(one), InvalidInput) and str(one.code).endswith(ENDINGS)
    }
    assert asked - STATUS_OF.keys() - ABOUT_SOMETHING_ELSE.keys() == set()


def test_every_other_class_is_decided_on_by_code(made: list[Made]) -> None:
    asked = {
        str(one.code)
        for one in made
        if not issubclass(class_of(one), DECIDED) and not one.path.startswith(NEVER_OF_A_REQUEST)
    }
    assert asked - STATUS_OF.keys() - NEVER_OF_A_REQUEST_CODES.keys() == set()


def test_every_decision_is_about_a_code_that_there_is(made: list[Made]) -> None:
    codes = {one.code for one in made}
    # Of codes that other interfaces raise.
    assert STATUS_OF.keys() - codes - {"signed_out"} == set()
    assert not NOT_FOUND & OF_WHAT_WAS_SAID


def test_what_is_missing_is_never_forbidden(made: list[Made]) -> None:
    statuses = {status_of(class_of(one)("x", code=str(one.code))) for one in made if one.code in NOT_FOUND}
    assert statuses == {404}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidInput("x", code="keyword_empty"), 422),
        (Forbidden("x", code="work_forbidden", role="agency", work="backup"), 403),
        (Retryable("x", code="queue_unreachable"), 503),
        (Postponed("x"), 503),
        (ConfigurationError("x", code="database_not_set"), 500),
        (SunwiError("x"), 500),
    ],
)
def test_a_class_tells_the_status(error: SunwiError, status: int) -> None:
    assert status_of(error) == status


def test_a_problem_has_its_code_its_korean_and_its_fields() -> None:
    error = InvalidInput("no", code="request_key_unusable", key="가", most=100, seen={1}, of={"a": None})
    answer = problem_answer(error, request_id="r1")
    assert (answer.status, answer.content_type) == (422, "application/problem+json")
    assert answer.document == {
        "type": "about:blank",
        "status": 422,
        "code": "request_key_unusable",
        "title": "Idempotency-Key '가'은(는) 쓸 수 없습니다: 공백 없는 영문자, 숫자, 기호로 100자까지 쓰세요",
        "request_id": "r1",
        "fields": {"key": "가", "most": 100, "seen": [1], "of": {"a": None}},
    }
    json.dumps(answer.document)


def test_whoever_is_not_signed_in_is_told_how_to() -> None:
    answer = problem_answer(Forbidden("no", code="signed_out"), request_id="r1")
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="sunwi"')


def test_a_person_gets_a_page_in_which_nothing_is_markup() -> None:
    error = InvalidInput("no", code="request_key_unusable", key="<b>", most=100)
    answer = problem_answer(error, request_id="r1", is_page=True)
    assert answer.content_type == "text/html; charset=utf-8"
    assert "&lt;b&gt;" in str(answer.content)
    assert "<b>" not in str(answer.content)


def test_the_tables_stand_in_order() -> None:
    tree = ast.parse(Path(FUNCTIONS / "sunwi/web/problems.py").read_text(encoding="utf-8"))
    for table in (node for node in ast.walk(tree) if isinstance(node, ast.Set)):
        codes = [str(one.value) for one in table.elts if isinstance(one, ast.Constant)]
        assert codes == sorted(set(codes))
