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
_BOXES_BETWEEN = plan(AreaKind.SHOPPING, AreaKind.STORES, AreaKind.IMAGES)
_MIXED_BOXES = _shape(
    *plan(AreaKind.POWERLINK),
    AreaPlan(kind=AreaKind.UPPER_BOXES, listed_as="urB_coR*wc", sorts=("web", "blog", "cafe")),
    *_BOXES_BETWEEN,
    AreaPlan(
        kind=AreaKind.LOWER_BOXES,
        listed_as="urB_boR*vbkcw",
        sorts=("video", "blog", "question", "blog", "foreign", "cafe", "web", "question", "blog", "video"),
    ),
    *plan(AreaKind.KEYWORDS),
)
_PICTURE_BOXES = _shape(
    *plan(AreaKind.POWERLINK, AreaKind.UPPER_BOXES),
    AreaPlan(
        kind=AreaKind.LOWER_BOXES,
        listed_as="urB_boR*bic",
        sorts=("blog", "pictures", "blog", "cafe", "pictures", "blog"),
    ),
)
_WEB_COUNTED_TWICE = _shape(
    AreaPlan(
        kind=AreaKind.UPPER_BOXES,
        listed_as="urB_coR*wc",
        sorts=("web", "web of many", "web of many", "web", "web of many", "cafe", "blog"),
    ),
    *_BOXES_BETWEEN,
    AreaPlan(
        kind=AreaKind.LOWER_BOXES,
        listed_as="urB_boR*bw",
        sorts=("blog", "web of many", "blog", "web of many", "web of many", "cafe", "blog"),
    ),
)

#: Name → page.
NAMED_PAGES: Mapping[str, NamedPage] = MappingProxyType(
    {
        "one_place": NamedPage(
            keyword="푸른마당식당 가상역점",
            shape=_ONE_PLACE,
            says="one place as a panel without rows; recommendations below it, some of them paid",
        ),
        "mixed_boxes": NamedPage(
            keyword="전동 드릴 고르기",
            shape=_MIXED_BOXES,
            says="videos, questions and foreign posts between the boxes of posts",
        ),
        "picture_boxes": NamedPage(
            keyword="베란다 타일 깔기",
            shape=_PICTURE_BOXES,
            says="boxes of pictures, each from several pages, between the boxes of posts",
        ),
        "web_counted_twice": NamedPage(
            keyword="골밀도 검사 순서",
            shape=_WEB_COUNTED_TWICE,
            says="web boxes that Naver's own numbers count twice, before boxes of posts",
        ),
    }
)
