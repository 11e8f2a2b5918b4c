"""Pages that leave for another address as soon as they are there."""

from html import escape

from aiohttp import web

from infra.local.standin.faults import FaultKind

#: Field of an address that was left for.
_MOVED = "standin_moved"


def has_arrived(kind: FaultKind, request: web.Request) -> bool:
    """Return whether a request is for the address that a page left for, and that one stays."""
    return kind is not FaultKind.MOVES_FOR_EVER and _MOVED in request.query


def leaving(kind: FaultKind, page: str, request: web.Request) -> str:
    """Write a page that leaves: a small one with a script, or the healthy one, which a browser is told to refresh."""
    step = request.query.get(_MOVED, "")
    target = str(request.rel_url.update_query({_MOVED: f"{step}1"}))
    if kind is FaultKind.MOVES_BY_REFRESH:
        refresh = f'<meta http-equiv="refresh" content="0;url={escape(target)}">'
        return page.replace('<meta charset="utf-8">', f'<meta charset="utf-8">{refresh}', 1)
    script = f"location.replace({_as_text(target)});"
    return (
        '<!doctype html><html lang="ko"><head><meta charset="utf-8"><title>네이버</title></head><body><p>잠시만 기다려 '
        f"주세요.</p><script>{script}</script></body></html>\n"
    )


def _as_text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\x3C") + '"'
