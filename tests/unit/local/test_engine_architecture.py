"""What is built and invoked, beside a `docker` that only pretends to have an engine."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.local.containers import images, invoke
from infra.local.containers.engine import EngineUnavailable, answers, engine_architecture

DOCKER = """#!/bin/sh
[ "$1 $2" = "version --format" ] || exit 1
case "$3" in
    "{{{{.Server.Arch}}}}") echo {named} ;;
    *) echo 28.0 ;;
esac
exit {status}
"""


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts an engine of a processor on this machine."""

    def put(named: str, status: int = 0) -> None:
        program = tmp_path / "docker"
        program.write_text(DOCKER.format(named=named, status=status))
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    return put


@pytest.fixture
def sam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The arguments of the SAM CLI's call, one a line, once there was one."""
    said = tmp_path / "said"

    def command(*arguments: str) -> list[str]:
        said.write_text("\n".join(arguments))
        return ["echo", "{}"]

    for module in (images, invoke):
        monkeypatch.setattr(module, "sam_command", command)
    monkeypatch.setattr(images, "prepare_build", lambda: Path("images.json"))
    monkeypatch.setattr(images, "_one_function_each", dict)
    monkeypatch.setattr(invoke, "_write_template", lambda _: None)
    monkeypatch.setattr(invoke, "_make_image", lambda _: None)
    return said


@pytest.mark.parametrize(("named", "expected"), [("amd64", "x86_64"), ("arm64", "arm64")])
def test_the_engines_processor_is_named_as_lambda_names_it(
    engine: Callable[..., None], named: str, expected: str
) -> None:
    engine(named)
    assert engine_architecture() == expected


def test_a_processor_that_lambda_has_not_is_refused(engine: Callable[..., None]) -> None:
    engine("riscv64")
    with pytest.raises(EngineUnavailable, match="builds for 'riscv64', and Lambda's functions run on amd64 or arm64"):
        engine_architecture()


def test_an_engine_that_does_not_answer_has_no_processor(engine: Callable[..., None]) -> None:
    engine("amd64", status=1)
    assert not answers()
    with pytest.raises(EngineUnavailable, match="no Docker engine answers"):
        engine_architecture()


@pytest.mark.parametrize(("named", "expected"), [("amd64", "x86_64"), ("arm64", "arm64")])
def test_images_are_built_and_invoked_for_the_engines_own_processor(
    engine: Callable[..., None], sam: Path, named: str, expected: str
) -> None:
    engine(named)
    assert images.build_images() == []
    assert sam.read_text().endswith(f"--parameter-overrides\nParameterKey=Architecture,ParameterValue={expected}")
    assert invoke.invoke("Dispatcher", "{}", environment={}, network="none").document == {}
    assert sam.read_text().endswith(f"\nArchitecture={expected}")
