from sunwi.bootstrap.command_line import CommandContainer
from sunwi.web.routes.reference import ROUTES
from tests.unit.web.asking import Asking


def test_the_document_is_served_with_a_version(house: CommandContainer) -> None:
    asking = Asking(ROUTES, house)
    reply = asking.ask("GET", "/api/v1/openapi.json")
    assert (reply.status, reply.document["openapi"]) == (200, "3.1.0")
    assert asking.ask("GET", "/api/v1/openapi.json", headers={"If-None-Match": reply.headers["ETag"]}).status == 304


def test_the_reference_is_a_page_that_lets_its_own_style_in_and_nothing_else(house: CommandContainer) -> None:
    reply = Asking(ROUTES, house).ask("GET", "/api/v1/docs")
    assert (reply.status, reply.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    policy = reply.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "script" not in policy


def test_robots_are_asked_to_leave(house: CommandContainer) -> None:
    assert Asking(ROUTES, house).ask("GET", "/robots.txt").body == "User-agent: *\nDisallow: /\n"
