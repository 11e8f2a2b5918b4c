import pytest

from tests.unit.web.people import AGENCY, FOREIGN_AGENCY, MARK
from tests.unit.web.routes.conftest import AskingAs
from tests.unit.web.walk.world import World


def test_an_agency_sees_what_its_channels_are_told(asking: AskingAs, world: World) -> None:
    notice_id = world.notice()
    for query in ("", "?state=WAITING", "?kind=test,digest", f"?channel=한빛 알림 {MARK}".replace(" ", "%20")):
        (notice,) = asking(AGENCY).ask("GET", f"/api/v1/notices{query}").document["notices"]
        assert notice["notice_id"] == notice_id
    assert asking(FOREIGN_AGENCY).ask("GET", "/api/v1/notices").document == {"notices": []}
    assert asking(AGENCY).ask("GET", "/api/v1/notices?state=DEAD").document == {"notices": []}


def test_a_notice_is_read_in_its_words(asking: AskingAs, world: World) -> None:
    shown = asking(AGENCY).ask("GET", f"/api/v1/notices/{world.notice()}").document
    assert shown["text"]["title"]
    assert shown["copy_text"] == ""
    missing = asking(AGENCY).ask("GET", "/api/v1/notices/none")
    assert (missing.status, missing.document["code"]) == (404, "notice_unknown")


def test_a_dead_notice_is_sent_again(asking: AskingAs, world: World) -> None:
    notice_id = world.notice(is_dead=True)
    assert asking(FOREIGN_AGENCY).ask("POST", f"/api/v1/notices/{notice_id}/resend").status == 404
    assert asking(AGENCY).ask("POST", f"/api/v1/notices/{notice_id}/resend").document["is_resent"] is True
    again = asking(AGENCY).ask("POST", f"/api/v1/notices/{notice_id}/resend")
    assert (again.status, again.document["code"]) == (409, "notice_not_dead")


def test_dead_notices_that_match_are_sent_again(asking: AskingAs, world: World) -> None:
    world.notice(is_dead=True)
    assert asking(FOREIGN_AGENCY).ask("POST", "/api/v1/notices/resend", {"kinds": ["test"]}).document["resent"] == 0
    assert asking(AGENCY).ask("POST", "/api/v1/notices/resend", {"kinds": ["test"]}).document["resent"] == 1


@pytest.mark.parametrize("body", [{}, {"ids": []}, {"kinds": ["gossip"]}, {"since": "soon"}])
def test_a_resend_of_nothing_in_particular_is_refused(asking: AskingAs, body: object) -> None:
    reply = asking().ask("POST", "/api/v1/notices/resend", body)
    assert (reply.status, reply.document["code"]) == (422, "request_invalid")
