"""The place block: shown rows, checked against the page state.

Source: docs/naver.md, place block.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sunwi.domain.reading import LeftOut, Presence
from sunwi.naver.apollo import PlaceState, read_place_state
from sunwi.naver.areas import is_place_area
from sunwi.naver.document import PageDocument
from sunwi.naver.found_card import FoundCard
from sunwi.naver.place_rows import PlaceRow, read_place_rows
from sunwi.naver.sections import SectionList


@dataclass(frozen=True, slots=True)
class PlaceBlock:
    """What the page shows of places."""

    presence: Presence
    cards: tuple[FoundCard, ...]
    left_out: tuple[LeftOut, ...]
    evidence: tuple[str, ...]


def read_place_block(document: PageDocument, sections: SectionList, positions: Mapping[int, int]) -> PlaceBlock:
    """Read the shown organic rows; they must be a prefix of the state's organic order.

    Args:
        document: A recognised integrated page.
        sections: The page's own list of its areas.
        positions: Place of each element in the document, by its memory id.
    """
    state = read_place_state(document)
    rows = read_place_rows(document, sections, state)
    shown = [row for row in rows if not row.left_out]
    cards = tuple(
        FoundCard(
            position=positions.get(row.node.mem_id, len(positions)),
            area=row.area,
            id=row.id,
            title=state.names.get(row.id, row.title),
            url=row.url,
        )
        for row in shown
    )
    presence, evidence = _compare(sections, state, shown)
    return PlaceBlock(presence, cards, _left_out(rows, shown, state), evidence)


def _compare(sections: SectionList, state: PlaceState, shown: Sequence[PlaceRow]) -> tuple[Presence, tuple[str, ...]]:
    listed = [code for code in sections.main if is_place_area(code)]
    if not listed and not shown and state.organic is None:
        return Presence.ABSENT, ("places: no area listed, no rows, no state",)
    ids = tuple(row.id for row in shown)
    problems = [f"places: row {row.id} links another place" for row in shown if row.is_torn]
    if not shown:
        problems.append("places: no organic row is shown")
    if state.organic is None:
        problems.append("places: no organic list in the page state")
    elif not any(ids == order[: len(ids)] for order in state.orders):
        problems.append(f"places: rows {' '.join(ids)} do not start the state's {' '.join(state.organic)}"[:400])
    unlisted = {row.area for row in shown} - set(sections.main)
    if unlisted or not (listed or shown):
        problems.append(f"places: not in the page's list of areas: {' '.join(sorted(unlisted))}".rstrip(": "))
    if problems:
        return Presence.SUSPECT, tuple(problems)
    return Presence.PRESENT, (f"places: {len(ids)} rows start the state's {len(state.organic or ())}",)


def _left_out(rows: Sequence[PlaceRow], shown: Sequence[PlaceRow], state: PlaceState) -> tuple[LeftOut, ...]:
    ranked = {row.id for row in shown}
    left = {(row.id, row.left_out): None for row in rows if row.left_out}
    named = ranked | {row.id for row in rows}
    left.update({(number, "not_shown"): None for number in state.organic or () if number not in named})
    left.update({(number, "new_opening"): None for number in sorted(state.openings - named)})
    return tuple(LeftOut(number, reason) for number, reason in left)
