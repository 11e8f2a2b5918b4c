"""What a person typed or a file holds → a tracking that can be stored."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from sunwi.domain.exposure_criteria import ANY_AREA, ExposureCriteria
from sunwi.domain.owner_name import parse_owner_name, refuse_formula
from sunwi.domain.session import DEFAULT_SESSION_DAYS
from sunwi.domain.tracking import (
    KINDS_OF_SURFACE,
    Device,
    Kind,
    NewTracking,
    PageKey,
    Surface,
    Target,
    normalise_keyword,
)
from sunwi.domain.typed_text import find_invisible_character, quote
from sunwi.errors import InvalidInput
from sunwi.service.trackings.parse_areas import counting_problems, parse_areas, parse_bundled
from sunwi.service.trackings.parse_terms import parse_session_days, parse_tags, parse_target_rank
from sunwi.sites.naver.links.targets import parse_target
from sunwi.sites.naver.page_addresses import first_page_url

_KINDS = {
    "place": Kind.PLACE,
    "플레이스": Kind.PLACE,
    "blog": Kind.BLOG,
    "블로그": Kind.BLOG,
    "cafe": Kind.CAFE,
    "카페": Kind.CAFE,
}
_SURFACES = {
    "": Surface.INTEGRATED,
    "integrated": Surface.INTEGRATED,
    "통합검색": Surface.INTEGRATED,
    "place_list": Surface.PLACE_LIST,
    "플레이스목록": Surface.PLACE_LIST,
    "blog_tab": Surface.BLOG_TAB,
    "블로그탭": Surface.BLOG_TAB,
    "cafe_tab": Surface.CAFE_TAB,
    "카페탭": Surface.CAFE_TAB,
}
_DEVICES = {
    "": Device.PC,
    "pc": Device.PC,
    "피씨": Device.PC,
    "mobile": Device.MOBILE,
    "모바일": Device.MOBILE,
}

_Word = TypeVar("_Word", bound=StrEnum)
_Parsed = TypeVar("_Parsed")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingFields:
    """A tracking as typed; an empty text means the default."""

    kind: str
    keyword: str
    target_url: str
    surface: str = ""
    device: str = ""
    location: str = ""
    client: str = ""
    agency: str = ""
    areas: str = ""
    bundled: str = ""
    tags: str = ""
    target_rank: str = ""
    session_days: str = ""


@dataclass(slots=True)
class _Problems:
    """Collects what is wrong, so that a person sees all of it at once."""

    found: list[InvalidInput] = field(default_factory=list)

    def unless(self, parse: Callable[[], _Parsed]) -> _Parsed | None:
        """Return what is parsed, or note what is wrong with it."""
        try:
            return parse()
        except InvalidInput as error:
            self.found.append(error)
            return None


def parse_tracking(fields: TrackingFields, *, follow: Callable[[str], str] = str) -> NewTracking:
    """Check every field and build the tracking.

    Args:
        fields: As typed.
        follow: Gives the address that a shortened link leads to; without it, such a link is refused.

    Raises:
        InvalidInput: Something cannot be used; the message names everything, parts set off by `; `.
    """
    problems = _Problems()
    kind = problems.unless(lambda: parse_kind(fields.kind))
    keyword = problems.unless(lambda: _parse_keyword(fields.keyword))
    target = None if kind is None else problems.unless(lambda: _parse_link(kind, fields.target_url, follow))
    surface = problems.unless(lambda: parse_surface(fields.surface))
    device = problems.unless(lambda: parse_device(fields.device))
    client = problems.unless(lambda: parse_owner_name("client", "광고주", fields.client))
    agency = problems.unless(lambda: parse_owner_name("agency", "업체", fields.agency))
    counting = _parse_counting(fields, problems)
    tags, target_rank, session_days = _parse_sold(fields, problems)
    location = "".join(fields.location.split())
    if surface is not None and keyword is not None:
        problems.unless(lambda: first_page_url(PageKey(surface, device or Device.PC, keyword, location)))
    problems.found += _mismatches(kind, surface, location, counting=counting)
    if problems.found or kind is None or target is None or surface is None or device is None:
        raise InvalidInput.of_all(problems.found)
    return NewTracking(
        target=target,
        target_url=fields.target_url.strip(),
        keyword=keyword or "",
        surface=surface,
        device=device,
        location=location,
        client=client or "",
        agency=agency or "",
        counting=counting,
        tags=tags,
        target_rank=target_rank,
        session_days=session_days,
    )


def _parse_counting(fields: TrackingFields, problems: _Problems) -> ExposureCriteria:
    """Read areas and whether bundled links count."""
    areas = problems.unless(lambda: parse_areas(fields.areas))
    bundled = problems.unless(lambda: parse_bundled(fields.bundled))
    return ExposureCriteria(areas or frozenset(), bundled=bundled or False)


def _parse_sold(fields: TrackingFields, problems: _Problems) -> tuple[frozenset[str], int | None, int]:
    """Read tags, target rank and session days."""
    tags = problems.unless(lambda: parse_tags(fields.tags))
    target_rank = problems.unless(lambda: parse_target_rank(fields.target_rank))
    session_days = problems.unless(lambda: parse_session_days(fields.session_days))
    return tags or frozenset(), target_rank, session_days or DEFAULT_SESSION_DAYS


def _mismatches(
    kind: Kind | None, surface: Surface | None, location: str, *, counting: ExposureCriteria = ANY_AREA
) -> Iterator[InvalidInput]:
    """Describe which fields are good alone and no good together."""
    if surface is None:
        return
    if kind is not None and kind not in KINDS_OF_SURFACE[surface]:
        shown = ", ".join(sorted(KINDS_OF_SURFACE[surface]))
        yield InvalidInput(
            f"the {surface} surface (화면) never shows a {kind}: use integrated, or kind {shown}",
            code="kind_not_on_surface",
            surface=surface,
            kind=kind,
        )
    if location and surface is not Surface.PLACE_LIST:
        yield InvalidInput(
            f"the {surface} surface (화면) takes no coordinates: leave the location (좌표) empty, or use place_list",
            code="surface_without_coordinates",
            surface=surface,
        )
    if kind is not None:
        yield from counting_problems(kind, surface, counting)


def parse_kind(text: str) -> Kind:
    """Read a kind's Korean or English name.

    Raises:
        InvalidInput: Neither.
    """
    return _parse_word(_KINDS, text, "kind", "유형")


def parse_surface(text: str) -> Surface:
    """Read a surface's Korean or English name; none is the integrated one.

    Raises:
        InvalidInput: Neither.
    """
    return _parse_word(_SURFACES, text, "surface", "화면")


def parse_device(text: str) -> Device:
    """Read a device's Korean or English name; none is a PC.

    Raises:
        InvalidInput: Neither.
    """
    return _parse_word(_DEVICES, text, "device", "기기")


def check_surface(kind: Kind, surface: Surface) -> None:
    """See that a surface shows a kind.

    Raises:
        InvalidInput: It never does.
    """
    for problem in _mismatches(kind, surface, location=""):
        raise problem


def _parse_word(words: Mapping[str, _Word], text: str, label: str, korean: str) -> _Word:
    plain = "".join(unicodedata.normalize("NFC", text).casefold().split())
    if plain in words:
        return words[plain]
    known = ", ".join(word for word in words if word)
    raise InvalidInput(
        f"the {label} ({korean}) {quote(text.strip())} is not known: use one of {known}",
        code="word_unknown",
        field=label,
        typed=text.strip(),
        known=known,
    )


def _parse_keyword(text: str) -> str:
    keyword = normalise_keyword(text)
    refuse_formula("keyword", "키워드", keyword)
    return keyword


def _parse_link(kind: Kind, text: str, follow: Callable[[str], str]) -> Target:
    if unseen := find_invisible_character(text.strip()):
        shown = quote(text.strip())
        raise InvalidInput(
            f"the link {shown} has the invisible character {unseen} in it: paste one address alone",
            code="link_has_invisible",
            link=text.strip(),
            character=unseen,
        )
    return parse_target(kind, follow(text))
