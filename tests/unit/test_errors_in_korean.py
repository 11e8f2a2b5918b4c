"""Every error that a person can see has a code, a Korean sentence for it, and no command in its text."""

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from string import Formatter

import pytest
from typer.main import get_command

from infra.local.stack.localise import ROOT
from sunwi import errors
from sunwi.cli import command_sentences, remedies
from sunwi.cli.app import app
from sunwi.cli.command_sentences import COMMAND_SENTENCES
from sunwi.cli.remedies import REMEDIES
from sunwi.domain.failure import FailureCause, cause_of
from sunwi.wording import error_sentences
from sunwi.wording.accounts import account_sentences
from sunwi.wording.error_sentences import SENTENCES
from sunwi.wording.error_words import WORDS_OF_FIELDS
from sunwi.wording.jobs import job_sentences
from sunwi.wording.notices import channel_sentences, notice_sentences
from sunwi.wording.schedules import schedule_sentences
from sunwi.wording.web import web_sentences

FUNCTIONS = ROOT / "functions"
KINDS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.SunwiError)}

#: These have no code of their own; the screen says them by their class (`sunwi.wording.error_words`).
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
    "sunwi/service/jobs/run_attempt.py": "the state machine",
    "sunwi/service/jobs/running_job.py": "the attempt itself, which ends by it",
    "sunwi/service/jobs/end_of_run.py": "the attempt itself, which ends by it",
    "sunwi/service/jobs/submitting/submit_due.py": "the tender's log, and whoever looks into the queue of schedules",
    "sunwi/service/jobs/submitting/due_message.py": "the tender's log, and whoever looks into the queue of schedules",
    "sunwi/service/jobs/parse_tender_event.py": "the state machine, or whoever invokes the tender by hand, in JSON",
    "sunwi/service/crawling/start_attempt.py": "the crawler's log; `sunwi dlq list` says its cause",
    "sunwi/domain/stored_notice.py": "the notifier's log",
    "sunwi/service/notices/deliver_notice.py": "the notifier's log",
    **dict.fromkeys(
        (
            f"sunwi/testing/{name}.py"
            for name in ("archive", "backups", "files", "jobs", "notices", "pages", "queues", "schedules", "schema")
        ),
        "tests",
    ),
}

#: Functions in modules that commands use too, and who reads their errors.
NEVER_CALLED_BY_A_COMMAND = {
    ("sunwi/domain/schedule.py", "check_canary_time"): "the canary's log",
    ("sunwi/service/upkeep/check_settings.py", "check_deployment"): "CloudFormation",
    ("sunwi/bootstrap/upkeep.py", "check_capacity"): "CloudFormation",
    (
        "sunwi/service/watchdog/parse_watch_event.py",
        "parse_watch_event",
    ): "who invokes the watchdog by hand, in JSON",
}

#: The command line, and what an alarm tells whoever has a shell: these may name commands.
MAY_NAME_COMMANDS = ("sunwi/cli/", "sunwi/adapters/aws/alarm_remedies.py")

#: Arguments of an error's class that are no fields.
NO_FIELDS = {"code", "retry_after"}


@dataclass(frozen=True, kw_only=True)
class Made:
    """One place that makes an error.

    Attributes:
        message: Its English template, with `{}` for what is filled in; None where it is a variable.
    """

    path: str
    function: str
    line: int
    kind: str
    code: str | None
    fields: frozenset[str]
    message: str | None

    @property
    def place(self) -> str:
        return f"{self.path}:{self.line}"

    @property
    def is_never_shown(self) -> bool:
        return self.path in NEVER_ON_A_SCREEN or (self.path, self.function) in NEVER_CALLED_BY_A_COMMAND


def made_in(tree: ast.AST, path: str) -> Iterator[Made]:
    """Return each error that is made in a module, once."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    calls = {call: function.name for function in functions for call in ast.walk(function) if isinstance(call, ast.Call)}
    for call, function in calls.items():
        if not isinstance(call.func, ast.Name) or call.func.id not in KINDS:
            continue
        words = {word.arg: word.value for word in call.keywords if word.arg is not None}
        code = words.get("code")
        yield Made(
            path=path,
            function=function,
            line=call.lineno,
            kind=call.func.id,
            code=code.value if isinstance(code, ast.Constant) and isinstance(code.value, str) else None,
            fields=frozenset(words) - NO_FIELDS,
            message=template_of(call.args[0]) if call.args else None,
        )


def template_of(message: ast.expr) -> str | None:
    """Return an English text with `{}` in place of what is filled in."""
    if isinstance(message, ast.Constant) and isinstance(message.value, str):
        return message.value
    if isinstance(message, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in message.values)
    return None


def without_code(made: Iterable[Made]) -> set[str]:
    """Find errors that a person can see and that nothing can be looked up by."""
    return {
        one.place
        for one in made
        if one.kind not in OF_A_PAGE and one.code is None and not one.is_never_shown and one.function != "of_all"
    }


def without_sentence(made: Iterable[Made], sentences: Mapping[str, object]) -> set[str]:
    """Find errors whose code is in no table."""
    return {f"{one.place} {one.code}" for one in made if one.code is not None and one.code not in sentences}


def without_fields(made: Iterable[Made], tables: Iterable[Mapping[str, str | Callable[..., str]]]) -> set[str]:
    """Find errors whose fields do not suffice for their sentence, or for their remedy."""
    needed: dict[str, set[str]] = defaultdict(set)
    for table in tables:
        for code, sentence in table.items():
            needed[code] |= fields_of(sentence)
    return {f"{one.place} {sorted(missing)}" for one in made if one.code and (missing := needed[one.code] - one.fields)}


def fields_of(sentence: str | Callable[..., str]) -> set[str]:
    """Return the fields that a sentence is filled with; each of its words must be known."""
    if not isinstance(sentence, str):
        return set(signature(sentence).parameters)
    parts = [(name, word, how) for _, name, word, how in Formatter().parse(sentence) if name is not None]
    for name, word, _ in parts:
        assert name.isidentifier(), f"a field without a name: {sentence}"
        assert not word or word in WORDS_OF_FIELDS or re.fullmatch(r"0?\d*(\.\d)?[dfg]", word), f"{word}: {sentence}"
    return {name for name, _, _ in parts}


def with_two_messages(made: Iterable[Made]) -> dict[str, set[str]]:
    """Find codes that stand for two different sentences in English."""
    messages: dict[str, set[str]] = defaultdict(set)
    for one in made:
        if one.code and one.message:
            messages[one.code].add(one.message)
    return {code: said for code, said in messages.items() if len(said) > 1}


def commands_and_options() -> re.Pattern[str]:
    """Return what names a command or an option of the command line."""
    root = get_command(app)
    names = "|".join(getattr(root, "commands", {}))
    options = {name for command in _all_commands(root) for name in _options_of(command)} - {"--help"}
    assert {"--env-file", "--cancel"} <= options
    return re.compile(rf"\bsunwi (?:{names})\b|(?<![\w-])(?:{'|'.join(map(re.escape, options))})(?![\w-])")


def _all_commands(command: object) -> Iterator[object]:
    yield command
    for inner in getattr(command, "commands", {}).values():
        yield from _all_commands(inner)


def _options_of(command: object) -> Iterator[str]:
    for parameter in getattr(command, "params", ()):
        yield from (name for name in (*parameter.opts, *parameter.secondary_opts) if name.startswith("--"))


def texts_in(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Return the string constants of a module that are no docstrings."""
    said = {
        body[0].value
        for node in ast.walk(tree)
        if isinstance(body := getattr(node, "body", None), list) and body and isinstance(body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in said:
            yield node.lineno, node.value


@pytest.fixture(scope="module")
def modules() -> dict[str, ast.Module]:
    paths = [path for path in FUNCTIONS.rglob("*.py") if path.name != "errors.py"]
    assert len(paths) > 100
    return {str(path.relative_to(FUNCTIONS)): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


@pytest.fixture(scope="module")
def made(modules: dict[str, ast.Module]) -> list[Made]:
    found = [one for path, tree in modules.items() for one in made_in(tree, path)]
    assert len(found) > 150
    return found


def test_every_error_that_a_command_can_meet_has_a_code(made: list[Made]) -> None:
    assert without_code(made) == set()


def test_no_error_brings_its_own_korean(made: list[Made]) -> None:
    assert [one.place for one in made if "korean" in one.fields] == []


def test_every_exception_to_it_is_still_one(made: list[Made]) -> None:
    bare = [one for one in made if one.code is None and one.kind not in OF_A_PAGE]
    assert {one.path for one in bare} >= set(NEVER_ON_A_SCREEN)
    assert {(one.path, one.function) for one in bare} >= set(NEVER_CALLED_BY_A_COMMAND)


def test_every_code_has_its_sentence(made: list[Made]) -> None:
    shared = [one for one in made if not one.path.startswith("sunwi/cli/")]
    assert without_sentence(shared, SENTENCES) == set()
    assert without_sentence(made, {**SENTENCES, **COMMAND_SENTENCES}) == set()


def test_the_fields_of_every_error_suffice_for_its_sentence_and_its_remedy(made: list[Made]) -> None:
    english = {code: remedy.english for code, remedy in REMEDIES.items()}
    korean = {code: remedy.korean for code, remedy in REMEDIES.items()}
    assert without_fields(made, (SENTENCES, COMMAND_SENTENCES, english, korean)) == set()


def test_every_sentence_and_every_remedy_is_used(made: list[Made]) -> None:
    codes = {one.code for one in made}
    assert {*SENTENCES, *COMMAND_SENTENCES, *REMEDIES} - codes == set()
    only_of_commands = {one.code for one in made if one.path.startswith("sunwi/cli/")}
    assert set(COMMAND_SENTENCES) <= only_of_commands
    assert set(COMMAND_SENTENCES).isdisjoint(SENTENCES)


def test_no_code_is_used_for_two_different_sentences(made: list[Made]) -> None:
    assert with_two_messages(made) == {}


@pytest.mark.parametrize(
    "module",
    [
        error_sentences,
        job_sentences,
        notice_sentences,
        channel_sentences,
        schedule_sentences,
        account_sentences,
        web_sentences,
        command_sentences,
        remedies,
    ],
    ids=lambda module: module.__name__,
)
def test_no_code_has_two_rows(module: object) -> None:
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    tables = [node for node in ast.walk(tree) if isinstance(node, ast.Dict)]
    codes = [key.value for table in tables for key in table.keys if isinstance(key, ast.Constant)]
    assert len(codes) > 5
    assert sorted(set(codes), key=str) == sorted(codes, key=str)


def test_no_text_below_the_interfaces_names_a_command(modules: dict[str, ast.Module]) -> None:
    command = commands_and_options()
    named = {
        f"{path}:{line} {text}"
        for path, tree in modules.items()
        if not path.startswith(MAY_NAME_COMMANDS)
        for line, text in texts_in(tree)
        if command.search(text)
    }
    assert named == set()


def test_what_has_a_remedy_names_no_command_itself(made: list[Made]) -> None:
    command = commands_and_options()
    assert [one.place for one in made if one.code in REMEDIES and command.search(one.message or "")] == []
    assert [code for code in REMEDIES if command.search(str(SENTENCES[code]))] == []


def test_only_pages_speak_by_their_class() -> None:
    assert {"Blocked", "LayoutUnknown", "PageTimedOut", "PageTruncated", "PageUnreachable"} <= OF_A_PAGE
    assert {"ConfigurationError", "InvalidInput", "Retryable", "StoreUnavailable"}.isdisjoint(OF_A_PAGE)


def test_nothing_of_the_command_line_is_an_exception() -> None:
    assert not [path for path in NEVER_ON_A_SCREEN if Path(path).parts[:2] == ("sunwi", "cli")]


#: Modules with one fault each.
FAULTY = {
    "no code": 'def f():\n    raise InvalidInput("no")\n',
    "an empty code": 'def f():\n    raise InvalidInput("no", code=name)\n',
    "the old form": 'def f():\n    raise InvalidInput("no", korean="아니요")\n',
}


@pytest.mark.parametrize("source", FAULTY.values(), ids=FAULTY.keys())
def test_an_error_without_a_code_is_found(source: str) -> None:
    good = 'def g():\n    raise InvalidInput("no", code="refused")\n'
    assert without_code(made_in(ast.parse(source + good), "x.py")) == {"x.py:2"}


def test_a_code_without_a_row_is_found() -> None:
    source = 'def f():\n    raise InvalidInput("no", code="refused")\n'
    made = list(made_in(ast.parse(source), "x.py"))
    assert without_sentence(made, {"refused": "아니요"}) == set()
    assert without_sentence(made, {"other": "아니요"}) == {"x.py:2 refused"}


def test_fields_that_do_not_suffice_are_found() -> None:
    def built(*, day: str, rank: int) -> str:
        return f"{day} {rank}"

    source = 'def f():\n    return InvalidInput(f"{day}", code="refused", day=day)\n'
    made = list(made_in(ast.parse(source), "x.py"))
    assert without_fields(made, [{"refused": "{day}에는 아닙니다"}]) == set()
    assert without_fields(made, [{"refused": "{day}에는 아닙니다"}, {"refused": ": {run_id:quote}"}]) == {
        "x.py:2 ['run_id']"
    }
    assert without_fields(made, [{"refused": built}]) == {"x.py:2 ['rank']"}


def test_a_word_that_no_field_knows_is_found() -> None:
    with pytest.raises(AssertionError, match="qoute"):
        fields_of("{run_id:qoute}")


def test_two_sentences_under_one_code_are_found() -> None:
    source = (
        'def f():\n    raise InvalidInput(f"no {a}", code="refused")\n'
        'def g():\n    raise InvalidInput(f"no {b}", code="refused")\n'
    )
    assert with_two_messages(made_in(ast.parse(source), "x.py")) == {}
    other = source + 'def h():\n    raise InvalidInput("never", code="refused")\n'
    assert with_two_messages(made_in(ast.parse(other), "x.py")) == {"refused": {"no {}", "never"}}


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("look with sunwi runs list", True),
        ("확인: sunwi dlq redrive", True),
        ("--env-file 로 지정하세요", True),
        ("(--cancel)", True),
        ("새 버전의 sunwi 를 쓰세요", False),
        ("--no-sandbox-at-all", False),
        ("there is no run", False),
    ],
)
def test_a_command_in_a_text_is_found(text: str, is_named: bool) -> None:  # noqa: FBT001 - an example's outcome
    tree = ast.parse(f'"""sunwi runs list is no text here."""\nTEXT = f"{text}"\n')
    found = [said for _, said in texts_in(tree) if commands_and_options().search(said)]
    assert bool(found) is is_named
