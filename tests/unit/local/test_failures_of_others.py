"""The tests that docs/failures-of-others.md names are there."""

import re

import pytest

from infra.local.stack.localise import ROOT

ROWS = [
    line
    for line in (ROOT / "docs/failures-of-others.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| failure |")
]


def test_there_is_a_row_for_each_failure() -> None:
    assert len(ROWS) >= 17


@pytest.mark.parametrize("row", ROWS, ids=range(1, len(ROWS) + 1))
def test_each_failure_names_tests_that_are_there(row: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row)
    assert named
    missing = [
        f"{path}::{name}" for path, name in named if f"def {name}(" not in (ROOT / path).read_text(encoding="utf-8")
    ]
    assert missing == []
