from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from infra.deploy import __main__ as program
from infra.deploy.account import AccountFailed
from infra.deploy.sam_cli import SamFailed, overrides

SECRET = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:database"
OUTPUTS = {
    "SchemaRevision": "0002",
    "CrawlQueueUrl": "crawl",
    "ExpressQueueUrl": "express",
    "StateMachineArn": "machine",
    "EvidenceBucketName": "pages",
}


@dataclass
class World:
    """AWS, the SAM CLI and the person."""

    stacks: dict[str, dict[str, str]] = field(default_factory=dict)
    calls: list[tuple[str, ...]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    parameters_of: dict[str, str] = field(default_factory=dict)
    engine: str = "x86_64"
    region: str = ""
    failing: str | None = None

    def __call__(self, region: str, tell: Callable[[str], None]) -> "World":
        assert tell is program.say
        self.region = region
        return self

    def identity(self) -> str:
        return "arn:aws:iam::123456789012:user/deployer"

    def outputs(self, stack: str) -> Mapping[str, str] | None:
        return self.stacks.get(stack)

    def parameters(self, stack: str) -> Mapping[str, str]:
        return self.parameters_of if stack in self.stacks else {}

    def delete(self, stack: str) -> list[str]:
        self.deleted.append(stack)
        return ["AWS::S3::Bucket pages"] if stack == "sunwi" else []

    def sam(self, *arguments: str) -> None:
        self.calls.append(arguments)
        if arguments[0] == self.failing:
            raise SamFailed(f"sam {arguments[0]} ended with status 1")
        if arguments[0] == "deploy":
            stack = arguments[arguments.index("--stack-name") + 1]
            self.stacks[stack] = {"RepositoryUri": "repository"} if stack.endswith("-images") else dict(OUTPUTS)

    def ask(self, _: str) -> str:
        return self.answers.pop(0)

    @property
    def steps(self) -> list[str]:
        return [call[0] for call in self.calls]

    @property
    def build(self) -> str:
        return " ".join(next(call for call in self.calls if call[0] == "build"))

    @property
    def last(self) -> str:
        return " ".join(self.calls[-1])


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    monkeypatch.setattr(program, "Account", world)
    monkeypatch.setattr(program, "run_sam", world.sam)
    monkeypatch.setattr(program, "running_engine", nullcontext)
    monkeypatch.setattr(program, "engine_architecture", lambda: world.engine)
    monkeypatch.setattr(program, "prepare_build", lambda: Path("images.json"))
    monkeypatch.setattr("builtins.input", world.ask)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    return world


def test_a_first_deployment_asks_for_the_database_and_shows_its_changes(world: World) -> None:
    world.answers = [f" {SECRET} "]
    assert program.main([]) == 0
    assert world.steps == ["validate", "build", "deploy", "deploy"]
    assert "--image-repository repository" in world.last
    assert "--confirm-changeset" in world.last
    assert world.last.endswith(f"--parameter-overrides ParameterKey=DatabaseSecretArn,ParameterValue={SECRET}")


def test_a_later_deployment_asks_nothing_and_leaves_the_parameters(world: World) -> None:
    world.stacks["sunwi"] = dict(OUTPUTS)
    assert program.main(["--yes"]) == 0
    assert "--parameter-overrides" not in world.last
    assert "--no-confirm-changeset" in world.last


@pytest.mark.parametrize(
    ("given", "kept", "expected"),
    [
        ([], {}, "prod"),
        (["EnvironmentName=staging"], {"EnvironmentName": "prod"}, "staging"),
        ([], {"EnvironmentName": "staging"}, "staging"),
    ],
)
def test_everything_is_tagged_with_what_the_deployment_is_called(
    world: World, given: list[str], kept: dict[str, str], expected: str
) -> None:
    world.stacks["sunwi"], world.parameters_of = dict(OUTPUTS), kept
    assert program.main(["--yes", *given]) == 0
    assert f"--tags Environment={expected} " in world.last


def test_an_empty_answer_deploys_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.answers = [""]
    assert program.main([]) == 1
    assert world.calls == []
    assert "not deployed: the first deployment of sunwi needs the database" in capsys.readouterr().out


def test_what_was_said_on_the_command_line_is_built_and_deployed(world: World) -> None:
    world.engine = "arm64"
    assert program.main(["--yes", f"DatabaseSecretArn={SECRET}", "Architecture=arm64"]) == 0
    assert "ParameterKey=Architecture,ParameterValue=arm64" in world.build
    assert f"ParameterKey=DatabaseSecretArn,ParameterValue={SECRET}" in world.build
    assert "ParameterKey=Architecture,ParameterValue=arm64" in world.last


def test_images_are_built_for_the_processor_that_the_stack_keeps(world: World) -> None:
    world.stacks["sunwi"], world.parameters_of = dict(OUTPUTS), {"Architecture": "arm64"}
    world.engine = "arm64"
    assert program.main(["--yes", "CrawlScheduleHour=2"]) == 0
    assert "ParameterKey=Architecture,ParameterValue=arm64" in world.build
    assert "Architecture" not in world.last


def test_a_first_deployment_is_built_for_the_templates_own_processor(world: World) -> None:
    assert program.main(["--yes", f"DatabaseSecretArn={SECRET}"]) == 0
    assert "ParameterKey=Architecture,ParameterValue=x86_64" in world.build


@pytest.mark.parametrize(("kept", "engine"), [("arm64", "x86_64"), ("x86_64", "arm64")])
def test_an_engine_of_another_processor_is_refused_before_anything_is_touched(
    world: World, capsys: pytest.CaptureFixture[str], kept: str, engine: str
) -> None:
    world.stacks["sunwi"], world.parameters_of = dict(OUTPUTS), {"Architecture": kept}
    world.engine = engine
    assert program.main(["--yes"]) == 1
    assert world.steps == ["validate"]
    assert capsys.readouterr().out.splitlines()[-1] == (
        f"not deployed: the functions have {kept} processors and this machine's Docker engine builds for {engine}: "
        f"deploy from a machine with {kept}, or change the functions by PARAMETERS=Architecture={engine}"
    )


def test_what_is_built_already_asks_no_engine(world: World) -> None:
    world.stacks["sunwi"], world.engine = dict(OUTPUTS), "arm64"
    assert program.main(["--yes", "--built", "template.yaml"]) == 0
    assert world.steps == ["deploy", "deploy"]


@pytest.mark.parametrize("step", ["validate", "build", "deploy"])
def test_a_step_that_fails_ends_the_deployment(world: World, step: str, capsys: pytest.CaptureFixture[str]) -> None:
    world.failing = step
    assert program.main(["--yes", f"DatabaseSecretArn={SECRET}"]) == 1
    assert world.steps[-1] == step
    assert f"not deployed: sam {step} ended with status 1" in capsys.readouterr().out


def test_another_region_than_seoul_is_warned_of(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.stacks["sunwi"] = dict(OUTPUTS)
    assert program.main(["--yes"]) == 0
    assert "warning" not in capsys.readouterr().out
    assert program.main(["--yes", "--region", "us-east-1"]) == 0
    assert "ranks measured from us-east-1 may not be Seoul's" in capsys.readouterr().out
    assert world.region == "us-east-1"


def test_a_changed_schema_is_told_with_what_it_was(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.stacks["sunwi"] = {**OUTPUTS, "SchemaRevision": "0001"}
    assert program.main(["--yes"]) == 0
    said = capsys.readouterr().out
    assert "the database's schema is 0002 (it was 0001)" in said
    assert "EVIDENCE_BUCKET=pages" in said


def test_a_stack_is_deleted_once_its_name_is_typed(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.stacks["sunwi"] = dict(OUTPUTS)
    world.answers = ["sunwi"]
    assert program.main(["--remove"]) == 0
    assert world.deleted == ["sunwi", "sunwi-images"]
    assert "What stays, and goes on costing:\n  AWS::S3::Bucket pages\n  the database" in capsys.readouterr().out


def test_a_removal_that_was_cut_off_between_the_two_stacks_is_ended_by_the_next(world: World) -> None:
    world.stacks["sunwi-images"] = {"RepositoryUri": "repository"}
    assert program.main(["--remove", "--yes"]) == 0
    assert "sunwi-images" in world.deleted


def test_without_any_stack_there_is_nothing_to_remove(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["--remove", "--yes"]) == 1
    assert world.deleted == []
    assert "not removed: there is no stack sunwi in ap-northeast-2" in capsys.readouterr().out


def test_another_name_deletes_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.stacks["sunwi"] = dict(OUTPUTS)
    world.answers = ["sunvi"]
    assert program.main(["--remove"]) == 1
    assert world.deleted == []
    assert "not removed: another name was typed" in capsys.readouterr().out


def test_without_credentials_it_says_what_to_do(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse() -> str:
        raise AccountFailed("AWS does not know who deploys: set AWS_PROFILE")

    monkeypatch.setattr(world, "identity", refuse)
    assert program.main([]) == 1
    assert "set AWS_PROFILE" in capsys.readouterr().out


def test_parameters_reach_the_sam_cli_in_its_long_form_whatever_they_hold() -> None:
    assert overrides({}) == []
    assert overrides({"VpcSubnetIds": "subnet-1,subnet-2"}) == [
        "--parameter-overrides",
        "ParameterKey=VpcSubnetIds,ParameterValue=subnet-1,subnet-2",
    ]
