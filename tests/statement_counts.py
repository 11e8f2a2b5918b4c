"""Counts what goes to the database."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from pg8000.core import CoreConnection
from sqlalchemy import Engine, event


@dataclass
class Counts:
    """What went to the database.

    Attributes:
        statements: Of SQL through SQLAlchemy that read or write, by their first word.
        control: Others: BEGIN, PRAGMA, SET. COMMIT and ROLLBACK are the driver's own and stand in `transactions`.
        transactions: Ended, by either.
        round_trips: To PostgreSQL: each time that something was sent and its answer waited for.
    """

    statements: Counter[str] = field(default_factory=Counter)
    control: Counter[str] = field(default_factory=Counter)
    transactions: int = 0
    round_trips: int = 0

    def show(self) -> str:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.statements.items()))
        control = ", ".join(f"{count} {kind}" for kind, count in sorted(self.control.items())) or "none"
        return (
            f"{self.statements.total()} statements ({kinds}); control {control}; {self.transactions} transactions; "
            f"{self.round_trips} round trips"
        )


@contextmanager
def counting(engine: Engine) -> Iterator[Counts]:
    """Count what an engine sends while the block runs."""
    counts = Counts()

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        word = statement.split(None, 1)[0].upper()
        (counts.control if word in {"BEGIN", "PRAGMA", "SET"} else counts.statements)[word] += 1

    def end(_connection: object) -> None:
        counts.transactions += 1

    handle_messages = CoreConnection.handle_messages

    def handle_counted(connection: CoreConnection, context: Any) -> Any:
        """The one place where the driver waits: for the server to be ready again."""
        counts.round_trips += 1
        return handle_messages(connection, context)

    listeners = (("before_cursor_execute", count), ("commit", end), ("rollback", end))
    for name, listener in listeners:
        event.listen(engine, name, listener)
    with patch.object(CoreConnection, "handle_messages", handle_counted):
        yield counts
    for name, listener in listeners:
        event.remove(engine, name, listener)
