"""`sunwi rank`: where one target stands now, without storing anything."""

from dataclasses import replace
from typing import Annotated

import typer

from sunwi.cli.commands.jobs.read_rank_answer import is_measured, parse_rank_document
from sunwi.cli.commands.jobs.remote_rank import look_up_remotely
from sunwi.cli.container import (
    AreasOption,
    BundledOption,
    JsonOption,
    browsing,
    following,
    open_container,
    paced_container,
    reading_terms,
)
from sunwi.cli.screens.reading_screens import show_rank
from sunwi.cli.screens.terminal import show_json
from sunwi.domain.outcome import NotMeasured
from sunwi.domain.tracking import PageKey
from sunwi.service.pages.look_up_target import infer_target, look_up_now
from sunwi.service.trackings.parse_tracking import TrackingFields, parse_tracking
from sunwi.wording.reading_documents import rank_document


def look_up(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    keyword: Annotated[str, typer.Argument(help="What customers search for (키워드).")],
    url: Annotated[str, typer.Argument(help="Address of the place or post (대상 URL).")],
    *,
    kind: Annotated[str, typer.Option(help="place, blog or cafe (유형); told by the address when left out.")] = "",
    surface: Annotated[
        str, typer.Option(help="integrated (통합검색), place_list, blog_tab or cafe_tab (화면).")
    ] = "integrated",
    device: Annotated[str, typer.Option(help="pc or mobile (기기).")] = "pc",
    location: Annotated[str, typer.Option(help="longitude,latitude (좌표), for place_list.")] = "",
    areas: AreasOption = "",
    bundled: BundledOption = False,
    remote: Annotated[
        bool, typer.Option("--remote", help="Have a worker open the page, and wait for it (작업으로 조회).")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Look one target up on Naver now; nothing is stored (실시간 순위 조회).

    Leaves with 0 when the page was read, whether the target is exposed or not, and with 1 when it was not.
    """
    fields = TrackingFields(
        kind=kind,
        keyword=keyword,
        target_url=url,
        surface=surface,
        device=device,
        location=location,
        areas=areas,
        bundled="yes" if bundled else "",
    )
    if remote:
        _look_up_remotely(ctx, fields, as_json=as_json)
    else:
        _look_up(ctx, fields, as_json=as_json)


def _look_up_remotely(ctx: typer.Context, fields: TrackingFields, *, as_json: bool) -> None:
    answer = look_up_remotely(open_container(ctx), fields, is_quiet=as_json)
    if as_json:
        show_json(answer)
    else:
        show_rank(*parse_rank_document(answer))
    if not is_measured(answer):
        raise typer.Exit(1)


def _look_up(ctx: typer.Context, fields: TrackingFields, *, as_json: bool) -> None:
    with following(paced_container(ctx)) as follow:
        url = follow(fields.target_url)
    wanted = parse_tracking(replace(fields, kind=fields.kind or infer_target(url).kind, target_url=url))
    key = PageKey(wanted.surface, wanted.device, wanted.keyword, wanted.location)
    with browsing(ctx) as container:
        terms = reading_terms(container)
        lookup = look_up_now(container.pages.read_surface, key, wanted.target, wanted.counting, terms=terms)
    if as_json:
        show_json(rank_document(lookup, key))
    else:
        show_rank(lookup, key)
    if isinstance(lookup.outcome, NotMeasured):
        raise typer.Exit(1)
