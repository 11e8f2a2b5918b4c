"""What `.ci/run` runs is every test but the benchmarks and chaos, which print figures by targets of their own."""

import re
import tomllib

import pytest

from infra.local.stack.localise import ROOT
from tests.workers import ONE_RUN

CHAOS, FAULTS = ROOT / "tests/chaos", ROOT / "docs/faults.md"
CI_RUN = (ROOT / ".ci/run").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PYTEST_SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
BY_THEMSELVES = {"benchmark", "chaos"}


def left_out() -> set[str]:
    """The marks that a plain run of pytest leaves out."""
    return set(re.findall(r"not (\w+)", PYTEST_SETTINGS["addopts"]))


def test_every_mark_that_a_plain_run_leaves_out_is_run_by_the_whole_check() -> None:
    runs = "\n".join(line for line in CI_RUN.splitlines() if "-m pytest" in line)
    asked_for = {
        mark for marks in re.findall(r'-m (?!pytest)"?([\w ]+?)"? tests/', runs) for mark in marks.split(" or ")
    }
    assert asked_for == left_out() - BY_THEMSELVES


def test_every_mark_has_a_target_that_runs_it() -> None:
    declared = {mark.partition(":")[0] for mark in PYTEST_SETTINGS["markers"]}
    assert declared == left_out()
    for mark in declared - {"chaos"}:
        assert re.search(rf"-m {mark}\b", MAKEFILE), mark
    assert '-m "chaos or not chaos"' in MAKEFILE


def test_the_whole_check_ends_with_the_test_runners_own_summary_and_fails_with_its_first_part_that_fails() -> None:
    lines = [line for line in CI_RUN.splitlines() if line and not line.startswith("#")]
    assert lines[0] == "set -euo pipefail"
    assert lines[-1].startswith("exec .venv/bin/python -m pytest -n 2 ")
    assert "||" not in "".join(line for line in lines if "-m pytest" in line)


def test_the_kept_table_of_faults_has_every_fault_and_none_that_cost_anything() -> None:
    rows = [
        line.strip("| ").split(" | ")
        for line in FAULTS.read_text(encoding="utf-8").splitlines()
        if ".py::test_" in line
    ]
    kept = {row[-1].strip("`").partition("[")[0] for row in rows}
    tests = {
        f"{file.relative_to(CHAOS)}::{name}"
        for file in CHAOS.rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert kept == tests
    assert {tuple(row[2:6]) for row in rows} == {("0", "0", "0", "yes")}


def test_the_one_run_of_the_plain_tests_is_there(request: pytest.FixtureRequest) -> None:
    path, _, name = ONE_RUN.partition("::")
    assert f"def {name}(" in (request.config.rootpath / path).read_text(encoding="utf-8")
