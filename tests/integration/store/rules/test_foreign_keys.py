"""Whoever deletes a row, or joins by it, finds the rows that refer to it without reading a whole table."""

from collections.abc import Sequence

from sqlalchemy import Engine, inspect


def leading(engine: Engine, table: str) -> list[Sequence[str | None]]:
    """The columns of every index of a table, those of its keys included."""
    inspector = inspect(engine)
    constraints = inspector.get_unique_constraints(table)
    return [
        inspector.get_pk_constraint(table)["constrained_columns"],
        *(constraint["column_names"] for constraint in constraints),
        *(index["column_names"] for index in inspector.get_indexes(table) if not is_partial(index)),
    ]


def is_partial(index: object) -> bool:
    assert isinstance(index, dict)
    return any(name.endswith("_where") for name in index.get("dialect_options", {}))


def test_every_foreign_key_leads_an_index(engine: Engine) -> None:
    inspector = inspect(engine)
    keys = [
        (table, tuple(key["constrained_columns"]))
        for table in inspector.get_table_names()
        for key in inspector.get_foreign_keys(table)
    ]
    assert len(keys) >= 10
    without = [
        f"{table}.{', '.join(columns)}"
        for table, columns in keys
        if not any(list(index[: len(columns)]) == list(columns) for index in leading(engine, table))
    ]
    assert without == []
