"""How large a room may be: a module, a function, a folder."""

import ast
from collections import Counter

from infra.local.stack.localise import ROOT

MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 40
MOST_MODULES_OF_A_FOLDER = 20

#: Flat on purpose: a glossary, and the tests that mirror it; a module per capability; migrations in their order.
FLAT = {"functions/sunwi/domain", "functions/sunwi/bootstrap", "tests/unit/domain", "infra/migrations/versions"}
#: Modules of releases that are past.
FROZEN = "tests/fixtures/releases/"

MODULES = sorted(
    file.relative_to(ROOT)
    for folder in ("functions", "infra", "tests")
    for file in (ROOT / folder).rglob("*.py")
    if not str(file.relative_to(ROOT)).startswith(FROZEN)
)


def test_no_module_is_longer_than_a_person_reads_at_once() -> None:
    lines = {str(module): len((ROOT / module).read_text(encoding="utf-8").splitlines()) for module in MODULES}
    assert {module: count for module, count in lines.items() if count > MOST_LINES} == {}


def test_no_function_of_the_package_is_longer_than_a_screen() -> None:
    long: dict[str, int] = {}
    for module in MODULES:
        if module.parts[0] != "functions":
            continue
        for node in ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.end_lineno is not None:
                length = node.end_lineno - node.lineno + 1 - docstring_lines(node)
                long |= {f"{module}:{node.name}": length} if length > MOST_LINES_OF_A_FUNCTION else {}
    assert long == {}


def docstring_lines(function: ast.FunctionDef) -> int:
    first = function.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return (first.end_lineno or first.lineno) - first.lineno + 1 if is_docstring else 0


def test_no_folder_is_flat_with_more_modules_than_a_person_scans() -> None:
    counts = Counter(str(module.parent) for module in MODULES if module.name != "__init__.py")
    assert {folder: n for folder, n in counts.items() if n > MOST_MODULES_OF_A_FOLDER and folder not in FLAT} == {}
