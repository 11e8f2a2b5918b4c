"""The place list of the mobile site as it arrives now and then: empty, for a script to fill."""

import json
from html import escape

from infra.local.standin.naver.markup.elements import as_script
from infra.local.standin.naver.markup.filler import css_slot, fill
from infra.local.standin.naver.markup.places.place_list_state import ListPage

_WEIGHT = 90_000
#: The rows come some time after the document, and the state with them; the script that was served names it nowhere,
#: as Naver's stands in a file of its own.
_WRITER = """
setTimeout(() => {
  document.querySelector("#app-root").innerHTML = LIST;
  window[["", "APOLLO_STATE", ""].join("__")] = {"ROOT_QUERY": {"__typename": "Query"}};
}, 400);
"""


def empty_shell(page: ListPage, whole: str, *, has_rows: bool) -> str:
    """Write a list without rows and state, which says the keyword that it answers.

    Args:
        page: What is asked for.
        whole: The healthy page.
        has_rows: Whether the script writes the healthy page's list.
    """
    root = '<div id="app-root">'
    start = whole.index(root) + len(root)
    listed = whole[start : whole.index("</div><script>\nwindow.__APOLLO_STATE__")]
    rows = json.dumps(listed, ensure_ascii=False).replace("</", "<\\/")
    script = f"<script>{_WRITER.replace('LIST', rows)}</script>" if has_rows else ""
    is_pc = str(page.truth.device.value == "pc").lower()
    html = (
        '<!doctype html><html lang="ko"><head><meta charset="utf-8"><title>네이버 플레이스</title>'
        f'<meta property="og:title" content="{escape(page.truth.keyword)} - 네이버 플레이스">{css_slot()}</head><body>'
        f'<div id="_place_portal_root"></div>{root}<div class="place_loading" role="status" aria-live="polite">'
        "<span>로딩중</span></div></div>"
        f"<script>\nvar g_query = {as_script(page.truth.keyword)} ;\nwindow.__APOLLO_STATE__ = {{}};\n"
        f'window.__PLACE_STATE__ = {{"isPcmap":{is_pc},"locale":"ko",'
        '"ncaptcha":{"hostname":"https://ncpt.naver.com","siteKey":"standin"}};\n</script>'
        '<script src="https://ssl.pstatic.net/static/place/standin/list.js" defer></script>'
        f"{script}</body></html>\n"
    )
    return fill(html, _WEIGHT + len(script))
