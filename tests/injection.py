"""Faults of the database, raised by the server itself: a trigger of a table answers a write with an error."""

from dataclasses import dataclass

from sqlalchemy import Engine, text

#: A sequence is not rolled back: it counts the writes that failed, too.
_FUNCTION = """
CREATE SEQUENCE fault_count;
CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF nextval('fault_count') <= {times} THEN
        {action};
    END IF;
    RETURN NEW;
END $$;
"""
_AT_ONCE = "CREATE TRIGGER fault BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION fault()"
_AT_COMMIT = (
    "CREATE CONSTRAINT TRIGGER fault AFTER INSERT OR UPDATE ON {table} DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION fault()"
)
_RAISE = "RAISE EXCEPTION 'injected' USING ERRCODE = '{code}'"

#: Ends the connection in the middle of the statement.
CONNECTION_KILLED = "PERFORM pg_terminate_backend(pg_backend_pid())"

ALWAYS = 10**9


@dataclass
class Injection:
    engine: Engine

    def refuse(self, table: str, code: str, *, times: int = ALWAYS, at_commit: bool = False) -> None:
        """Answer so many writes to a table with an SQLSTATE, at the statement or when the transaction commits."""
        self.interfere(table, _RAISE.format(code=code), times=times, at_commit=at_commit)

    def interfere(self, table: str, action: str, *, times: int = ALWAYS, at_commit: bool = False) -> None:
        with self.engine.begin() as connection:
            connection.exec_driver_sql(_FUNCTION.format(times=times, action=action))
            connection.exec_driver_sql((_AT_COMMIT if at_commit else _AT_ONCE).format(table=table))

    @property
    def has_struck(self) -> bool:
        """Whether a write has met the fault."""
        with self.engine.connect() as connection:
            return bool(connection.execute(text("SELECT is_called FROM fault_count")).scalar_one())

    def end(self) -> None:
        """Take the fault away."""
        with self.engine.begin() as connection:
            connection.exec_driver_sql("DROP FUNCTION fault() CASCADE; DROP SEQUENCE fault_count")

    def counts(self) -> dict[str, int]:
        """Count the rows that a save writes, and the session that it may move."""
        with self.engine.connect() as connection:
            counted = {
                table: int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608 - our own names
                for table in ("observation", "rank_history")
            }
            session = int(connection.execute(text("SELECT max(current_session) FROM tracking")).scalar_one())
        return {**counted, "session": session}
