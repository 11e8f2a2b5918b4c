"""`/api/v1/openapi.json`, `/api/v1/docs`: what may be asked, for programs and for people; `/robots.txt` asks none."""

from sunwi.web.answer import Answer
from sunwi.web.request import Request
from sunwi.web.route import Route

_ROBOTS = "User-agent: *\nDisallow: /\n"


def show_document(_request: Request[None, None]) -> Answer:
    """Answer with the OpenAPI document."""
    from sunwi.web.openapi.document import api_document  # noqa: PLC0415 - no other request pays for it

    return Answer(document=api_document())


def show_reference(_request: Request[None, None]) -> Answer:
    """Answer with the reference page."""
    from sunwi.web.openapi.reference import reference_page  # noqa: PLC0415 - as above

    page = reference_page()
    headers = {"Content-Security-Policy": page.policy}
    return Answer(content=page.html, content_type="text/html; charset=utf-8", headers=headers)


def show_robots(_request: Request[None, None]) -> Answer:
    """Ask robots to leave."""
    return Answer(content=_ROBOTS, content_type="text/plain; charset=utf-8")


ROUTES: tuple[Route, ...] = (
    Route(
        name="show_document",
        method="GET",
        path="/api/v1/openapi.json",
        action=None,
        handle=show_document,
        summary="Return this document.",
    ),
    Route(
        name="show_reference",
        method="GET",
        path="/api/v1/docs",
        action=None,
        handle=show_reference,
        summary="Show the reference.",
        is_page=True,
    ),
    Route(
        name="show_robots",
        method="GET",
        path="/robots.txt",
        action=None,
        handle=show_robots,
        summary="Ask robots to leave.",
        is_page=True,
    ),
)
