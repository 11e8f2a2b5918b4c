"""What a link names: the one set of rules for result links and for links that people paste."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput
from sunwi.sites.naver.links import link_rules

#: Characters; a cafe link with its search token has about 1,200.
MAX_LINK_LENGTH = 4096
_MOST_ENCODINGS = 3
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?![0-9])(//)?")
#: What nearly every link to a post looks like: read without taking the whole address apart.
_PLAIN_POST = re.compile(
    r"(?:https?:)?//((?:m\.)?(blog|cafe)\.naver\.com)/([A-Za-z0-9_-]{2,40})/([1-9][0-9]{4,11})(?:[/?#][!-\[\]-~]*)?"
)
_UNSEEN = re.compile(r"[\s\x00-\x20\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ud800-\udfff]")


class LinkForm(StrEnum):
    """What sort of thing a link names."""

    PLACE = "place"
    BLOG_POST = "blog_post"
    CAFE_POST = "cafe_post"
    INFLUENCER_POST = "influencer_post"
    CLIP = "clip"
    SHORT = "short"
    MAP_PAGE = "map_page"
    BLOG_PAGE = "blog_page"
    CAFE_PAGE = "cafe_page"
    INFLUENCER_PAGE = "influencer_page"
    #: Advertising, Keep, and the search page's own navigation: never the result itself.
    NAVER_UTILITY_PAGE = "furniture"
    NAVER_PAGE = "naver_page"
    FOREIGN = "foreign"

    @property
    def is_post(self) -> bool:
        """Whether it names one post of a blog, a cafe or an influencer."""
        return self in {LinkForm.BLOG_POST, LinkForm.CAFE_POST, LinkForm.INFLUENCER_POST}


@dataclass(frozen=True, slots=True)
class Link:
    """What one link names.

    Attributes:
        id: In the form of `Card.id`; a page that is no place and no post is `web:<host>/<path>`.
        host: Lower case, without port.
    """

    form: LinkForm
    id: str
    host: str


@dataclass(frozen=True, slots=True)
class _Address:
    host: str
    path: str
    segments: tuple[str, ...]
    query: Mapping[str, str]


def quote_link(url: str) -> str:
    """Repeat a link in a message: printable, and short however long it is."""
    return quote(url)


@lru_cache(maxsize=1024)
def read_link(url: str) -> Link:
    """Describe what a link names; the same one is asked for again and again, by a form and in a long list.

    Args:
        url: As pasted or as served; the scheme may be missing, the host in any case.

    Raises:
        InvalidInput: It is no http(s) address that a browser would open as it reads.

    Source: docs/naver.md, link forms.
    """
    return _identify(_split(url))


def _identify(address: _Address) -> Link:
    host, segments, query = address.host, address.segments, address.query
    for form, read in _READERS:
        found = read(host, segments, query)
        if found is not None:
            return Link(LinkForm(form), found, host)
    return Link(_form_of_page(address), _name_page(address), host)


def _name_page(address: _Address) -> str:
    return f"web:{address.host}{address.path.rstrip('/') or '/'}"


def page_name(url: str) -> str:
    """Name a page by site and path, whatever it is about.

    Args:
        url: One that `find_link` could read.

    Raises:
        InvalidInput: It is no http(s) address.
    """
    return _name_page(_unwrap(_split(url)))


def identify_link(url: str) -> str | None:
    """Name what a result link leads to, in the form of `Card.id`.

    Returns:
        None for what is no result: advertising, Keep, the search page's own links, relative links.
    """
    link = find_link(url)
    return None if link is None else link.id


def find_link(url: str) -> Link | None:
    """Read a link off a page, where `#`, relative and script links are usual and mean nothing.

    A link that only counts a click on its way is read as what it leads to.
    """
    text = url.strip()
    plain = _PLAIN_POST.fullmatch(text) if len(text) <= MAX_LINK_LENGTH else None
    if plain is not None and (account := plain[3].lower()) not in link_rules.NO_ACCOUNTS:
        form = LinkForm.BLOG_POST if plain[2] == "blog" else LinkForm.CAFE_POST
        return Link(form, f"{plain[2]}:{account}/{plain[4]}", plain[1])
    if not text[:8].lower().startswith(("http://", "https://", "//")):
        return None
    try:
        link = _identify(_unwrap(_split(text)))
    except InvalidInput:
        return None
    return None if link.form is LinkForm.NAVER_UTILITY_PAGE else link


def is_paid_link(url: str) -> bool:
    """Whether a link on a page leads to a host that only redirects paid clicks."""
    try:
        return link_rules.is_advertising(_unwrap(_split(url)).host)
    except InvalidInput:
        return False


def _unwrap(address: _Address) -> _Address:
    inner = link_rules.wrapped_url(address.host, address.segments, address.query)
    return address if inner is None else _split(inner)


def _split(url: str) -> _Address:
    text = url.strip()
    scheme = _checked_scheme(text)
    whole = text if scheme else "https://" + text.removeprefix("//")
    try:
        parts = urlsplit(whole)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise InvalidInput(
            f"the link {quote_link(text)} is not a web address ({error}): copy it again",
            code="link_malformed",
            link=text,
        ) from error
    if "\\" in text or "@" in parts.netloc:
        raise InvalidInput(
            f"the link {quote_link(text)} has a user name or a backslash that can hide where it leads: "
            "open it and paste the address shown by the browser",
            code="link_hides_host",
            link=text,
        )
    if port not in {None, 80, 443}:
        raise InvalidInput(
            f"the link {quote_link(text)} names port {port}: Naver's pages have none; paste the address without it",
            code="link_names_port",
            link=text,
            port=port,
        )
    if not host or not parts.netloc.isascii() or "." not in host.strip("."):
        raise InvalidInput(
            f"the link {quote_link(text)} has no usable host name: paste the whole address, from https:// on",
            code="link_without_host",
            link=text,
        )
    return _address(host.removesuffix("."), parts)


def _checked_scheme(text: str) -> str | None:
    """Return what stands before an address that can be one, None where nothing does."""
    if not text:
        raise InvalidInput("the link is empty: paste the address of the place or post", code="link_empty")
    if len(text) > MAX_LINK_LENGTH:
        raise InvalidInput(
            f"the link {quote_link(text)} has {len(text)} characters, more than the {MAX_LINK_LENGTH} allowed: "
            "paste the address alone, without other text",
            code="link_too_long",
            link=text,
            length=len(text),
            longest=MAX_LINK_LENGTH,
        )
    if _UNSEEN.search(text):
        raise InvalidInput(
            f"the link {quote_link(text)} has a space or an invisible character in it: paste one address alone",
            code="link_has_blank",
            link=text,
        )
    scheme = _SCHEME.match(text)
    if scheme and scheme[1].lower() not in {"http", "https"}:
        raise InvalidInput(
            f"the link {quote_link(text)} has the scheme {scheme[1]!r}: paste an address that starts with https://",
            code="link_not_http",
            link=text,
        )
    return scheme[1] if scheme else None


def _address(host: str, parts: SplitResult) -> _Address:
    segments = tuple(unquote(segment) for segment in parts.path.split("/") if segment)
    fields = parts.query
    if host in link_rules.BLOG_HOSTS | link_rules.CAFE_HOSTS and "%" in parts.path:
        path, _, inner = _decode_again(parts.path).partition("?")
        segments, fields = tuple(segment for segment in path.split("/") if segment), f"{fields}&{inner}"
    query: dict[str, str] = {}
    for name, value in parse_qsl(fields.replace("&amp;", "&"), keep_blank_values=True):
        if query.setdefault(name.lower(), value) != value:
            query[name.lower()] = ""  # two answers are no answer
    return _Address(host, parts.path, segments, MappingProxyType(query))


def _decode_again(path: str) -> str:
    """Decode a path that programs have encoded once more each, as those of copied posts are at times."""
    for _ in range(_MOST_ENCODINGS):
        decoded = unquote(path)
        if decoded == path:
            break
        path = decoded
    return path


def _form_of_page(address: _Address) -> LinkForm:
    host = address.host
    if host == "naver.me":
        return LinkForm.SHORT
    if not host.endswith(".naver.com") and host != "naver.com":
        return LinkForm.FOREIGN
    if host in link_rules.CLIP_HOSTS or (host in link_rules.BLOG_HOSTS and "clip" in address.segments):
        return LinkForm.CLIP
    if link_rules.is_utility(host):
        return LinkForm.NAVER_UTILITY_PAGE
    for hosts, form in _PAGES:
        if host in hosts:
            return form
    return LinkForm.NAVER_PAGE


_READERS = (
    (LinkForm.PLACE, link_rules.place_id),
    (LinkForm.BLOG_POST, link_rules.blog_id),
    (LinkForm.CAFE_POST, link_rules.cafe_id),
    (LinkForm.INFLUENCER_POST, link_rules.influencer_id),
)
_PAGES = (
    (link_rules.MAP_HOSTS | link_rules.PLACE_HOSTS | link_rules.STORE_HOSTS, LinkForm.MAP_PAGE),
    (link_rules.BLOG_HOSTS, LinkForm.BLOG_PAGE),
    (link_rules.CAFE_HOSTS, LinkForm.CAFE_PAGE),
    (link_rules.INFLUENCER_HOSTS, LinkForm.INFLUENCER_PAGE),
)
