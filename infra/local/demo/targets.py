"""What the demo tracks: for each keyword, places and posts by where they stand on its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from infra.local.standin.naver import items
from infra.local.standin.naver.draw import Draw
from infra.local.standin.naver.items import Item
from infra.local.standin.naver.truth.truth import PageTruth
from sunwi.domain.tracking import Device, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One target.

    Attributes:
        kind: What it is tracked as.
        where: Area code of its card; or `ad`, `opening`, `hidden`, `bundled` or `elsewhere`, where it has none.
        rank: From 1, of the card, or among those of its sort.
    """

    kind: Kind
    where: str
    rank: int = 1
    device: Device = Device.PC


def find_item(pick: Pick, truth: PageTruth) -> Item:
    """Return what a pick names, off the page's truth.

    Raises:
        LookupError: The page has nothing there.
    """
    others: Mapping[str, Sequence[Item]] = {
        "ad": [item for area in truth.areas for item in area.ads],
        "opening": [item for area in truth.areas for item in area.openings],
        "hidden": [item for area in truth.areas for item in area.hidden],
        "bundled": [item for card in truth.cards for item in card.item.bundled],
        "elsewhere": [_made_up(pick.kind, truth)],
    }
    if pick.where in others:
        return others[pick.where][pick.rank - 1]
    found = [card.item for card in truth.cards if card.area == pick.where and card.rank == pick.rank]
    if not found:
        raise LookupError(f"the page of {truth.keyword!r} has no card {pick.rank} in {pick.where}")
    return found[0]


def _made_up(kind: Kind, truth: PageTruth) -> Item:
    """Something of the right sort that stands on no page."""
    draw = Draw(truth.seed, "elsewhere", truth.keyword, kind)
    match kind:
        case Kind.PLACE:
            return items.draw_place(draw)
        case Kind.BLOG:
            return items.draw_blog_post(draw, truth.keyword)
        case _:
            return items.draw_cafe_post(draw, truth.keyword)


def _place(where: str, *ranks: int, device: Device = Device.PC) -> tuple[Pick, ...]:
    return tuple(Pick(kind=Kind.PLACE, where=where, rank=rank, device=device) for rank in ranks)


def _blog(where: str, *ranks: int, device: Device = Device.PC) -> tuple[Pick, ...]:
    return tuple(Pick(kind=Kind.BLOG, where=where, rank=rank, device=device) for rank in ranks)


def _cafe(where: str, *ranks: int, device: Device = Device.PC) -> tuple[Pick, ...]:
    return tuple(Pick(kind=Kind.CAFE, where=where, rank=rank, device=device) for rank in ranks)


_NO_PLACE = _place("elsewhere", 1)
_MOBILE = Device.MOBILE

#: Keyword → targets.
PICKS: Mapping[str, tuple[Pick, ...]] = MappingProxyType(
    {
        "가상역 국밥": (
            *_place("nmb_rnk", 1, 3, 6), *_place("ad", 1), *_place("opening", 4), *_place("hidden", 1),
            *_blog("ugB_b1R", 1, 2), *_cafe("ugB_ctR", 1, 3),
        ),
        "모의동 카페": (*_place("loc_plc", 1, 5), *_place("elsewhere", 1), *_blog("ugB_bsR", 4), *_cafe("ugB_bsR", 3)),
        "시범로 미용실": (*_place("nmb_hai", 2, 6), *_place("ad", 1), *_blog("ugB_b2R", 2), *_cafe("ugB_b1R", 3)),
        "새벽 제과점": (*_place("nmb_rnk", 4), *_place("opening", 1, 9), *_place("hidden", 1), *_blog("ugB_bsR", 1)),
        "모의동 치과": (
            *_place("loc_plc", 2), *_place("loc_plc", 1, 5, device=_MOBILE), *_cafe("ugB_ctR", 2),
            *_blog("ugB_bsR", 7, device=_MOBILE),
        ),
        "수분크림 후기": (*_blog("ugB_bsR", 1, 7), *_cafe("ugB_bsR", 3), *_cafe("bundled", 1), *_NO_PLACE),
        "임플란트 비용": (*_blog("ugB_bsR", 2, 6), *_cafe("ugB_bsR", 5), *_NO_PLACE),
        "캠핑 의자 추천": (*_blog("ugB_bsR", 1), *_cafe("ugB_b1R", 4), *_blog("ugB_b2R", 2), *_blog("elsewhere", 1)),
        "아기 이유식 순서": (*_cafe("ugB_bsR", 3, 5), *_cafe("ugB_ctR", 3), *_cafe("elsewhere", 1)),
        "홈카페 원두": (*_blog("ugB_bsR", 2), *_cafe("bundled", 2), *_blog("ugB_b1R", 2)),
        "여름 원피스 코디": (*_cafe("urB_coR", 1, 4), *_blog("urB_boR", 1, 5), *_NO_PLACE),
        "원목 식탁": (*_blog("urB_coR", 5), *_blog("urB_boR", 9), *_cafe("elsewhere", 1)),
        "반려견 미용 가격": (*_cafe("urB_coR", 2), *_blog("urB_boR", 4), *_cafe("ugB_ctR", 1), *_NO_PLACE),
        "필라테스 초보": (*_blog("ugB_ipR", 3), *_cafe("ugB_b1R", 3), *_blog("elsewhere", 1)),
        "겨울 등산화": (*_blog("ugB_bsR", 1, 7), *_cafe("ugB_bsR", 5)),
        "허리 스트레칭": (*_blog("ugB_bsR", 1), *_cafe("ugB_bsR", 3)),
        "이사 견적": (*_blog("urB_boR", 2), *_cafe("urB_coR", 3), *_NO_PLACE),
        "제주 렌트카": (*_NO_PLACE, *_blog("elsewhere", 1)),
        "가상역 꽃집": (*_place("opening", 2), *_blog("elsewhere", 1)),
        "퓨트라곤 세밀라": (*_blog("elsewhere", 1), *_cafe("elsewhere", 1)),
    }
)  # fmt: skip
