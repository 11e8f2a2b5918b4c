from pathlib import Path

import pytest

from infra.local.stack.localise import ROOT

HANDLERS = sorted((ROOT / "functions").glob("*/handler.py"))


@pytest.mark.parametrize("path", HANDLERS, ids=lambda path: path.parent.name)
def test_a_handler_has_forty_lines_at_most(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 40
