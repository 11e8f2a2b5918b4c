"""How commands reach the container, and the option that all of them share.

What brings the database and AWS along is imported when a command needs it: some never do.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from sunwi.domain.task import is_run_id
from sunwi.domain.typed_text import quote
from sunwi.errors import ConfigurationError, InvalidInput
from sunwi.service.ports.reading_terms import ReadingTerms, TimeLimit
from sunwi.service.runs.dispatch_run import DispatchRun
from sunwi.sites.naver.links.targets import is_short_link

if TYPE_CHECKING:
    from sunwi.bootstrap.command_line import CommandContainer

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document (JSON 출력).")]

AreasOption = Annotated[
    str, typer.Option(help="Areas that count, for example 인기글,스마트블록 or ugB_bsR; all when left out (영역).")
]
BundledOption = Annotated[bool, typer.Option("--bundled", help="Count a link in another post's card (묶음).")]

#: How long a command goes on opening pages: the longest list takes half a minute on a good day.
READING_SECONDS = 180

#: Ids that a database can hold.
MAX_ID = 2**63 - 1


def checked_run_id(text: str) -> str:
    """Refuse what no run is called, before a database is asked that might not take it.

    Raises:
        InvalidInput: It has other characters than an id.
    """
    if not is_run_id(text):
        raise InvalidInput(
            f"there is no run {quote(text)}",
            code="run_unknown",
            run_id=text,
        )
    return text


def container_of(ctx: typer.Context) -> "CommandContainer":
    """Build the container of the settings that hold for this command.

    Raises:
        ConfigurationError: A setting cannot be used.
    """
    container: CommandContainer = ctx.obj()
    return container


def paced_container(ctx: typer.Context) -> "CommandContainer":
    """Return the container whose pages are opened at the pace of everybody who uses the database, where one is set.

    Raises:
        ConfigurationError: A setting cannot be used, or the database has the schema of another version.
        StoreUnavailable: The database cannot be reached.
    """
    container = container_of(ctx)
    keeps_pace = container.adapters.settings.names_database and container.adapters.settings.crawl_delay_seconds > 0
    return open_container(ctx) if keeps_pace else container


def reading_terms(container: "CommandContainer") -> ReadingTerms:
    """Limit the pages of a command to `READING_SECONDS` from now on."""
    return ReadingTerms(limit=TimeLimit.after(READING_SECONDS, container.adapters.clock))


@contextmanager
def browsing(ctx: typer.Context) -> Iterator["CommandContainer"]:
    """Return the container to open pages with, and close the browser that it started; no database is needed.

    Raises:
        ConfigurationError: A setting cannot be used, or the database that is set has another version's schema.
        StoreUnavailable: The database that is set cannot be reached.
    """
    container = paced_container(ctx)
    try:
        yield container
    finally:
        container.pages.loader.close()


@contextmanager
def following(container: "CommandContainer") -> Iterator[Callable[[str], str]]:
    """Return what follows shortened links; a browser is started for one, and closed at the end."""

    def follow(url: str) -> str:
        return container.pages.follow_link(url) if is_short_link(url) else url

    try:
        yield follow
    finally:
        if "loader" in vars(container):
            container.pages.loader.close()


def open_container(ctx: typer.Context) -> "CommandContainer":
    """Return the container, once its database has the schema of this version.

    Raises:
        ConfigurationError: No database is set, or its schema is another version's.
        StoreUnavailable: The database cannot be reached.
    """
    from sunwi.adapters.sql.connection.migrations import schema_version  # noqa: PLC0415 - see the module's docstring

    container = container_of(ctx)
    schema = schema_version(container.adapters.engine)
    if schema.is_ahead:
        raise ConfigurationError(
            f"the database has schema {schema.current} of a later version (this one has {schema.head}): use that one",
            code="schema_ahead",
            current=schema.current,
        )
    if not schema.is_current:
        stand = f"has schema {schema.current}" if schema.current else "has no tables yet"
        raise ConfigurationError(
            f"the database {stand}, and this version needs {schema.head}",
            code="schema_behind",
            current=schema.current,
            needed=schema.head,
        )
    return container


def open_dispatch(container: "CommandContainer", *, express: bool) -> DispatchRun:
    """Return what starts runs, once all that it needs is set, so that no run is left half sent.

    Raises:
        ConfigurationError: A queue or the state machine is not set.
    """
    container.adapters.settings.require("express_queue_url" if express else "crawl_queue_url")
    container.adapters.settings.require("state_machine_arn")
    return container.runs.dispatch_run
