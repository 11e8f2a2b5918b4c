"""Counts the statements that each invocation of a function sends, and logs them."""

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

from sqlalchemy import Engine, event

from sunwi.bootstrap import works

from . import kinds

Handler = Callable[[dict[str, Any], object], object]


def counted(name: str) -> Handler:
    """Return a function's own handler, with the kind that is measured and a line that says what it has sent."""
    vars(works).update(KINDS=kinds.KINDS, WORKS=kinds.WORKS)
    handler: Handler = import_module(f"{name}.handler").handler
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SET")):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)

    def handle(order: dict[str, Any], context: object) -> object:
        sent.clear()
        try:
            return handler(order, context)
        finally:
            print(json.dumps({"event": "statements_sent", "action": order.get("action"), "number": len(sent)}))

    return handle
