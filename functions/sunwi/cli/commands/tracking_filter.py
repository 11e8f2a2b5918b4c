"""Options by which commands choose trackings."""

from typing import Annotated, Any

import typer

from sunwi.domain.tracking import TrackingStatus
from sunwi.domain.tracking_list import TrackingFilter
from sunwi.domain.tracking_state import Standing
from sunwi.errors import InvalidInput
from sunwi.service.trackings.parse_areas import parse_areas
from sunwi.service.trackings.parse_tracking import parse_kind, parse_surface

StatusOption = Annotated[TrackingStatus | None, typer.Option(case_sensitive=False, help="Only of this status (상태).")]
StateOption = Annotated[
    Standing | None,
    typer.Option(
        case_sensitive=False,
        help="Only where it stands so now: new (첫 측정 전), exposed (노출), not_exposed (미노출), "
        "unmeasured (미측정), paused (중지), ended (종료).",
    ),
]
KindOption = Annotated[str, typer.Option(help="Only of this kind (유형).")]
SurfaceOption = Annotated[str, typer.Option(help="Only of this surface (화면).")]
AreaOption = Annotated[str, typer.Option(help="Only exposed in this area now, or counting it by name (영역).")]
KeywordOption = Annotated[str, typer.Option(help="Only with this in the keyword (키워드).")]
ClientOption = Annotated[str, typer.Option(help="Only with this in the client's name (광고주).")]
AgencyOption = Annotated[str, typer.Option(help="Only with this in the agency's name (업체).")]
TagOption = Annotated[str, typer.Option(help="Only with this tag (태그).")]
TextOption = Annotated[str, typer.Option(help="Only with this in keyword, target or client (검색어).")]


def typed_filter(*, kind: str, surface: str, area: str, **fields: Any) -> TrackingFilter:  # noqa: ANN401 - of the filter
    """Read what was typed.

    Args:
        kind: In Korean or English; empty is any.
        surface: Likewise.
        area: Likewise, or a code of Naver's own.
        fields: The other fields of the filter, as they are.

    Raises:
        InvalidInput: There is no such kind, surface or area, or there are several areas.
    """
    return TrackingFilter(
        kind=parse_kind(kind) if kind.strip() else None,
        surface=parse_surface(surface) if surface.strip() else None,
        area=_one_area(area),
        **fields,
    )


def _one_area(text: str) -> str:
    areas = parse_areas(text)
    if len(areas) > 1:
        raise InvalidInput("name one area (영역) to list by", code="list_areas_too_many")
    return next(iter(areas), "")
