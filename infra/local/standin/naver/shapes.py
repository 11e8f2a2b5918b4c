"""Which areas the page of a keyword has, and how much stands in each."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from infra.local.standin.naver.draw import Draw
from infra.local.standin.naver.truth.truth import AreaKind
from sunwi.domain.tracking import Device


class Vertical(StrEnum):
    """Sort of business that a place block lists; Naver names state and attributes after it."""

    RESTAURANT = "restaurant"
    PLACE = "place"
    HAIRSHOP = "hairshop"


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaPlan:
    """One area to draw.

    Attributes:
        cards: Organic cards; None means as many as usual for its kind.
        ads: Paid rows of a place block.
        paid_organic: So many of the first organic places have one of the paid rows as well; without, the second
            place has one where there are several.
        hidden: Entries of the page state that no row shows; the mobile page has none.
        bundles: Posts that the third card links beside its own.
        repeats: Cards that show a post of an earlier area again.
        listed_as: Naver's code, where it is not the usual one of the kind.
        sorts: Sort of each card, where they are not the usual ones; see `generator`.
        asides: Recommendations of a panel, or places of a trip beside an address.
    """

    kind: AreaKind
    cards: int | None = None
    ads: int = 0
    paid_organic: int = 0
    hidden: int = 1
    bundles: int = 0
    repeats: int = 0
    listed_as: str = ""
    sorts: tuple[str, ...] = ()
    asides: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The areas of a page, first on the page first.

    Attributes:
        titles: What every other place and post is called, in turn, whatever it would be called else.
    """

    areas: tuple[AreaPlan, ...]
    vertical: Vertical = Vertical.RESTAURANT
    titles: tuple[str, ...] = ()


_LISTED_AS = {
    AreaKind.POWERLINK: "pwl_nop",
    AreaKind.OPENINGS: "nop_res",
    AreaKind.POPULAR: "ugB_bsR*btf",
    AreaKind.UPPER_BOXES: "urB_coR*cb",
    AreaKind.LOWER_BOXES: "urB_boR*bw",
    AreaKind.TOPIC_1: "ugB_b1R*f",
    AreaKind.TOPIC_2: "ugB_b2R*f",
    AreaKind.POPULAR_CAFE: "ugB_ctR*c",
    AreaKind.INFLUENCERS: "ugB_ipR*f",
    AreaKind.POST_ADS: "ugB_adR*o",
    AreaKind.WEB: "web_gen*w",
    AreaKind.CLIP: "vdB_cpC*s",
    AreaKind.SHOPPING: "shp_gui*p0a",
    AreaKind.STORES: "shs_lis*A",
    AreaKind.IMAGES: "urB_imM*N",
    AreaKind.KEYWORDS: "kwX_ndT",
    AreaKind.BRIEFING: "abL_baX*mrqs",
    AreaKind.PANEL: "nmb_lpa*1i",
    AreaKind.RECOMMENDED: "rbp_lpa*e",
    AreaKind.NX_PLACES: "loc_plc",
    AreaKind.ADDRESS: "loc_adr",
    AreaKind.TOPICS: "ugB_itM",
    AreaKind.QUIET: "__option",
    AreaKind.LISTED_POSTS: "ugB_bsR*b",
}
_PLACES_LISTED_AS = {
    Vertical.RESTAURANT: "nmb_rnk*m",
    Vertical.PLACE: "loc_plc",
    Vertical.HAIRSHOP: "nmb_hai*m",
}

#: Cards that an area has when its plan does not say.
USUAL_CARDS: Mapping[AreaKind, int] = MappingProxyType(
    {
        AreaKind.PLACES: 6,
        AreaKind.OPENINGS: 9,
        AreaKind.POPULAR: 7,
        AreaKind.UPPER_BOXES: 5,
        AreaKind.LOWER_BOXES: 10,
        AreaKind.TOPIC_1: 3,
        AreaKind.TOPIC_2: 3,
        AreaKind.POPULAR_CAFE: 3,
        AreaKind.INFLUENCERS: 3,
        AreaKind.WEB: 3,
        AreaKind.NX_PLACES: 6,
        AreaKind.ADDRESS: 3,
        AreaKind.LISTED_POSTS: 7,
    }
)
#: The mobile page shows one place fewer.
MOBILE_PLACES = 5


def listed_as(plan: AreaPlan, vertical: Vertical) -> str:
    """Return Naver's code of an area, as the page's own list has it."""
    usual = _PLACES_LISTED_AS[vertical] if plan.kind is AreaKind.PLACES else _LISTED_AS[plan.kind]
    return plan.listed_as or usual


def plan(*kinds: AreaKind) -> tuple[AreaPlan, ...]:
    """Plan areas with as many cards as usual."""
    return tuple(AreaPlan(kind=kind) for kind in kinds)


#: Nothing organic at all.
ADS_ONLY = Shape(areas=plan(AreaKind.POWERLINK, AreaKind.SHOPPING, AreaKind.STORES, AreaKind.POST_ADS))
#: New openings, and no place block above them.
OPENINGS_ONLY = Shape(areas=plan(AreaKind.POWERLINK, AreaKind.OPENINGS, AreaKind.CLIP, AreaKind.WEB))


def draw_shape(seed: int, keyword: str, device: Device) -> Shape:
    """Draw the shape of a keyword's page; the same on every device, but for the number of places."""
    draw = Draw(seed, "shape", keyword)
    areas: list[AreaPlan] = []
    if draw.chance(70):
        areas += plan(AreaKind.POWERLINK)
    has_places = draw.chance(45)
    if has_places:
        shown = draw.number(4, 6) if device is Device.PC else MOBILE_PLACES
        areas.append(AreaPlan(kind=AreaKind.PLACES, cards=shown, ads=draw.number(0, 2), hidden=1))
        areas += plan(AreaKind.OPENINGS) if draw.chance(60) else ()
    areas += plan(AreaKind.CLIP, AreaKind.SHOPPING, AreaKind.STORES)
    areas += _draw_posts(draw, has_places=has_places)
    return Shape(areas=tuple(areas), vertical=draw.pick(tuple(Vertical)))


def _draw_posts(draw: Draw, *, has_places: bool) -> tuple[AreaPlan, ...]:
    bundles = draw.number(0, 2)
    choices: tuple[tuple[AreaPlan, ...], ...] = (
        (AreaPlan(kind=AreaKind.POPULAR, bundles=bundles), *plan(AreaKind.KEYWORDS, AreaKind.WEB)),
        (
            *plan(AreaKind.BRIEFING, AreaKind.UPPER_BOXES, AreaKind.IMAGES),
            *plan(AreaKind.LOWER_BOXES, AreaKind.KEYWORDS),
        ),
        (
            *plan(AreaKind.POST_ADS, AreaKind.INFLUENCERS, AreaKind.TOPIC_1, AreaKind.KEYWORDS),
            *plan(AreaKind.TOPIC_2, AreaKind.WEB, AreaKind.POPULAR_CAFE),
        ),
        (AreaPlan(kind=AreaKind.POPULAR, bundles=bundles), *plan(AreaKind.TOPIC_1, AreaKind.POPULAR_CAFE)),
    )
    return draw.pick(choices[2:] if has_places and draw.chance(50) else choices)
