"""The page's own list of its areas, in page order."""

import re
from dataclasses import dataclass

from sunwi.sites.naver.blocks.areas import area_code
from sunwi.sites.naver.document import PageDocument, decode_value

_SECTION = re.compile(r"naver\.search\.section\s*=\s*(?=\{)")
_AREA_INFO = re.compile(r"nx_cr_area_info\s*=\s*(?=\[)")
#: The list is a script object, not JSON: it ends with a function. Its columns are JSON.
_COLUMN = re.compile(r"\s*[{,]\s*[\"']?(\w+)[\"']?\s*:\s*(?=\[)")
#: The same list as a script may write it: bare names, single quotes, a comma too many.
_SCRIPT_LIST = re.compile(r"\[\s*((?:\{[^{}\[\]]*\}\s*,?\s*)*)\]")
_SCRIPT_CODE = {name: re.compile(rf"[{{,]\s*[\"']?{name}[\"']?\s*:\s*[\"']([^\"']*)[\"']") for name in ("area", "n")}

#: Marks of an area on the page: behind it, on a box, around boxes, on a row of places.
_MARKS = ("data-slog-id", "data-meta-area", "data-slog-container", "data-laim-exp-id")


@dataclass(frozen=True, slots=True)
class SectionList:
    """Area codes as the page lists them.

    Attributes:
        main: Codes of the main column, first on the page first.
        side: Codes that only the side column has.
        is_derived: Put together from the marks of the areas themselves: what is cut off is not missed.
    """

    main: tuple[str, ...]
    side: frozenset[str] = frozenset()
    is_derived: bool = False


def read_sections(document: PageDocument) -> SectionList | None:
    """Read the list that every search page prints of its areas; None where there is none.

    Source: docs/naver.md, section list.
    """
    found: SectionList | None = None
    for script in document.scripts:
        match = _SECTION.search(script) if "naver.search.section" in script else None
        if match is not None and (found := _read_columns(script, match.end())) is not None:
            break
    if found is not None and found.main:
        return found
    for script in document.scripts:
        match = _AREA_INFO.search(script) if "nx_cr_area_info" in script else None
        if match is not None and (listed := _read_codes(script, match.end(), "n")) is not None:
            return SectionList(listed[0], frozenset() if found is None else found.side)
    return found


def read_marked_sections(document: PageDocument) -> SectionList | None:
    """List the areas by the marks that they carry on the page itself; None where there is none.

    For mobile pages, of which it is not known whether all print a list.
    """
    codes = (
        area_code(next((value for name in _MARKS if (value := node.attributes.get(name))), ""))
        for node in document.tree.css(", ".join(f"[{name}]" for name in _MARKS))
        if node.mem_id not in document.side_column_ids
    )
    main = tuple(dict.fromkeys(code for code in codes if code))
    return SectionList(main, is_derived=True) if main else None


def _read_columns(script: str, start: int) -> SectionList | None:
    columns: dict[str, tuple[str, ...]] = {}
    position = start
    while (match := _COLUMN.match(script, position)) is not None:
        listed = _read_codes(script, match.end(), "area")
        if listed is None:
            break
        columns[match[1]], position = listed
    if not columns:
        return None
    main = columns.get("main", next(iter(columns.values())))
    side = frozenset(code for codes in columns.values() for code in codes) - frozenset(main)
    return SectionList(main, side)


def _read_codes(script: str, start: int, name: str) -> tuple[tuple[str, ...], int] | None:
    """Read the codes of one list and the offset behind it; None where no whole list stands."""
    decoded = decode_value(script, start)
    if decoded is not None:
        if not isinstance(decoded[0], list):
            return None
        areas = [entry.get(name) for entry in decoded[0] if isinstance(entry, dict)]
        return tuple(code for area in areas if isinstance(area, str) and (code := area_code(area))), decoded[1]
    written = _SCRIPT_LIST.match(script, start)
    if written is None:
        return None
    return tuple(code for area in _SCRIPT_CODE[name].findall(written[1]) if (code := area_code(area))), written.end()
