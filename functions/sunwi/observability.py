"""Structured JSON logs: static snake_case events, identifiers as keys."""

import logging
import sys
from typing import Any, TextIO

import structlog
from structlog.tracebacks import ExceptionDictTransformer

#: Tracebacks without the frames' variables: those may hold a password.
_TRACEBACKS = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False))


def configure_logging(level: str = "INFO", *, stream: TextIO | None = None) -> None:
    """Write one JSON object a line.

    Args:
        level: Name of the lowest level to write; an unknown name means INFO.
        stream: Where to; None means standard output.
    """
    # It complains of each dead connection that it closes, with a traceback; what follows from it is told elsewhere.
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _TRACEBACKS,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping().get(level.upper(), 20)),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stdout),
        cache_logger_on_first_use=False,
    )


def bind_invocation(**context: Any) -> None:  # noqa: ANN401 - any identifier may be bound
    """Drop what the last invocation bound, and bind this one's identifiers to every line."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**context)
