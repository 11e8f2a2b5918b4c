"""`sunwi trackings import` and `add`: store trackings, and measure the new ones at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.container import AreasOption, BundledOption, JsonOption, following, open_container, open_dispatch
from sunwi.cli.error_words import english_of, korean_of
from sunwi.cli.read_file import read_bytes
from sunwi.cli.screens.new_tracking_screens import show_added, show_import, show_measuring
from sunwi.cli.screens.terminal import show_json
from sunwi.domain.capacity import CapacityWarning
from sunwi.domain.run import Run, RunKind
from sunwi.domain.session import DEFAULT_SESSION_DAYS, MAX_SESSION_DAYS, MIN_SESSION_DAYS
from sunwi.domain.tracking import MAX_TARGET_RANK
from sunwi.errors import ConfigurationError, Retryable
from sunwi.service.trackings.parse_tracking import TrackingFields, parse_tracking
from sunwi.wording.capacity_words import capacity_words
from sunwi.wording.documents import import_document, run_document, shared_document, tracking_document

if TYPE_CHECKING:
    from sunwi.bootstrap.command_line import CommandContainer

SurfaceOption = Annotated[
    str,
    typer.Option(
        help="integrated (통합검색) when left out; place_list (플레이스목록), blog_tab (블로그탭), cafe_tab (카페탭)."
    ),
]
NoMeasureOption = Annotated[bool, typer.Option("--no-measure", help="Store only; the nightly run measures them.")]


@dataclass(frozen=True, slots=True)
class Measuring:
    """The run that measures new trackings, or why there is none; neither when nobody asked."""

    run: Run | None = None
    error: str | None = None
    korean: str | None = None

    def document(self) -> dict[str, Any]:
        """Write it for JSON."""
        return {"run": run_document(self.run) if self.run else None, "measure_error": self.error}


def import_file(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV (UTF-8, cp949) or Excel (.xlsx).")
    ],
    *,
    sheet: Annotated[str, typer.Option(help="Sheet of a workbook; the first one shown when left out (시트).")] = "",
    partial: Annotated[bool, typer.Option("--partial", help="Store the good rows although others are bad.")] = False,
    no_measure: NoMeasureOption = False,
    as_json: JsonOption = False,
) -> None:
    """Store the trackings of a CSV file or Excel workbook, all or none (추적 일괄 등록).

    Needed columns: 유형 (플레이스, 블로그, 카페), 키워드, 대상 URL.

    Others: 화면 (통합검색, 플레이스목록, 블로그탭, 카페탭), 기기 (PC, 모바일), 좌표, 광고주, 업체,
    영역 (인기글,스마트블록 …), 묶음 (예, 아니오), 태그 (단골|강남), 목표 순위 (5), 회차 일수 (25).
    An example: infra/local/demo/trackings.csv.

    Leaves with 1 when a row is bad, or when the new trackings could not be measured.
    """
    data = read_bytes(file)
    container = open_container(ctx)
    with following(container) as follow:
        report = container.trackings.import_trackings.import_file(
            actor_of_cli(), data, partial=partial, sheet=sheet, follow=follow
        )
    warning = container.runs.check_capacity.warning() if report.imported else None
    measuring = Measuring() if no_measure else _measure(container, report.tracking_ids)
    if as_json:
        capacity = {"capacity_warning": warning.text if warning else None}
        show_json({**import_document(report, describe=english_of), **capacity, **measuring.document()})
    else:
        show_import(report, is_partial=partial)
        _show_measuring(measuring, warning)
    if report.errors or measuring.error:
        raise typer.Exit(1)


def add(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    *,
    kind: Annotated[str, typer.Option(help="place, blog or cafe (플레이스, 블로그, 카페).")],
    keyword: Annotated[str, typer.Option(help="What customers search for (키워드).")],
    url: Annotated[str, typer.Option(help="Address of the place or post (대상 URL).")],
    client: Annotated[str, typer.Option(help="Advertiser (광고주).")] = "",
    agency: Annotated[str, typer.Option(help="Who sells it (업체).")] = "",
    device: Annotated[str, typer.Option(help="pc or mobile (기기).")] = "",
    surface: SurfaceOption = "",
    location: Annotated[str, typer.Option(help="Coordinates (좌표), where the surface takes them.")] = "",
    areas: AreasOption = "",
    bundled: BundledOption = False,
    tag: Annotated[list[str] | None, typer.Option(help="Word to sort it by; may be repeated (태그).")] = None,
    target_rank: Annotated[
        int | None, typer.Option(min=1, max=MAX_TARGET_RANK, help="Worst rank promised (목표 순위).")
    ] = None,
    session_days: Annotated[
        int, typer.Option(min=MIN_SESSION_DAYS, max=MAX_SESSION_DAYS, help="Exposed days a session sells (회차 일수).")
    ] = DEFAULT_SESSION_DAYS,
    no_measure: NoMeasureOption = False,
    as_json: JsonOption = False,
) -> None:
    """Store one tracking and measure it at once (추적 등록)."""
    fields = TrackingFields(
        kind=kind,
        keyword=keyword,
        target_url=url,
        surface=surface,
        device=device,
        location=location,
        client=client,
        agency=agency,
        areas=areas,
        bundled="yes" if bundled else "",
        tags="|".join(tag or ()),
        target_rank=str(target_rank or ""),
        session_days=str(session_days),
    )
    _add(open_container(ctx), fields, measures=not no_measure, as_json=as_json)


def _add(container: "CommandContainer", fields: TrackingFields, *, measures: bool, as_json: bool) -> None:
    """Store a tracking as typed, and print what became of it."""
    with following(container) as follow:
        new = parse_tracking(fields, follow=follow)
    added = container.trackings.manage_trackings.add(actor_of_cli(), new)
    warning = container.runs.check_capacity.warning() if added.is_new else None
    measuring = _measure(container, [added.tracking.id]) if added.is_new and measures else Measuring()
    if as_json:
        shared = [shared_document(other) for other in added.shared]
        tracking = {**tracking_document(added.tracking), "is_new": added.is_new, "shared": shared}
        tracking |= {"tags": list(added.tags), "differs_in": list(added.differs_in)}
        show_json({**tracking, "capacity_warning": warning.text if warning else None, **measuring.document()})
    else:
        show_added(added, new)
        _show_measuring(measuring, warning)
    if measuring.error:
        raise typer.Exit(1)


def _show_measuring(measuring: Measuring, warning: CapacityWarning | None) -> None:
    told = None if warning is None else capacity_words(warning)
    show_measuring(measuring.run, warning=told, error=measuring.korean)


def _measure(container: "CommandContainer", tracking_ids: Sequence[int]) -> Measuring:
    """Start an ON_DEMAND run; what is stored stays stored when that fails."""
    if not tracking_ids:
        return Measuring()
    try:
        dispatch = open_dispatch(container, express=True)
        return Measuring(
            run=dispatch.started(RunKind.ON_DEMAND, tracking_ids, request_id=str(uuid4()), actor=actor_of_cli())
        )
    except (ConfigurationError, Retryable) as error:
        ids = " ".join(f"--tracking {tracking_id}" for tracking_id in tracking_ids[:3])
        more = " …" if len(tracking_ids) > 3 else ""  # noqa: PLR2004 - as many as were named
        return Measuring(
            error=f"the new trackings are stored but not measured yet ({english_of(error)}); the nightly run measures "
            f"them, or measure them by hand with: sunwi runs start {ids}{more}",
            korean=f"새 추적은 등록되었지만 아직 측정되지 않았습니다 ({korean_of(error)}). 밤의 정기 배치가 측정하며, "
            f"바로 측정하려면: sunwi runs start {ids}{more}",
        )
