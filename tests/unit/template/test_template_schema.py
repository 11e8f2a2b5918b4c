import ast
import re
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from infra.local.stack.localise import ROOT

Resources = dict[str, dict[str, Any]]

VERSIONS = ROOT / "infra" / "migrations" / "versions"

#: What takes something away that the running release may still use.
TAKES_AWAY = {"drop_table", "drop_column", "drop_constraint", "rename_table", "alter_column"}
#: The same in SQL.
TAKES_AWAY_IN_SQL = re.compile(r"\b(DROP|RENAME|TRUNCATE|DELETE|SET\s+NOT\s+NULL|TYPE)\b", re.IGNORECASE)
#: Of a migration that takes away: the revision with which the code ceased to use it, of a release before.
DECLARED = "unused_since"
#: Of a migration that writes a table anew with all that the release before uses of it: the test, by its path, that runs
#: that release's statements on the new table.
PROVED = "proved_by"


def migrations() -> list[Path]:
    return sorted(VERSIONS.glob("[0-9]*.py"))


def upgrade_of(path: Path) -> ast.FunctionDef:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade")


def calls(function: ast.FunctionDef) -> list[ast.Call]:
    return [node for node in ast.walk(function) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]


def name_of(call: ast.Call) -> str:
    assert isinstance(call.func, ast.Attribute)
    return call.func.attr


def takes_away(call: ast.Call) -> bool:
    if name_of(call) == "execute":
        text = " ".join(str(node.value) for node in ast.walk(call) if isinstance(node, ast.Constant))
        return TAKES_AWAY_IN_SQL.search(text) is not None
    if name_of(call) == "alter_column":
        changed = {word.arg: word.value for word in call.keywords if not str(word.arg).startswith("existing_")}
        nullable = changed.pop("nullable", None)
        only_loosens = not changed and isinstance(nullable, ast.Constant) and nullable.value is True
        return not only_loosens
    return name_of(call) in TAKES_AWAY


def declares(path: Path, declaration: str = DECLARED) -> str | None:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == declaration:
            assert isinstance(node.value, ast.Constant)
            return str(node.value.value)
    return None


def test_the_deployment_asks_for_the_newest_migration(resources: Resources) -> None:
    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    config.set_main_option("path_separator", "os")
    head = ScriptDirectory.from_config(config).get_current_head()
    assert resources["Schema"]["Properties"]["Revision"] == head, "set Revision of Schema in template.yaml"


def test_another_database_is_migrated_too(resources: Resources) -> None:
    database = resources["Schema"]["Properties"]["Database"]
    assert database == {"Fn::Sub": "${DatabaseSecretArn} ${DatabaseHost} ${DatabaseName}"}


def test_no_function_is_updated_before_the_schema(functions: Resources) -> None:
    after = {name for name, function in functions.items() if function.get("DependsOn") == "Schema"}
    assert after == set(functions) - {"Migrator"}


def test_cloudformation_waits_a_little_longer_than_the_migrator_may_take(
    resources: Resources, functions: Resources
) -> None:
    timeout = functions["Migrator"]["Properties"]["Timeout"]
    assert timeout < resources["Schema"]["Properties"]["ServiceTimeout"] <= timeout + 120


@pytest.mark.parametrize("path", migrations(), ids=lambda path: path.stem)
def test_a_migration_leaves_the_running_release_what_it_uses(path: Path) -> None:
    taken = sorted({name_of(call) for call in calls(upgrade_of(path)) if takes_away(call)})
    since, proof = declares(path), declares(path, PROVED)
    if proof is not None:
        proved = (ROOT / proof).read_text(encoding="utf-8")
        assert "release_n_1" in proved
        assert f'upgrade("{int(path.stem[:4]) - 1:04}")' in proved
    elif since is None:
        assert not taken, f"{path.name} takes away ({taken}): do so a release later, and say {DECLARED}"
    else:
        assert since in {other.stem.split("_")[0] for other in migrations()}
        assert since < path.stem


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ('op.drop_column("task", "reason")', True),
        ('batch.alter_column("reason", nullable=False)', True),
        ('batch.alter_column("reason", existing_type=sa.Text(), nullable=True)', False),
        ('op.alter_column("task", "reason", new_column_name="cause")', True),
        ('op.execute("ALTER TABLE task DROP COLUMN reason")', True),
        ('op.execute("UPDATE task SET reason = NULL")', False),
        ('op.add_column("task", sa.Column("cause", sa.Text(), nullable=True))', False),
    ],
)
def test_the_rule_knows_what_takes_away(statement: str, *, expected: bool) -> None:
    expression = ast.parse(statement, mode="eval").body
    assert isinstance(expression, ast.Call)
    assert takes_away(expression) is expected


@pytest.mark.parametrize("path", migrations(), ids=lambda path: path.stem)
def test_a_new_column_can_be_left_out_by_the_running_release(path: Path) -> None:
    for call in calls(upgrade_of(path)):
        if name_of(call) != "add_column":
            continue
        column = next(argument for argument in call.args if isinstance(argument, ast.Call))
        options = {word.arg: word.value for word in column.keywords}
        nullable = options.get("nullable")
        may_be_null = nullable is None or (isinstance(nullable, ast.Constant) and nullable.value is True)
        assert may_be_null or "server_default" in options, f"{path.name} adds a column that every insert must name"
