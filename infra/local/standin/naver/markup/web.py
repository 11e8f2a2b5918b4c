"""A web page as a card: of a foreign site, or of a blog that Naver shows as one."""

from html import escape
from urllib.parse import urlsplit

from infra.local.standin.naver import words
from infra.local.standin.naver.draw import Draw
from infra.local.standin.naver.items import WebPage
from infra.local.standin.naver.markup.elements import (
    BASE,
    HORIZONTAL,
    INLINE,
    VERTICAL,
    div,
    encoded,
    image,
    link,
    mark,
    text,
)
from infra.local.standin.naver.markup.post_card import Slot, keep_button


def web_list(documents: str) -> str:
    """Wrap the documents of a box."""
    inner = div(documents, f"{VERTICAL} fds-web-list-root", template_id="layout", template_type="vertical")
    return div(inner, f"{VERTICAL} fds-web-root", template_id="layout", template_type="vertical")


def _further(page: WebPage, slot: Slot) -> str:
    """Write more pages of the same site below the first, linked by their titles as the first is."""
    if not page.further:
        return ""
    draw = Draw("further", page.id)
    rows = "".join(
        div(
            link(url, text(mark(words.title(draw, slot.keyword), slot.keyword)))
            + div(text(mark(words.passage(draw, slot.keyword, 1), slot.keyword)), f"{BASE} si_web_sub"),
            f"{VERTICAL} si_web_further",
        )
        for url in page.further
    )
    more = link(
        f"?query={encoded(slot.keyword)}+site%3A{urlsplit(page.url).netloc}&qvt=0", text("더보기"), target=".sramore"
    )
    return div(rows + div(more, HORIZONTAL), VERTICAL)


def web_document(page: WebPage, slot: Slot) -> str:
    """Write one document: site line, keep button, picture, title, passage; now and then links into the page."""
    draw = Draw("web", page.id)
    parts = urlsplit(page.url)
    trail = text(parts.netloc) + text("›") + text(escape(parts.path.split("/")[1], quote=False))
    site = div(
        div(image(f"https://{parts.netloc}/favicon.ico", 16), f"{INLINE} sds-comps-profile-source-thumb")
        + div(text(escape(page.author, quote=False)), f"{INLINE} sds-comps-profile-info-title")
        + div(div(trail, INLINE), f"{INLINE} sds-comps-profile-info-subtexts"),
        f"{HORIZONTAL} sds-comps-profile type-web size-lg",
        sds_comp="Profile",
    )
    keep = keep_button(page.url, f"a={slot.code}*{'e' if slot.code == 'sit_4po' else 'w'}.kep")
    title = text(mark(page.title, slot.keyword), "sds-comps-text-type-headline1")
    passage = text(mark(words.passage(draw, slot.keyword, 4), slot.keyword), "sds-comps-text-type-body1")
    body = (
        link(page.url, image(f"https://{parts.netloc}/{draw.token(40)}.png"), target=".simg")
        + div(link(page.url, title), f"{HORIZONTAL} si_web_title")
        + div(link(page.url, passage), f"{VERTICAL} si_web_body")
    )
    if parts.netloc.endswith(".example") and draw.chance(40):
        body += div(
            "".join(link(f"{page.url}#s-{n}", text(f"{n}. {draw.token(6)}"), target=".relink") for n in range(1, 7)),
            f"{HORIZONTAL} si_web_contents",
        )
    body += _further(page, slot)
    head = div(link(page.url, site) + keep, f"{HORIZONTAL} si_web_head")
    return div(
        div(head + div(body, f"{VERTICAL} si_web_main"), f"{VERTICAL} si_web"),
        f"{VERTICAL} fds-web-doc-root fds-web-normal-doc-root",
    )
