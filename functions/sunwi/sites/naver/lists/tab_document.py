"""What a tab served: a whole document, or the JSON that its own script loads for the next rows.

Source: docs/naver.md, tabs.
"""

import html
import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from sunwi.domain.tracking import PageKey
from sunwi.sites.naver.answers import one_line, url_field
from sunwi.sites.naver.document import PageDocument
from sunwi.sites.naver.verdict import TAB_NAMES

#: The browser shows JSON within an element of its own; some answers call a function with it.
_WRAPPED = re.compile(r"\A(?:[A-Za-z_$][\w$.]{0,60}\s*\(\s*)?(?=\{)")
_DECODER = json.JSONDecoder()
_NEXT = re.compile(
    r"https?:(?:\\?/){2}[a-z0-9.-]+(?:\\?/)p(?:\\?/)[a-z]+(?:\\?/)[0-9]+(?:\\?/)search\.naver\?[^\"'\s<>]+"
)
_NEXT_PATH = re.compile(r"/p/[a-z]+/[0-9]+/search\.naver")
_LONGEST_URL = 4096


def continuation_text(document: PageDocument) -> str | None:
    """Return the text of a page that is the JSON of further rows, cut or whole; None for a document."""
    text = document.html.lstrip("\ufeff \t\r\n")
    if text[:1] == "<":
        text = _shown_as_text(document)
    return text if _WRAPPED.match(text[:200]) and '"' in text[:400] else None


def _shown_as_text(document: PageDocument) -> str:
    """Text that a browser shows of what is no document: in an element of its own, with nothing visible around it."""
    shown = document.tree.css_first("pre")
    if shown is None or document.tree.css_first("a[href], form, script, h1, h2") is not None:
        return ""
    around = "".join(node.text(deep=False).strip() for node in document.tree.css("body, body > div"))
    return "" if around else shown.text().strip()


def is_continuation_url(url: str) -> bool:
    """Whether an address is one of further rows, which come as JSON."""
    try:
        return _NEXT_PATH.fullmatch(urlsplit(url).path) is not None
    except ValueError:
        return False


def decode_continuation(text: str) -> dict[str, object] | None:
    """Decode the JSON of further rows; None when it is cut."""
    match = _WRAPPED.match(text)
    try:
        value = _DECODER.raw_decode(text, match.end() if match else 0)[0]
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def continuation_markup(answer: dict[str, object]) -> str | None:
    """Join the markup that the JSON carries; None when it has no field for it."""
    contents = answer.get("contents")
    if isinstance(contents, str):
        return contents
    pieces = list(_markup_within(answer, 0))
    return "".join(pieces) if pieces else None


def _markup_within(value: object, level: int) -> Iterator[str]:
    if isinstance(value, str):
        if value.lstrip()[:1] == "<":
            yield value
    elif level < 6:  # noqa: PLR2004 - deeper than any answer that is known
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        for item in inner:
            yield from _markup_within(item, level + 1)


def find_other_tab(text: str, key: PageKey) -> str | None:
    """Find an address of further rows that names another keyword or tab than was asked for, or None.

    Args:
        text: JSON of further rows, which says nowhere else what it answers.
        key: What was asked for.
    """
    for url in _next_urls(text):
        query, tab = url_field(url, "query"), url_field(url, "ssc")
        if query not in {None, one_line(key.keyword)} or (tab and not TAB_NAMES[key.surface].match(tab)):
            return url
    return None


def find_next_url(text: str, key: PageKey, start: int) -> str | None:
    """Find the address of the next rows that a tab carries for its own script.

    Args:
        text: The page as served; the number in the address changes from month to month.
        key: Whose keyword and tab the address must name.
        start: The address must lead to a later row than this.

    Returns:
        An https address of Naver's search host, or None.
    """
    return next((url for url in _next_urls(text) if is_next_url(url, key, start)), None)


def _next_urls(text: str) -> Iterator[str]:
    for match in _NEXT.finditer(text):
        url = html.unescape(match[0][:_LONGEST_URL].replace("\\/", "/").replace("\\u0026", "&").replace("\\u002b", "+"))
        yield url.rstrip("\\")


def is_next_url(url: str, key: PageKey, start: int) -> bool:
    """Whether an address leads to later rows of the same keyword and tab, on Naver's search host."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    first = url_field(url, "start") or ""
    tab = url_field(url, "ssc") or ""
    return (
        parts.scheme == "https"
        and (host == "search.naver.com" or host.endswith(".search.naver.com"))
        and port in {None, 443}
        and "@" not in parts.netloc
        and _NEXT_PATH.fullmatch(parts.path) is not None
        and url_field(url, "query") == one_line(key.keyword)
        and TAB_NAMES[key.surface].match(tab) is not None
        and first.isascii()
        and first.isdecimal()
        and start < int(first[:9])
    )
