"""Small pieces that every area is built of."""

import json
from html import escape
from urllib.parse import quote

#: What Naver's layout components repeat on every element.
VERTICAL = "sds-comps-vertical-layout sds-comps-full-layout"
HORIZONTAL = "sds-comps-horizontal-layout sds-comps-full-layout"
INLINE = "sds-comps-horizontal-layout sds-comps-inline-layout"
BASE = "sds-comps-base-layout sds-comps-full-layout"


def div(content: str, classes: str = "", **data: str) -> str:
    """Write a div; `template_id` becomes `data-template-id`."""
    attributes = "".join(f' data-{name.replace("_", "-")}="{escape(value)}"' for name, value in data.items())
    return f'<div class="{classes}"{attributes}>{content}</div>'


def text(content: str, classes: str = "") -> str:
    """Write a span of text with a component's classes."""
    return f'<span class="sds-comps-text sds-comps-text-ellipsis {classes}">{content}</span>'


def link(url: str, content: str, *, target: str = ".link", classes: str = "") -> str:
    """Write a link as the post and web areas have it; `target` names it in the heat map."""
    return (
        f'<a nocr="1" href="{escape(url)}" class="fender-ui_5a8d1c2e {classes}" target="_blank" '
        f'data-heatmap-target="{target}">{content}</a>'
    )


def mark(content: str, keyword: str) -> str:
    """Escape text, with the keyword marked as Naver marks it."""
    return escape(content, quote=False).replace(escape(keyword, quote=False), f"<mark>{escape(keyword)}</mark>")


def as_script(value: object) -> str:
    """Write data into a script, so that no text can end the script."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003C").replace(">", "\\u003E")


def encoded(value: str) -> str:
    """Write a text as part of an address."""
    return quote(value, safe="")


def on_mobile(markup: str) -> str:
    """Lead the links to posts to the mobile sites of blogs and cafes."""
    return markup.replace("://blog.naver.com/", "://m.blog.naver.com/").replace(
        "://cafe.naver.com/", "://m.cafe.naver.com/"
    )


def icon(points: int = 6, size: int = 20) -> str:
    """Draw an icon of about 12 bytes a point."""
    path = " ".join(f"M{n % 20}.{n % 7},{(n * 3) % 20}.{n % 9}" for n in range(points))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" class="icon_{points}" '
        f'aria-hidden="true"><path d="{path}Z"></path></svg>'
    )


def image(source: str, size: int = 104, alt: str = "") -> str:
    """Write a thumbnail as Naver's image server gives it."""
    return (
        f'<img width="{size}" height="{size}" alt="{escape(alt)}" loading="lazy" '
        f'src="https://search.pstatic.net/common/?src={encoded(source)}&amp;type=ff{size}_{size}">'
    )


def end_of_area(listed_as: str) -> str:
    """Write the marker that stands behind every area."""
    style = "visibility:hidden;height:0px;margin:0 28px"
    return f'<div class="_scrollLog" data-slog-id="{listed_as}" style="{style}"></div>\n'
