"""Where the main column and its cards stand on a page that is open in the browser, found in one call."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from sunwi.domain.picture import Drawing
from sunwi.domain.site import PageLayout

#: A card is found by the link that leads where the reader says, behind that of the card before, and by its title where
#: there are several. Its element is the largest around that link that reaches over no other card and no other row.
_FIND = r"""({ cards, others, columns, areas, linkAttribute, idSuffix, markup, isWhole }) => {
    if (markup !== null) {
        document.body.innerHTML = markup;
        document.body.style.cssText = "margin: 0; max-width: 700px; font: 14px/1.5 sans-serif";
        for (const icon of document.querySelectorAll("svg")) icon.style.cssText = "width: 1em; height: 1em";
    }
    const root = document.scrollingElement || document.documentElement;
    root.scrollTop = 0;
    const place = (box) => [box.left + scrollX, box.top + scrollY, box.width, box.height];
    const answer = (clip, rectangles) => ({ clip, rectangles });
    if (isWhole || !document.body) {
        return answer([0, 0, root.scrollWidth, root.scrollHeight], cards.map(() => null));
    }
    const plain = (text) => (text || "").replace(/\s+/g, "");
    const isShown = (node) => [...node.getClientRects()].some((box) => box.width > 0 && box.height > 0);
    const isWordCharacter = (character) => /[\w-]/.test(character || "");
    const hasWord = (address, word) => {
        for (let at = address.indexOf(word); at >= 0; at = address.indexOf(word, at + 1)) {
            if (!isWordCharacter(address[at - 1]) && !isWordCharacter(address[at + word.length])) return true;
        }
        return false;
    };
    const readLinks = (column) => [...column.querySelectorAll(`a[href], [${linkAttribute}]`)].map((node) => {
        const address = node.getAttribute(linkAttribute) || node.getAttribute("href") || "";
        return { node, address, lower: address.toLowerCase() };
    });
    const readNumbers = (column) => {
        const numbers = new Map();
        if (!idSuffix) return numbers;
        const found = document.evaluate(`.//@*[contains(name(), '${idSuffix}')]`, column, null, 7, null);
        for (let at = 0; at < found.snapshotLength; at += 1) {
            const { value, ownerElement } = found.snapshotItem(at);
            numbers.set(value, [...(numbers.get(value) || []), ownerElement]);
        }
        return numbers;
    };
    const named = (page, words) => [
        ...(words.length === 1 && page.numbers.get(words[0]) || []),
        ...page.links.filter(({ lower }) => words.every((word) => hasWord(lower, word.toLowerCase())))
            .map(({ node }) => node),
    ];
    const leading = (page, url) => page.links.filter(
        ({ address }) => url && (address === url || address.startsWith(url + "?") || address.startsWith(url + "#")),
    ).map(({ node }) => node);
    const saying = (page, title) => title
        ? [...page.column.querySelectorAll("li")].filter((node) => plain(node.textContent).includes(title)) : [];
    const choose = (nodes, title, before) => {
        const shown = nodes.filter(isShown);
        const isBehind = (node) => !before || before.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING;
        const isTitle = (node) => title && plain(node.textContent).includes(title);
        const behind = shown.filter(isBehind);
        return behind.find(isTitle) || behind[0] || shown.find(isTitle) || shown[0] || null;
    };
    const findFirsts = (column) => {
        const page = { column, links: readLinks(column), numbers: readNumbers(column) };
        let before = null;
        const firsts = cards.map(({ url, title, names }) => {
            const words = plain(title);
            const found = choose(leading(page, url), words, before)
                || choose(names.flatMap((name) => named(page, name)), words, before)
                || choose(saying(page, words), words, before);
            before = found || before;
            return found;
        });
        return { page, firsts };
    };
    const column = columns.map((name) => document.querySelector(name)).find((node) => node && isShown(node));
    let found = findFirsts(column || document.body);
    if (cards.length && !found.firsts.some(Boolean)) found = findFirsts(document.body);
    const { page, firsts } = found;
    const known = firsts.filter(Boolean);
    if (known.length) {
        let around = known[0].parentElement;
        while (around && known.some((other) => !around.contains(other))) around = around.parentElement;
        if (page.column === document.body && known.length > 1) page.column = around;
        for (; around; around = around.parentElement) {  // a list that scrolls in itself shows all of its rows
            const isCut = around.scrollHeight > around.clientHeight + 1;
            if (!isCut || getComputedStyle(around).overflowY === "visible") continue;
            around.scrollTop = 0;
            for (const [name, value] of [["overflow", "visible"], ["height", "auto"], ["max-height", "none"]]) {
                around.style.setProperty(name, value, "important");
            }
        }
    }
    const rows = others.flatMap((words) => named(page, words));
    const isOf = (element, first) => known.every((other) => other === first || !element.contains(other));
    const elementOf = (first) => {
        let element = first;
        while (element.parentElement && element.parentElement !== page.column && !element.matches(areas)) {
            const parent = element.parentElement;
            const isFree = isOf(parent, first) && !rows.some((row) => parent.contains(row) && !element.contains(row));
            if (!isFree) break;
            element = parent;
        }
        return isShown(element) ? element : first;
    };
    const rectangles = firsts.map((first) => first && place(elementOf(first).getBoundingClientRect()));
    const [x, y, width, height] = place(page.column.getBoundingClientRect());
    const bottom = Math.max(y + height, ...rectangles.filter(Boolean).map((box) => box[1] + box[3]));
    return answer([x, y, width, bottom - y], rectangles);
}"""


@dataclass(frozen=True, slots=True)
class Box:
    """Part of a page, in CSS pixels from the upper left corner of the document."""

    x: float
    y: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What is to be drawn, and where the cards are.

    Attributes:
        clip: The main column, or the whole page.
        cards: One for each card that was asked for; None where no element that is shown leads to it.
    """

    clip: Box
    cards: tuple[Box | None, ...]


def find_layout(page: Page, drawing: Drawing, marks: PageLayout) -> Layout:
    """Find column and cards on a page; a list that scrolls in itself is laid out at its full length.

    Args:
        page: That is open.
        drawing: Which cards are wanted.
        marks: How the page's site marks up its pages.

    Raises:
        PlaywrightError: The page has gone, or shows another document by now.
    """
    found: dict[str, Any] = page.evaluate(
        _FIND,
        {
            "cards": [
                {"url": each.card.url, "title": each.card.title, "names": [list(name) for name in each.names]}
                for each in drawing.cards
            ],
            "others": [list(name) for name in drawing.others],
            "columns": list(marks.main_columns),
            "areas": marks.areas,
            "linkAttribute": marks.link_attribute,
            "idSuffix": marks.id_attribute_suffix,
            "markup": drawing.markup,
            "isWhole": drawing.is_whole,
        },
    )
    return Layout(
        clip=Box(*found["clip"]),
        cards=tuple(None if box is None else Box(*box) for box in found["rectangles"]),
    )
