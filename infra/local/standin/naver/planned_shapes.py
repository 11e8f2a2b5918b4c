"""Shapes of keywords whose pages are needed in one certain form: those of the demo, and the named ones."""

from collections.abc import Mapping
from types import MappingProxyType

from infra.local.standin.naver.pages.named_pages import NAMED_PAGES
from infra.local.standin.naver.shapes import ADS_ONLY, OPENINGS_ONLY, AreaPlan, Shape, Vertical, plan
from infra.local.standin.naver.truth.truth import AreaKind

_LEAD = plan(AreaKind.POWERLINK)
_GOODS = plan(AreaKind.CLIP, AreaKind.SHOPPING, AreaKind.STORES)
_TOPICS = plan(AreaKind.POST_ADS, AreaKind.INFLUENCERS, AreaKind.TOPIC_1, AreaKind.KEYWORDS, AreaKind.TOPIC_2)
_BOXES = Shape(
    areas=plan(
        AreaKind.BRIEFING, AreaKind.UPPER_BOXES, AreaKind.SHOPPING, AreaKind.STORES, AreaKind.IMAGES,
        AreaKind.LOWER_BOXES, AreaKind.KEYWORDS, AreaKind.POWERLINK,
    )
)  # fmt: skip


def _popular(*after: AreaKind, bundles: int = 2) -> Shape:
    return Shape(areas=(*_LEAD, *_GOODS, AreaPlan(kind=AreaKind.POPULAR, bundles=bundles), *plan(*after)))


def _places(*after: AreaPlan, ads: int = 0, shown: int = 6, vertical: Vertical = Vertical.RESTAURANT) -> Shape:
    block = AreaPlan(kind=AreaKind.PLACES, cards=shown, ads=ads, hidden=1)
    return Shape(areas=(*_LEAD, block, *after), vertical=vertical)


#: Keyword → what its page has.
PLANNED_SHAPES: Mapping[str, Shape] = MappingProxyType(
    {
        "가상역 국밥": _places(
            *plan(AreaKind.OPENINGS), *_GOODS, *_TOPICS, *plan(AreaKind.WEB, AreaKind.POPULAR_CAFE), ads=2
        ),
        "모의동 카페": _places(
            *_GOODS, *plan(AreaKind.POPULAR, AreaKind.WEB), shown=5, vertical=Vertical.PLACE
        ),
        "시범로 미용실": _places(*_GOODS, *_TOPICS, ads=1, vertical=Vertical.HAIRSHOP),
        "새벽 제과점": _places(*plan(AreaKind.OPENINGS), *_GOODS, *plan(AreaKind.POPULAR), shown=4),
        "모의동 치과": _places(*_GOODS, *plan(AreaKind.POPULAR, AreaKind.POPULAR_CAFE), ads=2, vertical=Vertical.PLACE),
        "수분크림 후기": _popular(AreaKind.WEB),
        "임플란트 비용": _popular(AreaKind.KEYWORDS, AreaKind.WEB, bundles=0),
        "캠핑 의자 추천": Shape(
            areas=(
                *_LEAD, *_GOODS, *plan(AreaKind.POPULAR),
                AreaPlan(kind=AreaKind.TOPIC_1, cards=4, repeats=1), *plan(AreaKind.TOPIC_2),
            )
        ),
        "아기 이유식 순서": _popular(AreaKind.POPULAR_CAFE, AreaKind.WEB),
        "홈카페 원두": _popular(AreaKind.TOPIC_1),
        "여름 원피스 코디": _BOXES,
        "원목 식탁": _BOXES,
        "반려견 미용 가격": Shape(areas=(*_BOXES.areas, *plan(AreaKind.POPULAR_CAFE))),
        "필라테스 초보": Shape(areas=(*_LEAD, *_GOODS, *_TOPICS, *plan(AreaKind.WEB))),
        "겨울 등산화": _popular(AreaKind.WEB),
        "허리 스트레칭": _popular(AreaKind.WEB),
        "이사 견적": _BOXES,
        "제주 렌트카": ADS_ONLY,
        "가상역 꽃집": OPENINGS_ONLY,
        "퓨트라곤 세밀라": Shape(areas=()),
        **{page.keyword: page.shape for page in NAMED_PAGES.values()},
    }
)  # fmt: skip
