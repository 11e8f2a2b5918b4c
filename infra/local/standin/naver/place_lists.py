"""(seed, keyword, device, location) → the place list of a keyword: its rows on all pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from infra.local.standin.naver import words
from infra.local.standin.naver.draw import Draw
from infra.local.standin.naver.items import draw_place
from infra.local.standin.naver.pages.named_pages import NAMED_PAGES
from infra.local.standin.naver.truth.list_truth import ListRow, ListTruth, RowSort
from sunwi.domain.tracking import Device, Surface

#: Rows of a page when the request does not say, and the most it can ask for.
USUAL_DISPLAY, MOST_DISPLAY = 70, 100
#: Naver gives no more rows, however many places it counts.
_MOST_ROWS = 360
#: From so many rows on, Naver counts more places than it gives.
_MANY = 300
_NEW_PERCENT = 4
#: Another place asks for another order: a row moves by so many places at most.
_DRIFT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ListShape:
    """What the list of a keyword is like.

    Attributes:
        rows: How many rows `start` counts.
        ads: Paid rows at the top of the first page.
        ads_count: Whether `start` counts the paid rows, and the list of the state holds them.
        has_ids: Whether a row names its place; else only the state does.
        titles: What every third place is called, in turn, before the name of its branch.
    """

    rows: int
    ads: int = 2
    ads_count: bool = False
    has_ids: bool = True
    titles: tuple[str, ...] = ()


#: Lists that are needed in one certain form.
PLANNED_LISTS: Mapping[str, ListShape] = MappingProxyType(
    {
        "가상역 국밥": ListShape(rows=330),
        "시범로 미용실": ListShape(rows=310, ads_count=True),
        "모의동 치과": ListShape(rows=305, has_ids=False),
        "새벽 제과점": ListShape(rows=141, ads=0),
        "모의동 카페": ListShape(rows=8),
        "퓨트라곤 세밀라": ListShape(rows=0, ads=0),
        NAMED_PAGES["refusal_words"].keyword: ListShape(rows=40, titles=words.REFUSALS),
    }
)


def list_shape(seed: int, keyword: str) -> ListShape:
    """Return the planned shape of a keyword's list, or draw one: many rows, some, or a few."""
    if keyword in PLANNED_LISTS:
        return PLANNED_LISTS[keyword]
    draw = Draw(seed, "list shape", keyword)
    low, high = draw.pick(((300, _MOST_ROWS), (300, _MOST_ROWS), (71, 250), (3, 30)))
    return ListShape(
        rows=draw.number(low, high), ads=draw.number(0, 3), ads_count=draw.chance(30), has_ids=draw.chance(70)
    )


@lru_cache(maxsize=64)
def place_list_truth(seed: int, keyword: str, device: Device = Device.PC, location: str = "") -> ListTruth:
    """Decide the place list of a keyword.

    Args:
        seed: Of the site; another seed is another web.
        keyword: As asked.
        device: PC and mobile list the same places, in another order.
        location: Where the visitor stands, as `written_location` writes it: another order again.
    """
    shape = list_shape(seed, keyword)
    draw = Draw(seed, "list", keyword)
    drawn = [_draw_row(draw, number, shape.titles) for number in range(shape.rows + shape.ads)]
    order = Draw(seed, "list order", keyword, device, location)
    rows = _moved(order, drawn[shape.ads :])
    ads = [row.item for row in drawn[: shape.ads]]
    organic = [row.item for row in rows if row.sort is RowSort.ORGANIC]
    if len(ads) > 1 and len(organic) > 1:
        ads[-1] = organic[1]
    if shape.ads_count:
        rows = [*(ListRow(item=ad, sort=RowSort.AD) for ad in ads), *rows][: shape.rows]
    return ListTruth(
        seed=seed,
        keyword=keyword,
        device=device,
        surface=Surface.PLACE_LIST,
        location=location,
        rows=tuple(_with_repeats(order, rows)),
        ads=() if shape.ads_count else tuple(ads),
        total=shape.rows if shape.rows < _MANY else draw.number(900, 30_000),
        page_size=USUAL_DISPLAY,
    )


def written_location(x: str, y: str) -> str:
    """Write coordinates in degrees as a location; nothing for what is no pair of numbers."""
    try:
        return f"{float(x):.4f},{float(y):.4f}"
    except ValueError:
        return ""


def _draw_row(draw: Draw, number: int, titles: tuple[str, ...]) -> ListRow:
    is_new = draw.chance(_NEW_PERCENT)
    place = draw_place(draw, is_new=is_new)
    title = titles[number // 3 % len(titles)] if titles and number % 3 == 0 else place.title
    named = replace(place, title=f"{title} {words.branch(number)}")
    return ListRow(item=named, sort=RowSort.NEW_OPENING if is_new else RowSort.ORGANIC)


def _moved(order: Draw, rows: Sequence[ListRow]) -> list[ListRow]:
    """Move rows by some places, as they stand nearer to one visitor or to another."""
    keys = [place + order.number(0, _DRIFT) for place in range(len(rows))]
    return [rows[place] for place in sorted(range(len(rows)), key=lambda place: (keys[place], place))]


def _with_repeats(order: Draw, rows: Sequence[ListRow]) -> list[ListRow]:
    """Let some pages begin with a place that the page before has shown; there are no more rows for it."""
    repeated = list(rows)
    for boundary in range(USUAL_DISPLAY, len(rows), USUAL_DISPLAY):
        place = boundary + order.number(0, 5)
        earlier = repeated[place - order.number(10, 50)] if place < len(rows) else None
        if earlier is not None and earlier.sort is RowSort.ORGANIC and order.chance(70):
            repeated.insert(place, earlier)
    return repeated[: len(rows)]
