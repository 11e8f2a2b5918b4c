"""How Naver writes the address of a place and of a post: one function per kind.

Each takes a host in lower case, the decoded path segments and the query (names in lower case), and
returns the identity, or None when the address does not name one.

Source: docs/naver.md, link forms.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from urllib.parse import parse_qsl, unquote

MAP_HOSTS = frozenset({"map.naver.com", "m.map.naver.com"})
PLACE_HOSTS = frozenset({"place.naver.com", "m.place.naver.com", "pcmap.place.naver.com"})
STORE_HOSTS = frozenset({"store.naver.com", "m.store.naver.com"})
BLOG_HOSTS = frozenset({"blog.naver.com", "m.blog.naver.com"})
CAFE_HOSTS = frozenset({"cafe.naver.com", "m.cafe.naver.com"})
INFLUENCER_HOSTS = frozenset({"in.naver.com", "m.in.naver.com"})
CLIP_HOSTS = frozenset({"clip.naver.com", "m.clip.naver.com"})
_AD_HOST = re.compile(r"(?:[a-z0-9-]+\.)*(?:ader|adcr|ad|searchad|ad-creative)\.naver\.com")
_REDIRECT_HOST = re.compile(r"cr[0-9]*\.naver\.com")
_UTILITY_HOSTS = frozenset({"keep.naver.com", "search.naver.com", "m.search.naver.com", "nid.naver.com"})

_PLACE_NUMBER = re.compile(r"[1-9][0-9]{5,11}")
_POST_NUMBER = re.compile(r"[1-9][0-9]{4,14}")
_ARTICLE_NUMBER = re.compile(r"[1-9][0-9]{0,11}")
_ACCOUNT = re.compile(r"[a-z0-9_-]{2,40}")
#: An influencer's name may have full stops in it.
_INFLUENCER = re.compile(r"[a-z0-9_-][a-z0-9._-]{1,39}")
_WORD = re.compile(r"[a-z]+")
#: Path words of the map that are followed by numbers of other things.
_NO_PLACE_WORDS = frozenset({"address", "bus", "busroute", "busstation", "directions", "folder", "subway", "theme"})
#: First path segments of the blog and cafe sites that are no account.
NO_ACCOUNTS = frozenset({"ca-fe", "clip", "f-e", "market", "prologue", "section"})


def is_advertising(host: str) -> bool:
    """Whether a host only redirects paid clicks."""
    return _AD_HOST.fullmatch(host) is not None


def is_utility(host: str) -> bool:
    """Whether a host never is a result: advertising, Keep, sign-in, the search page itself."""
    return host in _UTILITY_HOSTS or is_advertising(host)


def wrapped_url(host: str, segments: Sequence[str], query: Mapping[str, str]) -> str | None:
    """Return the address that a link of the search page counts a click on before it leads there; None without one."""
    path = "/".join(segments).lower()
    is_counter = _REDIRECT_HOST.fullmatch(host) is not None or (
        path in {"p/crd/rd", "bridge"} and (host in _UTILITY_HOSTS or host == "link.naver.com")
    )
    url = (query.get("u") or query.get("url") or "") if is_counter else ""
    return url if url.startswith(("http://", "https://")) else None


def place_id(host: str, segments: Sequence[str], query: Mapping[str, str]) -> str | None:
    """Name a place by its number, whatever word stands before it in the path."""
    if host in MAP_HOSTS:
        words = [segment.lower() for segment in segments]
        if words[:1] in (["p"], ["v5"]):
            words = words[1:]
        if words[:1] == ["search"]:
            words = words[2:]  # the keyword may itself be a number
        found = _number_after_word(words)
    elif host in PLACE_HOSTS:
        words = [segment.lower() for segment in segments]
        found = _number_after_word(words[:2]) or (words[:1] == ["entry"] and _number_after_word(words[1:3])) or None
    elif host in STORE_HOSTS:
        found = None
    else:
        return None
    return found or _place_in_query(host, segments, query)


def _number_after_word(words: Sequence[str]) -> str | None:
    for word, number in pairwise(words):
        if _WORD.fullmatch(word) and word not in _NO_PLACE_WORDS and _PLACE_NUMBER.fullmatch(number):
            return number
    return None


def _place_in_query(host: str, segments: Sequence[str], query: Mapping[str, str]) -> str | None:
    last = segments[-1].lower() if segments else ""
    names = {
        "placeid": host not in STORE_HOSTS,
        "pinid": host in MAP_HOSTS and not segments,
        "code": host in MAP_HOSTS and last.startswith("siteview."),
        "id": (host in PLACE_HOSTS and last == "share") or (host in STORE_HOSTS and last == "detail"),
    }
    for name, is_used in names.items():
        if is_used and _PLACE_NUMBER.fullmatch(query.get(name, "")):
            return query[name]
    return None


def blog_id(host: str, segments: Sequence[str], query: Mapping[str, str]) -> str | None:
    """Name a blog post; blog ids are case-insensitive, so lower case is the canonical form."""
    if host not in BLOG_HOSTS or not segments:
        return None
    first = segments[0].lower()
    if first in {"postview.naver", "postview.nhn"}:
        author, post = query.get("blogid", "").lower(), query.get("logno", "")
    elif len(segments) == 1:
        author, post = first, query.get("logno", "")
    else:
        author, post = first, segments[1]
    return f"blog:{author}/{post}" if is_account(author) and _POST_NUMBER.fullmatch(post) else None


def cafe_id(host: str, segments: Sequence[str], query: Mapping[str, str]) -> str | None:
    """Name a cafe post by the cafe's short name, or its number where the address has only that."""
    if host not in CAFE_HOSTS or not segments:
        return None
    words = [segment.lower() for segment in segments]
    if words[0] in {"articleread.nhn", "articleread.naver"}:
        cafe, article = query.get("clubid", ""), query.get("articleid", "")
    elif "cafes" in words[:3] and words[0] in {"ca-fe", "f-e"}:
        cafe, article = _cafe_and_article(words[words.index("cafes") + 1 :])
    else:
        words = words[1:] if words[0] == "ca-fe" else words
        cafe = words[0].removesuffix(".cafe") if words else ""
        article = words[1] if len(words) > 1 else _framed_article(query)
    return f"cafe:{cafe}/{article}" if is_account(cafe) and _ARTICLE_NUMBER.fullmatch(article) else None


def _cafe_and_article(words: Sequence[str]) -> tuple[str, str]:
    match list(words):
        case [cafe, "articles", article, *_]:
            return cafe, article
        case _:
            return "", ""


def _framed_article(query: Mapping[str, str]) -> str:
    framed = query.get("iframe_url") or query.get("iframe_url_utf8") or ""
    _, _, inner = unquote(framed).partition("?")
    return dict(parse_qsl(inner)).get("articleid", "")


def influencer_id(host: str, segments: Sequence[str], _query: Mapping[str, str]) -> str | None:
    """Name an influencer's post; its number is of another series than the blog's."""
    match [segment.lower() for segment in segments] if host in INFLUENCER_HOSTS else []:
        case [author, "contents", "internal" | "external", content, *_] | [author, "contents", content, *_] if (
            _INFLUENCER.fullmatch(author) and _POST_NUMBER.fullmatch(content)
        ):
            return f"in:{author}/{content}"
        case _:
            return None


def is_account(name: str) -> bool:
    """Whether the first path segment of a blog or cafe can be an account's name."""
    return name not in NO_ACCOUNTS and _ACCOUNT.fullmatch(name) is not None
