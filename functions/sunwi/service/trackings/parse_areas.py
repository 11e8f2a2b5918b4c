"""What a person typed about areas → what counts for a tracking."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from sunwi.domain.exposure_criteria import ExposureCriteria, NamedArea
from sunwi.domain.tracking import Kind, Surface
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput
from sunwi.sites.naver.blocks.areas import COUNTED_SORTS, AreaSort, area_code, is_aside_area, sort_of_area

#: Names that an area may be given by, the one for messages first; case and spaces do not matter.
AREA_NAMES: Mapping[NamedArea, tuple[str, ...]] = MappingProxyType(
    {
        NamedArea.PLACE_BLOCK: ("플레이스", "플레이스블록", "place"),
        NamedArea.POPULAR_POSTS: ("인기글", "popular"),
        NamedArea.SMART_BLOCKS: ("스마트블록", "smart", "smart block"),
        NamedArea.INFLUENCERS: ("인플루언서", "influencer"),
        NamedArea.POPULAR_CAFE_POSTS: ("카페인기글", "인기카페글", "popular cafe"),
        NamedArea.SINGLE_BOXES: ("단독글", "개별글", "단일글", "single", "single box"),
        NamedArea.WEB_PAGES: ("웹문서", "웹사이트", "web"),
    }
)

#: More than anyone means, and still short enough to be stored as one text.
MAX_AREAS = 12
#: Longest code that is stored with a rank, in characters.
_MAX_CODE_LENGTH = 20

_SEPARATORS = re.compile(r"[,;|/+\n]")
_YES = frozenset({"y", "yes", "true", "1", "o", "예", "네", "집계", "포함"})
_NO = frozenset({"", "n", "no", "false", "0", "x", "아니오", "아니요", "미집계", "제외"})


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).casefold().replace("_", " ").split())


_AREA_OF_NAME = {_plain(name): area for area, names in AREA_NAMES.items() for name in (area.value, *names)}


def parse_areas(text: str) -> frozenset[str]:
    """Read names or codes of areas, set off by `,` `;` `|` `/` `+` or a new line; none means every organic area.

    A code is taken when Sunwi counts cards in areas of its sort, whether or not there is a name for it.

    Raises:
        InvalidInput: One is neither, or holds no ranks; the message lists what is known.
    """
    parts = [part.strip() for part in _SEPARATORS.split(text)]
    areas = frozenset(_parse_area(part) for part in parts if part)
    if len(areas) > MAX_AREAS:
        raise InvalidInput(
            f"{len(areas)} areas (영역) are too many: name {MAX_AREAS} at most, or leave it empty for all",
            code="areas_too_many",
            count=len(areas),
            most=MAX_AREAS,
        )
    return areas


def parse_bundled(text: str) -> bool:
    """Read whether bundled links count; nothing means no.

    Raises:
        InvalidInput: Neither yes nor no.
    """
    plain = _plain(text)
    if plain not in _YES | _NO:
        raise InvalidInput(
            f"the bundled (묶음) {quote(text.strip())} is neither yes nor no: write 예 or 아니오, yes or no",
            code="bundled_unknown",
            typed=text.strip(),
        )
    return plain in _YES


def check_counting(kind: Kind, surface: Surface, counting: ExposureCriteria) -> None:
    """See that a tracking can count what it is to count.

    Raises:
        InvalidInput: It never can; the message names everything.
    """
    if problems := list(counting_problems(kind, surface, counting)):
        raise InvalidInput.of_all(problems)


def counting_problems(kind: Kind, surface: Surface, counting: ExposureCriteria) -> Iterator[InvalidInput]:
    """Describe what a tracking of a kind and surface can never count."""
    if counting.bundled and kind is Kind.PLACE:
        yield InvalidInput(
            "a place is never bundled in another card: leave the bundled (묶음) empty",
            code="places_never_bundled",
        )
    if not counting.areas:
        return
    if surface is not Surface.INTEGRATED:
        yield InvalidInput(
            f"the {surface} surface (화면) is one list: leave the areas (영역) empty, or use integrated",
            code="surface_without_areas",
            surface=surface,
        )
        return
    wrong = sorted(area for area in counting.areas if _is_for_places(area) is not (kind is Kind.PLACE))
    if wrong:
        yield InvalidInput(
            f"the areas (영역) {', '.join(wrong)} never show a {kind}: leave them out",
            code="areas_of_other_kind",
            kind=kind,
            areas=wrong,
        )


def _parse_area(text: str) -> str:
    if named := _AREA_OF_NAME.get(_plain(text)):
        return named.value
    code = area_code(text)
    if is_aside_area(code):
        raise InvalidInput(
            f"the area (영역) {quote(code)} holds no organic cards, so nothing has a rank there: leave it out",
            code="area_without_ranks",
            area=code,
        )
    is_counted = sort_of_area(code) in COUNTED_SORTS
    if not is_counted or not re.fullmatch(r"[A-Za-z0-9_]+", code) or len(code) > _MAX_CODE_LENGTH:
        known = ", ".join(f"{names[0]} ({area})" for area, names in AREA_NAMES.items())
        raise InvalidInput(
            f"the area (영역) {quote(text)} is not known: use {known}, or Naver's own code of a place, post or web "
            "area, for example ugB_bsR",
            code="area_unknown",
            area=text,
            known=[names[0] for names in AREA_NAMES.values()],
        )
    return code


def _is_for_places(area: str) -> bool:
    return area == NamedArea.PLACE_BLOCK or sort_of_area(area) in {AreaSort.PLACES, AreaSort.ADDRESSES}
