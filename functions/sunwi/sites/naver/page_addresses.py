"""The address of a surface's first page.

Source: docs/naver.md, addresses.
"""

import math
import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlencode

from sunwi.domain.tracking import Device, PageKey, Surface, normalise_keyword
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput

#: Rows that one page of the place list is asked for.
PLACES_PER_PAGE = 70
#: What Naver itself writes; Python would take `1_2`, `１２` and `1e2` for numbers, too.
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{0,20})?")
_SEARCH = {
    Device.PC: "https://search.naver.com/search.naver",
    Device.MOBILE: "https://m.search.naver.com/search.naver",
}
_WHERE = {Device.PC: "nexearch", Device.MOBILE: "m"}
_PLACE_LIST = {
    Device.PC: "https://pcmap.place.naver.com/place/list",
    Device.MOBILE: "https://m.place.naver.com/place/list",
}
#: Naver's own name of each tab.
_TABS: Mapping[tuple[Surface, Device], str] = MappingProxyType(
    {
        (Surface.BLOG_TAB, Device.PC): "tab.blog.all",
        (Surface.BLOG_TAB, Device.MOBILE): "tab.m_blog.all",
        (Surface.CAFE_TAB, Device.PC): "tab.cafe.all",
        (Surface.CAFE_TAB, Device.MOBILE): "tab.m_cafe.all",
    }
)


def first_page_url(key: PageKey) -> str:
    """Build the documented address of a surface's first page.

    Only the place list takes coordinates: elsewhere `key.location` is not part of the address.

    Raises:
        InvalidInput: The keyword cannot be searched for, or the location is no pair of degrees.
    """
    keyword = normalise_keyword(key.keyword)
    if key.surface is Surface.INTEGRATED:
        return _write(_SEARCH[key.device], {"where": _WHERE[key.device], "query": keyword})
    if key.surface is Surface.PLACE_LIST:
        place = _coordinates(key.location)
        fields = {"query": keyword, **place, "display": str(PLACES_PER_PAGE), "start": "1", "locale": "ko"}
        return _write(_PLACE_LIST[key.device], fields)
    return _write(_SEARCH[key.device], {"ssc": _TABS[key.surface, key.device], "sm": "tab_jum", "query": keyword})


def is_of_other_device(url: str, key: PageKey) -> bool:
    """Whether an address is of the host that serves the same surface to the other device."""
    addresses = _PLACE_LIST if key.surface is Surface.PLACE_LIST else _SEARCH
    host = url.partition("//")[2].partition("/")[0].partition(":")[0].lower()
    return any(host == address.split("/")[2] for device, address in addresses.items() if device is not key.device)


def list_hosts() -> frozenset[str]:
    """Hosts that serve the place list."""
    return frozenset(address.split("/")[2] for address in _PLACE_LIST.values())


def _coordinates(location: str) -> dict[str, str]:
    if not location:
        return {}
    pieces = [piece.strip() for piece in location.split(",")]
    is_pair = len(pieces) == 2 and all(_DEGREES.fullmatch(piece) for piece in pieces)  # noqa: PLR2004 - a pair
    longitude, latitude = map(float, pieces) if is_pair else (math.nan, math.nan)
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):  # noqa: PLR2004 - degrees of the globe
        raise InvalidInput(
            f"the location {quote(location)} is no place: write longitude and latitude in degrees, like "
            "126.9784,37.5666",
            code="location_unreadable",
            location=location,
        )
    x, y = pieces
    return {"x": x, "y": y, "clientX": x, "clientY": y}


def _write(address: str, fields: Mapping[str, str]) -> str:
    return f"{address}?{urlencode(fields)}"
