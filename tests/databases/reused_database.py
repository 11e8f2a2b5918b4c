"""One PostgreSQL database for many tests: emptied after each, made anew only where a test changed more than rows."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from infra.local.postgres import PostgresServer

#: Bytes of dead rows that are left lying about; the planner looks at how large a table's file is.
_MAX_LEFT_BYTES = 500_000

#: What a test may leave besides rows: tables, columns, constraints, functions, settings, figures of ANALYZE.
_SHAPE = """
SELECT (SELECT ARRAY[count(*), max(oid::bigint), sum(reltuples)::bigint] FROM pg_class),
       (SELECT ARRAY[count(*), sum(xmin::text::bigint)] FROM pg_attribute),
       (SELECT ARRAY[count(*), sum(xmin::text::bigint)] FROM pg_constraint),
       (SELECT ARRAY[count(*), sum(xmin::text::bigint)] FROM pg_index),
       (SELECT ARRAY[count(*), sum(xmin::text::bigint)] FROM pg_trigger),
       (SELECT count(*) FROM pg_proc), (SELECT count(*) FROM pg_statistic), (SELECT count(*) FROM pg_namespace),
       (SELECT count(*) FROM pg_db_role_setting), (SELECT count(*) FROM pg_default_acl), (SELECT count(*) FROM pg_roles)
"""

_BYTES = """
SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"

_CUT_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

_SEQUENCES = """
SELECT schemaname || '.' || sequencename, coalesce(last_value, start_value), last_value IS NOT NULL FROM pg_sequences
"""

_FILL = 'INSERT INTO "{table}" SELECT * FROM json_populate_recordset(NULL::"{table}", :rows)'

_ROWS = 'SELECT json_agg(found)::text FROM "{table}" found'


@dataclass(slots=True)
class ReusedDatabase:
    """A copy of a template, lent to one test after another.

    Attributes:
        name: Of the copy.
        template: A database that nobody is connected to.
    """

    server: PostgresServer
    name: str
    template: str
    _shape: object = None
    _bytes: int = 0
    _rows: Mapping[str, str] = field(default_factory=dict)
    _empty: str = ""

    def lend(self) -> str:
        """Return its URL; it is as the template is."""
        if self._shape is None:
            self._make()
        return self.server.url(self.name)

    def take_back(self) -> None:
        """Have it as the template is again, whoever is still connected; a new one is lent where that cannot be had."""
        try:
            is_as_made = self._empty_it()
        except DBAPIError:  # a test has set a limit that not even this keeps, for instance
            is_as_made = False
        if not is_as_made:
            self.drop()

    def drop(self) -> None:
        """Drop it; the next one to borrow gets a new one."""
        self._shape = None
        self.server.drop_database(self.name)

    def _empty_it(self) -> bool:
        """Return whether it is as the template is again."""
        with self._connected() as connection:
            connection.execute(text(_CUT_OTHERS))
            if self._shape != _shape(connection) or connection.scalar(text(_BYTES)) > self._bytes:
                return False
            connection.exec_driver_sql(self._empty)
            for table, rows in self._rows.items():
                connection.execute(text(_FILL.format(table=table)), {"rows": rows})
        return True

    def _make(self) -> None:
        self.server.create_database(self.name, template=self.template)
        with self._connected() as connection:
            self._shape = _shape(connection)
            self._bytes = (connection.scalar(text(_BYTES)) or 0) + _MAX_LEFT_BYTES
            tables = connection.scalars(text(_TABLES)).all()
            rows = {table: connection.scalar(text(_ROWS.format(table=table))) for table in tables}
            self._rows = {table: found for table, found in rows.items() if found is not None}
            sequences = connection.execute(text(_SEQUENCES)).all()
        deletes = "".join(f'DELETE FROM "{table}";' for table in tables)  # noqa: S608 - names of our own tables
        resets = "".join(f"PERFORM setval('{name}', {value}, {used});" for name, value, used in sequences)
        # Foreign keys would want an order, and are not checked here: what is deleted is everything.
        self._empty = f"SET session_replication_role = replica; DO $$ BEGIN {deletes}{resets} END $$"

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        engine = create_engine(self.server.url(self.name), poolclass=NullPool)
        with engine.begin() as connection:
            yield connection


def _shape(connection: Connection) -> object:
    return tuple(connection.execute(text(_SHAPE)).one())
