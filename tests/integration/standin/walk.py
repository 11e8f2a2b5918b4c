"""A second, simple reading of the site's pages, which shares no code with the generator."""

import json
import re
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

_FORMS = (
    (re.compile(r"https?://(?:m\.)?blog\.naver\.com/(\w+)/(\d+)$"), "blog:{}/{}"),
    (re.compile(r"https?://(?:m\.)?cafe\.naver\.com/(\w+)/(\d+)$"), "cafe:{}/{}"),
    (re.compile(r"https?://in\.naver\.com/(\w+)/contents/internal/(\d+)$"), "in:{}/{}"),
    (re.compile(r"https?://([a-z0-9.-]+\.example)(/.+)$"), "web:{}{}"),
    (re.compile(r"https?://(?:m\.)?(kin)\.naver\.com/qna/"), "web:{}.naver.com/qna/detail.naver"),
)


def identify(url: str) -> str | None:
    bare = url.partition("?")[0].partition("#")[0]
    return next((form.format(*match.groups()) for pattern, form in _FORMS if (match := pattern.match(bare))), None)


def place_of(url: str) -> str | None:
    """The number of the place that an address leads to."""
    match = re.search(r"/(?:place|restaurant|hairshop)/(\d+)", url)
    return match[1] if match else None


def areas_of(page: str) -> list[str]:
    """Areas as the page's section list has them."""
    match = re.search(r'naver\.search\.section = \{ "main": (\[.*?\])', page)
    assert match, "no section list"
    return [entry["area"] for entry in json.loads(match[1])]


def short_areas_of(page: str) -> list[str]:
    match = re.search(r"var nx_cr_area_info = (\[.*?\]);", page)
    assert match, "no area info"
    return [entry["n"] for entry in json.loads(match[1])]


def rows_of(tree: LexborHTMLParser, area: str) -> list[str]:
    """Ids of the rows that carry exactly this exposure id."""
    rows = tree.css(f'li[data-laim-exp-id="{area}"]')
    return [next(value or "" for name, value in row.attributes.items() if name.endswith("-doc-id")) for row in rows]


def places_linked_in(tree: LexborHTMLParser, area: str) -> set[str]:
    """Numbers of all places that the container of an area links."""
    links = tree.css(f'[data-slog-container="{area}"] a[href]')
    return {name for link in links if (name := place_of(link.attributes["href"] or ""))}


def ad_rows_of(tree: LexborHTMLParser) -> list[str]:
    rows = [
        row for row in tree.css("li[data-laim-exp-id]") if (row.attributes["data-laim-exp-id"] or "").endswith("*e")
    ]
    return [next(value or "" for name, value in row.attributes.items() if name.endswith("-doc-id")) for row in rows]


def listed_rows_of(tree: LexborHTMLParser) -> list[tuple[str, bool]]:
    """Rows of a place list: the place's number, and whether someone paid."""
    rows = tree.css("li[data-laim-exp-id]")
    ids = [
        next((value or "" for name, value in row.attributes.items() if name.endswith("-doc-id")), "") for row in rows
    ]
    return [(name.partition("_nad-")[0], "_nad-" in name) for name in ids]


def cards_of(tree: LexborHTMLParser, code: str) -> list[str | None]:
    """What each card of an area leads to: its first link that names a post or page."""
    found: list[str | None] = []
    for box in tree.css(f'[data-meta-area="{code}"], section._prs_{code}'):
        cards = box.css(
            'li.bx:not(.type_join), [data-template-id^="ugcItem"], .fds-web-doc-root, [data-template-id="videoItem"], '
            '[data-template-id="kinItem"], .fds-image-rra'
        )
        found += [next((name for url in _links(card) if (name := identify(url))), None) for card in cards]
    return found


def tab_rows_of(markup: str) -> list[str | None]:
    """What each row of a tab leads to, in either build; paid rows and what stands between rows are left out."""
    tree = LexborHTMLParser(markup)
    rows = tree.css("li.bx[data-cr-rank]") or tree.css('[data-template-id="ugcItem"]:not([data-power-content-url])')
    return [next((name for url in _targets(row) if (name := identify(url))), None) for row in rows]


def next_url_of(page: str) -> str:
    """The address of the next page that a tab carries: in an attribute, in a script, or in its JSON."""
    if page.startswith("{"):
        return str(json.loads(page)["nextUrl"])
    trigger = LexborHTMLParser(page).css_first("[data-more-url]")
    if trigger is not None:
        return trigger.attributes["data-more-url"] or ""
    found = re.search(r'naver\.search\.infinite = \{"url":(".*?"),', page)
    return str(json.loads(found[1])) if found else ""


def series_of(tree: LexborHTMLParser) -> list[str | None]:
    links = tree.css('#main_pack a[data-heatmap-target=".series"]')
    return [identify(link.attributes["href"] or "") for link in links]


def states_of(page: str) -> list[dict[str, Any]]:
    """The page's place states, each from its own script."""
    matches = re.finditer(r"__APOLLO_STATE__ = ", page)
    return [json.JSONDecoder().raw_decode(page, match.end())[0] for match in matches]


def input_of(state: dict[str, Any], query: str) -> dict[str, Any]:
    """What a state says it was asked for."""
    name = [name for name in state["ROOT_QUERY"] if name.startswith(f"{query}(")][-1]
    return dict(json.loads(name.partition("(")[2].removesuffix(")"))["input"])


def listed_in(state: dict[str, Any], query: str) -> list[str]:
    """Ids that the answer to one of a state's queries refers to, in order."""
    names = [name for name in state["ROOT_QUERY"] if name.startswith(f"{query}(")]
    name = min(names, key=lambda name: '"filterOpening":true' in name)
    answer = state["ROOT_QUERY"][name]
    items = answer.get("businesses", answer)["items"]
    return [state[item["__ref"]]["id"] for item in items]


def _targets(node: LexborNode) -> list[str]:
    found = node.css("a[href], button[data-url]")
    return [item.attributes.get("data-url") or item.attributes.get("href") or "" for item in found]


def _links(card: LexborNode) -> list[str]:
    """Where a card leads, but for the channel of a video."""
    return [link.attributes["href"] or "" for link in card.css('a[href]:not([data-heatmap-target=".gcha"])')]
