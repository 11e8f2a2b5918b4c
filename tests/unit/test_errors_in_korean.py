"""Every error that a person can see is raised with its Korean sentence."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.stack.localise import ROOT
from sunwi import errors
from sunwi.domain.failure import FailureCause, cause_of

FUNCTIONS = ROOT / "functions"
KINDS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.SunwiError)}

#: These have no Korean of their own; the screen says them by their class (`sunwi.cli.error_words`).
OF_A_PAGE = {
    name
    for name in KINDS
    if cause_of(getattr(errors, name)("x")) not in {FailureCause.OTHER, FailureCause.UNUSABLE, FailureCause.BAD_MESSAGE}
}

#: Modules whose errors no command can meet, and who reads them instead.
NEVER_ON_A_SCREEN = {
    "run_monitor/handler.py": "the state machine",
    "sunwi/adapters/aws/custom_resource.py": "CloudFormation",
    "sunwi/domain/task.py": "the crawler's log; `sunwi dlq list` says its cause",
    "sunwi/service/canary/check_canary.py": "the canary's log",
    "sunwi/service/crawling/crawl_tracking.py": "the crawler's log; `sunwi dlq list` says its cause",
    "sunwi/service/canary/parse_canary_event.py": "whoever invokes the canary by hand, in JSON",
    "sunwi/service/runs/parse_dispatch_event.py": "whoever invokes the dispatcher by hand, in JSON",
    "sunwi/service/crawling/start_attempt.py": "the crawler's log; `sunwi dlq list` says its cause",
    "sunwi/testing.py": "tests",
}

#: Functions in modules that commands use too, and who reads their errors.
NEVER_CALLED_BY_A_COMMAND = {
    ("sunwi/domain/schedule.py", "check_canary_time"): "the canary's log",
    (
        "sunwi/service/watchdog/parse_watch_event.py",
        "parse_watch_event",
    ): "who invokes the watchdog by hand, in JSON",
}


def raised_in_english(tree: ast.AST, path: str) -> Iterator[tuple[str, str, int]]:
    """Give module, function and line of each error that is made without `korean=`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef):
            continue
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KINDS - OF_A_PAGE:
                korean = [word for word in call.keywords if word.arg == "korean"]
                if not korean or (isinstance(korean[0].value, ast.Constant) and not korean[0].value.value):
                    yield path, node.name, call.lineno


@pytest.fixture(scope="module")
def in_english() -> set[tuple[str, str, int]]:
    paths = [path for path in FUNCTIONS.rglob("*.py") if path.name != "errors.py"]
    assert len(paths) > 100
    found = set()
    for path in paths:
        name = str(path.relative_to(FUNCTIONS))
        found |= set(raised_in_english(ast.parse(path.read_text(encoding="utf-8")), name))
    return found


def test_every_error_that_a_command_can_meet_is_raised_with_its_korean(in_english: set[tuple[str, str, int]]) -> None:
    seen = {
        f"{path}:{line}"
        for path, function, line in in_english
        if path not in NEVER_ON_A_SCREEN and (path, function) not in NEVER_CALLED_BY_A_COMMAND
    }
    assert seen == set()


def test_every_exception_to_it_is_still_one(in_english: set[tuple[str, str, int]]) -> None:
    assert {path for path, _, _ in in_english} >= set(NEVER_ON_A_SCREEN)
    assert {(path, function) for path, function, _ in in_english} >= set(NEVER_CALLED_BY_A_COMMAND)


def test_only_pages_speak_by_their_class() -> None:
    assert {"Blocked", "LayoutUnknown", "PageTimedOut", "PageTruncated", "PageUnreachable"} <= OF_A_PAGE
    assert {"ConfigurationError", "InvalidInput", "Retryable", "StoreUnavailable"}.isdisjoint(OF_A_PAGE)


def test_nothing_of_the_command_line_is_an_exception() -> None:
    assert not [path for path in NEVER_ON_A_SCREEN if Path(path).parts[:2] == ("sunwi", "cli")]


def test_an_error_without_korean_is_found() -> None:
    tree = ast.parse(
        'def f():\n    raise InvalidInput("no")\ndef g():\n    raise InvalidInput("no", korean="아니요")\n'
    )
    assert list(raised_in_english(tree, "x.py")) == [("x.py", "f", 2)]
