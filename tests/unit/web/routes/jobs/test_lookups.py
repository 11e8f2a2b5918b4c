from typing import Any

import pytest

from sunwi.domain.account import Account
from tests.unit.web.asking import ADMIN
from tests.unit.web.people import ADVERTISER, AGENCY
from tests.unit.web.routes.conftest import AskingAs
from tests.unit.web.walk.world import World

PLACE = {"keyword": "강남역 김밥", "url": "https://m.place.naver.com/restaurant/1234567890"}


@pytest.mark.parametrize(("account", "priority"), [(ADMIN, "critical"), (AGENCY, "high")])
def test_a_lookup_is_as_urgent_as_the_role_may_ask_for(asking: AskingAs, account: Account, priority: str) -> None:
    reply = asking(account).ask("POST", "/api/v1/lookups", PLACE)
    job = reply.document
    assert (reply.status, reply.headers["Location"]) == (202, f"/api/v1/jobs/{job['job_id']}")
    assert (job["work"], job["priority"], job["owner"]) == ("lookup", priority, account.actor.owner)


def test_advertisers_look_nothing_up(asking: AskingAs, world: World) -> None:
    assert asking(ADVERTISER).ask("POST", "/api/v1/lookups", PLACE).document["code"] == "action_forbidden"
    assert world.count_audit() == 0


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"keyword": ""}, "keyword_empty"), ({"url": "https://example.com"}, None), ({"x": 1}, "request_invalid")],
)
def test_what_cannot_be_looked_up_is_refused(asking: AskingAs, changed: dict[str, Any], code: str | None) -> None:
    reply = asking(AGENCY).ask("POST", "/api/v1/lookups", {**PLACE, **changed})
    assert (reply.status, reply.document["code"]) == (422, code or reply.document["code"])
