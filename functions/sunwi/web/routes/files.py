"""`/f/<token>`: one file for whoever has its link; it comes from another origin, and never through the function."""

from sunwi.web.answer import Answer
from sunwi.web.request import Request
from sunwi.web.route import Route


def open_file(request: Request[None, None]) -> Answer:
    """Lead to a file."""
    address = request.house.requests.open_link.open(request.path["token"])
    return Answer(status=302, headers={"Location": address, "X-Robots-Tag": "noindex"})


ROUTES: tuple[Route, ...] = (
    Route(
        name="open_file",
        method="GET",
        path="/f/<token>",
        action=None,
        handle=open_file,
        summary="Lead to a file.",
        success=302,
        is_page=True,
    ),
)
