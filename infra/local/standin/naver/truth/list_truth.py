"""What a list of several pages holds, as its generator knows it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from infra.local.standin.naver.items import Item
from infra.local.standin.naver.truth.truth import RankedCard
from sunwi.domain.tracking import Device, Surface


class RowSort(StrEnum):
    """Why a row takes a rank, or none."""

    ORGANIC = "organic"
    AD = "ad"
    NEW_OPENING = "new_opening"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """One row that Naver counts when it cuts the list into pages."""

    item: Item
    sort: RowSort = RowSort.ORGANIC


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTruth:
    """One list, in full.

    Attributes:
        location: As in `PageKey`; only the place list depends on it.
        rows: All that `start` counts, first row first; a place or post can stand there twice.
        ads: Paid rows above the first page's own, which `start` does not count.
        total: How many rows the pages say there are; Naver says more than it gives.
        page_size: Rows of a page, unless the request says otherwise.
        area: Naver's own code of the list, where its pages have one; else the surface's name.
    """

    seed: int
    keyword: str
    device: Device
    surface: Surface
    location: str = ""
    rows: tuple[ListRow, ...]
    ads: tuple[Item, ...] = ()
    total: int
    page_size: int
    area: str = ""

    @property
    def cards(self) -> tuple[RankedCard, ...]:
        """All organic rows of all pages, each place or post once, where it stands first."""
        return tuple(self._ranked())

    @property
    def left_out(self) -> dict[str, str]:
        """Rows that take no rank: id → `ad` or `new_opening`; a place can have an organic row as well."""
        reasons = {row.item.id: row.sort.value for row in self.rows if row.sort is not RowSort.ORGANIC}
        return {item.id: RowSort.AD.value for item in self.ads} | reasons

    @property
    def starts(self) -> tuple[int, ...]:
        """`start` of every page that has rows, when each is asked for behind the rows of the one before."""
        return tuple(range(1, len(self.rows) + 1, self.page_size))

    def page(self, start: int, size: int | None = None) -> tuple[ListRow, ...]:
        """Return the rows of one page, `start` from 1; nothing behind the end."""
        return self.rows[start - 1 : start - 1 + (size or self.page_size)]

    def following(self, start: int) -> int | None:
        """Return the `start` of the page behind one, or None at the end."""
        behind = start + self.page_size
        return behind if behind <= len(self.rows) else None

    def find(self, target_id: str) -> RankedCard | None:
        """Return the card of a target, or None when no row shows it."""
        return next((card for card in self.cards if card.id == target_id or target_id in card.item.aliases), None)

    def as_json(self) -> dict[str, Any]:
        """Return the truth as plain data."""
        return {
            "seed": self.seed,
            "keyword": self.keyword,
            "device": self.device.value,
            "surface": self.surface.value,
            "location": self.location,
            "cards": [card.as_json() for card in self.cards],
            "left_out": self.left_out,
            "raw": {
                "rows": [{"id": row.item.id, "sort": row.sort.value} for row in self.rows],
                "ads": [item.id for item in self.ads],
                "total": self.total,
                "page_size": self.page_size,
                "starts": list(self.starts),
            },
        }

    def _ranked(self) -> Iterator[RankedCard]:
        seen: set[str] = set()
        for row in self.rows:
            if row.sort is RowSort.ORGANIC and row.item.id not in seen:
                seen.add(row.item.id)
                rank = len(seen)
                yield RankedCard(item=row.item, area=self.area or self.surface.value, rank=rank, page_rank=rank)
