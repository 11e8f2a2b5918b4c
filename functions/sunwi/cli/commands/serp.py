"""`sunwi serp`: what result pages say."""

from pathlib import Path
from typing import Annotated

import typer

from sunwi.cli.container import (
    JsonOption,
    browsing,
    checked_run_id,
    following,
    open_container,
    paced_container,
    reading_terms,
)
from sunwi.cli.screens.reading_screens import show_reading
from sunwi.cli.screens.replay_screens import replay_document, show_replay
from sunwi.cli.screens.terminal import show_json
from sunwi.domain.reading import PageReading, Presence, ServedPage
from sunwi.domain.tracking import Device, Kind, PageKey, Surface
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput
from sunwi.service.pages.decode_page_file import MAX_PAGE_BYTES, decode_page
from sunwi.service.pages.look_up_target import look_up_target
from sunwi.service.pages.read_stored_page import read_stored_pages
from sunwi.service.trackings.parse_tracking import check_surface, parse_device, parse_kind, parse_surface
from sunwi.sites.naver.links.links import quote_link, read_link
from sunwi.sites.naver.links.targets import is_short_link, parse_target
from sunwi.sites.naver.pages import page_address
from sunwi.wording.reading_documents import reading_document

app = typer.Typer(no_args_is_help=True)


@app.command()
def read(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|URL…",
            help="A stored page (UTF-8, .gz too) or a live one of Naver; several pages of one list.",
        ),
    ],
    *,
    kind: Annotated[str, typer.Option(help="place, blog or cafe (유형).")],
    surface: Annotated[str, typer.Option(help="integrated, place_list, blog_tab or cafe_tab (화면).")],
    device: Annotated[str | None, typer.Option(help="pc or mobile (기기); left out: what the page says.")] = None,
    keyword: Annotated[str | None, typer.Option(help="What the page must answer; left out: its own word.")] = None,
    target: Annotated[str | None, typer.Option(help="Address of a place or post to look up (대상 URL).")] = None,
    as_json: JsonOption = False,
) -> None:
    """Read a page and print verdict, evidence and ranks; nothing is stored (페이지 판독).

    Leaves with 0 when the page could be read for the kind, and with 1 when not.
    """
    looked_for, page_surface = parse_kind(kind), parse_surface(surface)
    profile = None if device is None else parse_device(device)
    check_surface(looked_for, page_surface)
    wanted = None if target is None else parse_target(looked_for, _follow(ctx, target))
    pages = _fetch(ctx, sources, page_surface, profile)
    stored = read_stored_pages(pages, surface=page_surface, device=profile, keyword=keyword)
    reading = stored.reading
    lookup = None if wanted is None else look_up_target(reading, wanted)
    if as_json:
        show_json(reading_document(reading, kind=looked_for, keyword=stored.keyword, lookup=lookup))
    else:
        show_reading(reading, kind=looked_for, keyword=stored.keyword, lookup=lookup)
    if not _is_readable(reading, looked_for):
        raise typer.Exit(1)


@app.command()
def replay(
    ctx: typer.Context,
    *,
    run_id: Annotated[
        str, typer.Option("--run", metavar="RUN", callback=checked_run_id, help="Id of a run, as in sunwi runs list.")
    ],
    apply: Annotated[bool, typer.Option("--apply", help="Correct the ledger, with an audit row each (정정).")] = False,
    as_json: JsonOption = False,
) -> None:
    """Read a run's kept pages with today's reader and list what would change (재판독).

    Nothing is changed without --apply; session numbers never are.
    """
    report = open_container(ctx).ledger.replay_run.replay(run_id, apply=apply)
    if as_json:
        show_json(replay_document(report))
    else:
        show_replay(report)


def _follow(ctx: typer.Context, url: str) -> str:
    """Return the address that a shortened link leads to; a browser is only started for one."""
    if not is_short_link(url):
        return url
    with following(paced_container(ctx)) as follow:
        return follow(url)


def _is_readable(reading: PageReading, kind: Kind) -> bool:
    return reading.verdict.is_readable and reading.presence.get(kind) is not Presence.SUSPECT


def _fetch(ctx: typer.Context, sources: list[str], surface: Surface, device: Device | None) -> list[str | ServedPage]:
    """Get the pages in the order given; a browser is only started when one of them is live."""
    urls = [source for source in sources if source.lower().startswith(("http://", "https://"))]
    for url in urls:
        _check_host(url)
    files = {source: _read_file(source) for source in sources if source not in urls}
    live: dict[str, ServedPage] = {}
    if urls:
        with browsing(ctx) as container:
            terms = reading_terms(container)
            for url in dict.fromkeys(urls):
                key = PageKey(surface, device or _device_of(url), "")
                live[url] = container.pages.open_page(page_address(key, url), terms=terms).served
    return [live[source] if source in live else files[source] for source in sources]


def _device_of(url: str) -> Device:
    return Device.MOBILE if read_link(url).host.startswith("m.") else Device.PC


def _check_host(url: str) -> None:
    host = read_link(url).host
    if host != "naver.com" and not host.endswith(".naver.com"):
        raise InvalidInput(
            f"{quote_link(url)} leads to {host}: only pages of Naver are opened",
            code="address_not_of_naver",
            url=url,
            host=host,
        )


def _read_file(name: str) -> str:
    try:
        with Path(name).open("rb") as file:
            data = file.read(MAX_PAGE_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InvalidInput(
            f"the file {quote(name)} cannot be read: {reason}; name a stored page or a URL of Naver",
            code="page_file_unreadable",
            file=name,
        ) from error
    return decode_page(data, name)
