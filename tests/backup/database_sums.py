"""Rows and checksums of every table of a database, to tell one copy from another."""

from hashlib import sha256

from sqlalchemy import Engine, inspect, text


def sums_of(engine: Engine, *, without: frozenset[str] = frozenset()) -> dict[str, tuple[int, str]]:
    """Return the number of rows of each table, and a hash over all of them in order.

    Args:
        engine: Of the database.
        without: Tables that are left out.
    """
    sums = {}
    with engine.connect() as connection:
        for table in sorted(set(inspect(engine).get_table_names()) - without):
            rows = sorted(str(tuple(row)) for row in connection.execute(text(f'SELECT * FROM "{table}"')))  # noqa: S608 - a table's own name
            sums[table] = (len(rows), sha256("\n".join(rows).encode()).hexdigest())
    return sums
