"""(seed, keyword, device) → the truth of a page → its markup. Nothing here reads a clock or a file."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from itertools import cycle
from types import MappingProxyType

from infra.local.standin.naver import items
from infra.local.standin.naver.draw import Draw
from infra.local.standin.naver.items import Item, SiteSort
from infra.local.standin.naver.markup.page import render_page
from infra.local.standin.naver.planned_shapes import PLANNED_SHAPES
from infra.local.standin.naver.shapes import (
    MOBILE_PLACES,
    USUAL_CARDS,
    AreaPlan,
    Shape,
    Vertical,
    draw_shape,
    listed_as,
)
from infra.local.standin.naver.truth.truth import Area, AreaKind, PageTruth
from sunwi.domain.tracking import Device

#: More than a page ever shows, so that devices can show different ones of the same.
_POOL = 12
#: The third card is the one that may link further posts.
_BUNDLING_POSITION = 2
#: Sorts of card that an area usually has, by position; repeated when there are more cards.
_SORTS = {
    AreaKind.POPULAR: ("blog", "blog", "cafe", "profile", "cafe", "profile", "blog"),
    AreaKind.UPPER_BOXES: ("cafe", "cafe", "cafe", "cafe", "blog"),
    AreaKind.LOWER_BOXES: ("blog",) * 4 + ("web of blog",) * 2 + ("blog", "web", "blog", "web"),
    AreaKind.TOPIC_1: ("influencer", "blog", "cafe"),
    AreaKind.TOPIC_2: ("influencer", "blog", "cafe"),
    AreaKind.POPULAR_CAFE: ("cafe",),
    AreaKind.INFLUENCERS: ("influencer",),
    AreaKind.WEB: ("web",),
    AreaKind.LISTED_POSTS: ("blog", "cafe", "blog", "blog", "cafe", "profile", "blog"),
}

#: How each sort of card is drawn.
_DRAWN: Mapping[str, Callable[[Draw, str], Item]] = MappingProxyType(
    {
        "blog": items.draw_blog_post,
        "cafe": items.draw_cafe_post,
        "influencer": items.draw_influencer_post,
        "foreign": items.draw_foreign_post,
        "profile": lambda draw, keyword: items.draw_blog_post(
            draw, keyword, profile=f"si_profile{draw.number(100, 999)}"
        ),
        "web": items.draw_web_page,
        "web of blog": partial(items.draw_web_page, of_blog=True),
        "web of many": partial(items.draw_web_page, further=1),
        **{sort.value: partial(items.draw_site_card, sort=sort) for sort in SiteSort},
    }
)


def page_truth(seed: int, keyword: str, device: Device = Device.PC, *, shape: Shape | None = None) -> PageTruth:
    """Decide what stands on a page.

    Args:
        seed: Of the site; another seed is another web.
        keyword: As asked.
        device: PC and mobile pages show the same places and posts, in different order.
        shape: Areas to draw instead of the keyword's own.
    """
    wanted = shape or PLANNED_SHAPES.get(keyword) or draw_shape(seed, keyword, device)
    areas: list[Area] = []
    for plan in wanted.areas:
        draw = Draw(seed, keyword, plan.kind, *filter(None, (plan.listed_as,)))
        areas.append(_area(draw, plan, wanted.vertical, (keyword, device), areas))
    return PageTruth(seed=seed, keyword=keyword, device=device, areas=tuple(_titled(areas, wanted.titles)))


def _titled(areas: Iterable[Area], titles: tuple[str, ...]) -> Iterator[Area]:
    """Call every other card what the shape says."""
    names = cycle(titles)
    for area in areas:
        cards = (
            replace(card, title=next(names)) if titles and number % 2 == 0 else card
            for number, card in enumerate(area.cards)
        )
        yield replace(area, cards=tuple(cards))


@lru_cache(maxsize=16)
def page_html(seed: int, keyword: str, device: Device = Device.PC, *, shape: Shape | None = None) -> str:
    """Write a page of Naver's integrated search."""
    return render_page(page_truth(seed, keyword, device, shape=shape))


def _area(draw: Draw, plan: AreaPlan, vertical: Vertical, asked: tuple[str, Device], before: list[Area]) -> Area:
    keyword, device = asked
    code = listed_as(plan, vertical)
    usual = len(plan.sorts) or USUAL_CARDS.get(plan.kind, 0)
    count = usual if plan.cards is None else plan.cards
    if plan.kind in {AreaKind.PLACES, AreaKind.NX_PLACES}:
        return _places(draw, plan, code, asked)
    if plan.kind is AreaKind.OPENINGS:
        return Area(
            kind=plan.kind,
            listed_as=code,
            openings=tuple(items.draw_place(draw, is_new=True) for _ in range(count)),
        )
    if plan.kind in {AreaKind.PANEL, AreaKind.RECOMMENDED, AreaKind.ADDRESS}:
        return _panel(draw, plan, code, 1 if plan.kind is AreaKind.PANEL else count)
    repeated = [card for area in before for card in area.documents][: plan.repeats]
    fresh = [_post(draw, plan, keyword, position) for position in range(count - len(repeated))]
    cards = [*fresh[:1], *repeated, *fresh[1:]]
    if device is Device.MOBILE:
        cards = [*cards[1:], *cards[:1]]
    return Area(kind=plan.kind, listed_as=code, cards=tuple(cards))


def _places(draw: Draw, plan: AreaPlan, code: str, asked: tuple[str, Device]) -> Area:
    """Draw a place block; with several paid rows, the last one is of a place that is listed too."""
    shown = USUAL_CARDS[plan.kind] if plan.cards is None else plan.cards
    ads = [items.draw_place(draw) for _ in range(plan.ads)]
    pool = [items.draw_place(draw) for _ in range(_POOL)]
    if len(ads) > 1 and not plan.paid_organic:
        ads[-1] = pool[1]
    hidden = plan.hidden
    if asked[1] is Device.MOBILE:
        shown, hidden = min(shown, MOBILE_PLACES), 0
        pool = Draw(asked, "places").shuffled(pool[: shown + 1])
    ads[: plan.paid_organic] = pool[: plan.paid_organic]
    return Area(
        kind=plan.kind,
        listed_as=code,
        cards=tuple(pool[:shown]),
        ads=tuple(ads),
        hidden=tuple(pool[shown : shown + hidden]),
    )


def _panel(draw: Draw, plan: AreaPlan, code: str, count: int) -> Area:
    """Draw the one place of a panel, what is recommended below it, or the places at an address."""
    return Area(
        kind=plan.kind,
        listed_as=code,
        cards=tuple(items.draw_place(draw) for _ in range(count)),
        ads=tuple(items.draw_place(draw) for _ in range(plan.ads)),
        asides=tuple(items.draw_place(draw) for _ in range(plan.asides)),
    )


def _post(draw: Draw, plan: AreaPlan, keyword: str, position: int) -> Item:
    """Draw the card that usually stands at a position, from 0, of an area."""
    sorts = plan.sorts or _SORTS[plan.kind]
    sort = sorts[position % len(sorts)]
    bundles = plan.bundles if position == _BUNDLING_POSITION else 0
    if bundles and sort in {"blog", "cafe"}:
        draw_one = items.draw_blog_post if sort == "blog" else items.draw_cafe_post
        return draw_one(draw, keyword, bundles=bundles)
    return _DRAWN[sort](draw, keyword)
