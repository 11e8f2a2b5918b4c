"""Structured JSON logs: static snake_case events, identifiers as keys."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TextIO

import structlog
from structlog.tracebacks import ExceptionDictTransformer

from sunwi.errors import AwaitsRedrive, Postponed

#: Tracebacks without the frames' variables: those may hold a password.
_TRACEBACKS = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False))


def dump_json(document: Any, stream: TextIO, **options: Any) -> str:  # noqa: ANN401 - any document
    """Write a document so that a stream takes every character of it: as it is, or else all of it escaped.

    Args:
        document: May hold halves of surrogate pairs, from a page or an argument.
        stream: What it is for.
        options: Of `json.dumps`.
    """
    text = json.dumps(document, ensure_ascii=False, **options)
    try:
        text.encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(document, ensure_ascii=True, **options)
    return text


def configure_logging(level: str = "INFO", *, stream: TextIO | None = None) -> None:
    """Write one JSON object a line.

    Args:
        level: Name of the lowest level to write; an unknown name means INFO.
        stream: Where to; None means standard output.
    """
    lines = stream or sys.stdout
    # It complains of each dead connection that it closes, with a traceback; what follows from it is told elsewhere.
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _TRACEBACKS,
            structlog.processors.JSONRenderer(serializer=partial(dump_json, stream=lines)),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping().get(level.upper(), 20)),
        logger_factory=structlog.PrintLoggerFactory(lines),
        cache_logger_on_first_use=False,
    )


def bind_invocation(**context: Any) -> None:  # noqa: ANN401 - any identifier may be bound
    """Drop what the last invocation bound, and bind this one's identifiers to every line."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**context)


@contextmanager
def message_lines(message_id: str) -> Iterator[None]:
    """Bind a message's id, beside the invocation's identifiers, to every line logged inside the block.

    An error that leaves the block is logged with its traceback, for Powertools reports the failed message and logs
    nothing; a message that was not tried has had its line where that was decided, for each of perhaps hundreds.
    """
    with structlog.contextvars.bound_contextvars(message_id=message_id):
        try:
            yield
        except Exception as error:
            if not isinstance(error, Postponed | AwaitsRedrive):
                facts = {"error": str(error), "error_name": type(error).__name__}
                structlog.get_logger().warning("message_returned", **facts, exc_info=True)
            raise
