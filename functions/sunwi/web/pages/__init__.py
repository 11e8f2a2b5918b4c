"""Pages, drawn from the templates beside this."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sunwi.web.answer import Answer


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(name: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: object) -> Answer:
    """Draw a page.

    Args:
        name: Of the template, without its ending.
        status: HTTP's.
        headers: Further ones.
        values: What it is filled with; every text is escaped.
    """
    content = _templates().get_template(f"{name}.html").render(**values)
    return Answer(status=status, content=content, content_type="text/html; charset=utf-8", headers=dict(headers or {}))
