"""Pages that have a name: each shape that was seen on a real page, or reported, under a keyword of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from infra.local.standin.naver import words
from infra.local.standin.naver.shapes import AreaPlan, Shape, plan
from infra.local.standin.naver.truth.truth import AreaKind


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

_GOODS = plan(AreaKind.CLIP, AreaKind.SHOPPING, AreaKind.STORES)
_NEWER_BOXES = _shape(
    *plan(AreaKind.POWERLINK),
    AreaPlan(kind=AreaKind.UPPER_BOXES, listed_as="rrB_hdR*cb", sorts=("cafe", "blog", "web")),
    *_BOXES_BETWEEN,
    AreaPlan(
        kind=AreaKind.LOWER_BOXES,
        listed_as="rrB_bdR*bw",
        sorts=("blog", "web of blog", "web", "cafe", "video", "question", "web of blog", "blog"),
    ),
)
#: A blog post in the card of a web page, in each area that was seen to have one.
_BLOG_AS_WEB = _shape(
    AreaPlan(kind=AreaKind.WEB, listed_as="sit_4po*e", sorts=("web", "web of blog")),
    AreaPlan(kind=AreaKind.UPPER_BOXES, sorts=("cafe", "web of blog", "blog")),
    *_GOODS,
    AreaPlan(kind=AreaKind.WEB, sorts=("web", "web of blog", "web", "web of blog")),
)
_QUIET_CODES = (
    "__option", "heL_htX", "abL_rtX", "exB_soT", "ldc_btm", "bok_lst", "ink_mik", "ink_kid", "nco_kbn*i", "nco_rqs",
)  # fmt: skip
_QUIET = tuple(AreaPlan(kind=AreaKind.QUIET, listed_as=code) for code in _QUIET_CODES)
_QUIET_AREAS = _shape(
    *_QUIET[:5], AreaPlan(kind=AreaKind.POPULAR), *_QUIET[5:], *plan(AreaKind.WEB, AreaKind.POPULAR_CAFE)
)
_ADDRESS = AreaPlan(kind=AreaKind.ADDRESS, asides=4)
_OLDER_BUILD = _shape(
    *plan(AreaKind.POWERLINK),
    AreaPlan(kind=AreaKind.PLACES, listed_as="nmb_res*m", cards=5, ads=2),
    *plan(AreaKind.SHOPPING, AreaKind.LISTED_POSTS),
)
_REFUSED_IN_WORDS = Shape(
    areas=(
        AreaPlan(kind=AreaKind.PLACES, ads=1), *_GOODS,
        *plan(AreaKind.POPULAR, AreaKind.TOPIC_1, AreaKind.WEB),
    ),
    titles=words.REFUSALS,
)  # fmt: skip

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
        "newer_boxes": NamedPage(
            keyword="욕실 줄눈 보수",
            shape=_NEWER_BOXES,
            says="single boxes under their newer codes, rrB_hdR and rrB_bdR",
        ),
        "blog_as_web": NamedPage(
            keyword="현관 중문 시공",
            shape=_BLOG_AS_WEB,
            says="posts of blogs in cards of web pages: sit_4po, urB_coR, web_gen",
        ),
        "places_by_nx": NamedPage(
            keyword="모의동 세탁소",
            shape=_shape(AreaPlan(kind=AreaKind.NX_PLACES, ads=1), *_GOODS, *plan(AreaKind.POPULAR)),
            says="loc_plc, whose list the state calls nxPlaces",
        ),
        "address_block": NamedPage(
            keyword="가상로 12길 34",
            shape=_shape(_ADDRESS, *plan(AreaKind.WEB, AreaKind.POPULAR)),
            says="the block of an address: places there, and a trip",
        ),
        "address_beside_places": NamedPage(
            keyword="가상로 56길 꽃집",
            shape=_shape(_ADDRESS, AreaPlan(kind=AreaKind.PLACES), *_GOODS, *plan(AreaKind.POPULAR)),
            says="the block of an address above a place block",
        ),
        "influencer_topics": NamedPage(
            keyword="소형 식기세척기",
            shape=_shape(*plan(AreaKind.POWERLINK, AreaKind.TOPICS, AreaKind.POPULAR, AreaKind.WEB)),
            says="ugB_itM: topics of influencers, cards that lead to no post",
        ),
        "quiet_areas": NamedPage(
            keyword="어린이 과학책",
            shape=_QUIET_AREAS,
            says=f"areas without a rank: {', '.join(code.partition('*')[0] for code in _QUIET_CODES)}",
        ),
        "related_cafe": NamedPage(
            keyword="초등 돌봄 신청",
            shape=_shape(
                *plan(AreaKind.POWERLINK, AreaKind.POPULAR),
                AreaPlan(kind=AreaKind.POPULAR_CAFE, listed_as="heB_ceR*c"),
            ),
            says="heB_ceR: related posts of cafes",
        ),
        "unknown_area": NamedPage(
            keyword="수경 재배 입문",
            shape=_shape(
                *plan(AreaKind.POWERLINK, AreaKind.POPULAR),
                AreaPlan(kind=AreaKind.POPULAR, listed_as="mvX_ltT*z", cards=4),
                *plan(AreaKind.WEB),
            ),
            says="posts in an area of a code that nobody has seen",
        ),
        "paid_and_organic": NamedPage(
            keyword="가상역 회식",
            shape=_shape(AreaPlan(kind=AreaKind.PLACES, ads=3, paid_organic=2), *_GOODS, *plan(AreaKind.POPULAR)),
            says="places that pay for a row and have an organic one",
        ),
        "older_build": NamedPage(
            keyword="가상역 브런치",
            shape=_OLDER_BUILD,
            says="the build of 2025: list items, no areas in attributes, rows of searches between the posts",
        ),
        "refusal_words": NamedPage(
            keyword="가상역 심부름",
            shape=_REFUSED_IN_WORDS,
            says="places and posts whose names are the words of a refusal",
        ),
        "refusal_words_asked": NamedPage(
            keyword="과도한 접근 요청 서비스 이용이 제한되었습니다",
            shape=_shape(AreaPlan(kind=AreaKind.PLACES), *_GOODS, *plan(AreaKind.POPULAR, AreaKind.WEB)),
            says="a keyword of such words, which then stand in the title and in every passage",
        ),
    }
)
