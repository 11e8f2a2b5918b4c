"""Options by which commands choose trackings."""

from dataclasses import dataclass
from typing import Annotated

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


@dataclass(frozen=True, slots=True)
class TypedFilter:
    """What was typed, in the order of the options' definition above."""

    status: TrackingStatus | None
    standing: Standing | None
    kind: str
    surface: str
    area: str
    keyword: str
    client: str
    agency: str
    tag: str
    text: str

    def read(self) -> TrackingFilter:
        """Return what it means.

        Raises:
            InvalidInput: There is no such kind, surface or area, or there are several areas.
        """
        return TrackingFilter(
            status=self.status,
            standing=self.standing,
            kind=parse_kind(self.kind) if self.kind.strip() else None,
            surface=parse_surface(self.surface) if self.surface.strip() else None,
            area=_one_area(self.area),
            keyword=self.keyword,
            client=self.client,
            agency=self.agency,
            tag=self.tag,
            text=self.text,
        )


def _one_area(text: str) -> str:
    areas = parse_areas(text)
    if len(areas) > 1:
        raise InvalidInput("name one area (영역) to list by", code="list_areas_too_many")
    return next(iter(areas), "")
