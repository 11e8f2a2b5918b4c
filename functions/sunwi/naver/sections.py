"""The page's own list of its areas, in page order."""

import re
from dataclasses import dataclass

from sunwi.naver.areas import area_code
from sunwi.naver.document import PageDocument, assigned_values, decode_value

_SECTION = re.compile(r"naver\.search\.section\s*=\s*(?=\{)")
_AREA_INFO = re.compile(r"nx_cr_area_info\s*=\s*(?=\[)")
#: The list is a script object, not JSON: it ends with a function. Its columns are JSON.
_COLUMN = re.compile(r"[{,]\s*[\"']?(\w+)[\"']?\s*:\s*(?=\[)")


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
    for script in document.scripts:
        match = _SECTION.search(script) if "naver.search.section" in script else None
        if match is not None and (found := _read_columns(script, match.end())) is not None:
            return found
    for _, value in assigned_values(document, "nx_cr_area_info", _AREA_INFO):
        if isinstance(value, list):
            return SectionList(_codes(value, "n"))
    return None


def read_marked_sections(document: PageDocument) -> SectionList | None:
    """List the areas by the marks that they carry on the page itself; None where there is none.

    For mobile pages, of which it is not known whether all print a list.
    """
    codes = (
        area_code(attributes.get("data-slog-id") or attributes.get("data-meta-area") or "")
        for node in document.tree.css("[data-slog-id], [data-meta-area]")
        if node.mem_id not in document.beside
        for attributes in (node.attributes,)
    )
    main = tuple(dict.fromkeys(code for code in codes if code))
    return SectionList(main, is_derived=True) if main else None


def _read_columns(script: str, start: int) -> SectionList | None:
    columns: dict[str, tuple[str, ...]] = {}
    position = start
    while (match := _COLUMN.match(script, position)) is not None:
        decoded = decode_value(script, match.end())
        if decoded is None or not isinstance(decoded[0], list):
            break
        columns[match[1]] = _codes(decoded[0], "area")
        position = decoded[1]
        position += len(script[position : position + 80]) - len(script[position : position + 80].lstrip())
    if not columns:
        return None
    main = columns.get("main", next(iter(columns.values())))
    side = frozenset(code for codes in columns.values() for code in codes) - frozenset(main)
    return SectionList(main, side)


def _codes(entries: list[object], name: str) -> tuple[str, ...]:
    areas = (entry.get(name) for entry in entries if isinstance(entry, dict))
    return tuple(code for area in areas if isinstance(area, str) and (code := area_code(area)))
