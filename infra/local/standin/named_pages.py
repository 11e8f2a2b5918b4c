"""Pages that have a name: each shape that was seen on a real page, or reported, under a keyword of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from infra.local.standin.shapes import AreaPlan, Shape, plan
from infra.local.standin.truth import AreaKind


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPage:
    """A shape of the integrated page, and the keyword that has it on every device.

    Attributes:
        says: What is special about it, in a line.
    """

    keyword: str
    shape: Shape
    says: str


def _shape(*areas: AreaPlan) -> Shape:
    return Shape(areas=areas)


_ONE_PLACE = _shape(
    AreaPlan(kind=AreaKind.PANEL),
    AreaPlan(kind=AreaKind.RECOMMENDED, ads=6, asides=24),
    AreaPlan(kind=AreaKind.WEB, listed_as="sit_4po*e", cards=2),
    *plan(AreaKind.KEYWORDS, AreaKind.POPULAR, AreaKind.WEB),
)

#: Name → page.
NAMED_PAGES: Mapping[str, NamedPage] = MappingProxyType(
    {
        "one_place": NamedPage(
            keyword="푸른마당식당 가상역점",
            shape=_ONE_PLACE,
            says="one place as a panel without rows; recommendations below it, some of them paid",
        ),
    }
)
