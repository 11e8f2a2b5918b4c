"""A connection to PostgreSQL that sends all of a statement at once.

Source: docs/adr/0047-a-tracking-in-a-dozen-statements.md; PostgreSQL documentation, "Extended Query".
"""

from collections.abc import Sequence
from typing import Any

import pg8000
from pg8000.converters import make_params
from pg8000.core import NULL_BYTE, SYNC_MSG, Context, _flush, _write


class OneTripConnection(pg8000.Connection):  # type: ignore[misc]  # the driver has no types
    """Asks the server once for each statement, where the driver waits for its answer three times.

    The driver has a statement parsed, waits, has it described, waits, and binds the values and executes it. It needs
    neither answer for the next step, and the server reads the steps one by one anyway; after an error it leaves out
    those that follow.
    """

    def execute_unnamed(
        self, statement: str, vals: Sequence[Any] = (), oids: Sequence[int] = (), stream: object = None
    ) -> Any:  # noqa: ANN401 - the driver's own record of an answer
        """Run one statement with its values.

        Args:
            statement: With `$1`, `$2` … for the values.
            vals: In that order.
            oids: Types of the values; the server infers those that are left out.
            stream: Of a COPY, which the driver does in its own way.
        """
        if stream is not None:
            return super().execute_unnamed(statement, vals=vals, oids=oids, stream=stream)
        params = make_params(self.py_types, vals)
        # Before anything is written: what no encoding takes must leave nothing behind for the next statement.
        "".join(param for param in params if param is not None).encode(self._client_encoding)
        context = Context(statement)
        self.send_PARSE(NULL_BYTE, statement, oids)
        self.send_DESCRIBE_STATEMENT(NULL_BYTE)
        self.send_BIND(NULL_BYTE, params)
        self.send_EXECUTE()
        _write(self._sock, SYNC_MSG)
        _flush(self._sock)
        self.handle_messages(context)
        return context
