"""Signs that Naver refused to answer: only asked of a page that is not recognised as an answer.

Source: docs/naver.md, verdicts.
"""

import re
from dataclasses import dataclass

from sunwi.domain.reading import PageVerdict, ServedPage
from sunwi.errors import InvalidInput
from sunwi.sites.naver import markup_marks
from sunwi.sites.naver.document import PageDocument, is_hidden
from sunwi.sites.naver.links.links import LinkForm, find_link, read_link

_REFUSING = frozenset({403, 429})
#: A fault of the site's own, unless it says when to come again.
_OVERLOADED = 503
#: Characters of visible text; a refusal is a short page.
REFUSAL_LENGTH = 3000
#: The place list answers with a page description that names its gate.
_GATE = re.compile(r"\\*\"pageId\\*\"\s*:\s*\\*\"[^\"\\]{0,80}ncaptcha", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and the short facts that led to it, in the order they were found."""

    verdict: PageVerdict
    evidence: tuple[str, ...]


def judge_transport(served: ServedPage) -> Judgement | None:
    """Judge by what came before the page: status and final address; None when both are fine."""
    try:
        host = read_link(served.final_url).host
    except InvalidInput:
        host = ""
    path = served.final_url.partition("?")[0].lower()
    if host == "nid.naver.com" or "/nidlogin" in path:
        return Judgement(PageVerdict.LOGIN_WALL, (f"redirected to the sign-in page {path[:100]}",))
    if served.status in _REFUSING:
        return Judgement(PageVerdict.BLOCKED, (f"HTTP status {served.status}",))
    if served.status == _OVERLOADED and served.retry_after_seconds is not None:
        return Judgement(PageVerdict.BLOCKED, (f"HTTP status {served.status} with Retry-After",))
    if "captcha" in path or path.rstrip("/").endswith("/challenge"):
        return Judgement(PageVerdict.BLOCKED, (f"redirected to {path[:100]}",))
    return None


def judge_shape(document: PageDocument) -> Judgement | None:
    """Judge whether a page can be read at all; None when it can."""
    if document.is_too_deep:
        return Judgement(PageVerdict.LAYOUT_UNKNOWN, ("elements are nested deeper than a browser nests them",))
    return None


def has_challenge(document: PageDocument) -> bool:
    """Whether the question whether a person is there is laid over a page, which may be whole beneath it."""
    return any(not is_hidden(node) for node in document.tree.css(markup_marks.CHALLENGE))


def find_refusal(document: PageDocument, missing: str, keyword: str) -> Judgement | None:
    """Find a sign-in form, a captcha or a refusal in words.

    Words refuse only where the site itself says them: on a page that leads to no result, outside of links and lists,
    and not those that it was asked for and repeats.

    Args:
        document: A page that is not recognised as an answer.
        missing: What it lacks, for the evidence.
        keyword: What was asked for.
    """
    asked = "".join(keyword.split()).lower()
    if document.tree.css_first(markup_marks.LOGIN_FORM) is not None:
        return Judgement(PageVerdict.LOGIN_WALL, ("a sign-in form instead of results",))
    if _GATE.search(document.html):
        return Judgement(PageVerdict.BLOCKED, (f"{missing}; the page names itself a captcha gate",))
    title = document.text_of("title").replace(" ", "").lower()
    for word in markup_marks.REFUSAL_TITLES:
        if word in title and word not in asked:
            return Judgement(PageVerdict.BLOCKED, (f"{missing}; the title says {word}",))
    if has_challenge(document) or document.tree.css_first(markup_marks.CAPTCHA_ELEMENTS) is not None:
        return Judgement(PageVerdict.BLOCKED, (f"{missing}; a captcha element",))
    said = "" if _leads_to_results(document) else visible_text(document, without=markup_marks.RESULT_WORDS)
    for word in markup_marks.REFUSALS:
        if word in said and word not in asked:
            return Judgement(PageVerdict.BLOCKED, (f"{missing}; the page says {word}",))
    return None


def _leads_to_results(document: PageDocument) -> bool:
    links = (find_link(anchor.attributes["href"] or "") for anchor in document.tree.css("a[href]"))
    return any(link is not None and (link.form.is_post or link.form is LinkForm.PLACE) for link in links)


def visible_text(document: PageDocument, *, without: str = "") -> str:
    """Visible text without white space, or nothing when the page is too long to be a mere statement.

    Args:
        document: The page.
        without: Selector of elements whose words are left out.
    """
    aside = {inner.mem_id for node in document.tree.css(without) for inner in node.css("*")} if without else set()
    pieces: list[str] = []
    length = 0
    for node in document.tree.css("body, body :not(script):not(style)"):
        piece = "".join(node.text(deep=False).split())
        length += len(piece)
        if length > REFUSAL_LENGTH:
            return ""
        if node.mem_id not in aside:
            pieces.append(piece)
    return "".join(pieces)
