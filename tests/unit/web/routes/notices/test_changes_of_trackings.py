import pytest

from sunwi.domain.evaluation import Event, EventChange, EventKind, EventState
from tests.examples import DAY, NIGHT
from tests.unit.web.people import ADVERTISER, AGENCY, FOREIGN_ADVERTISER, FOREIGN_AGENCY
from tests.unit.web.routes.conftest import AskingAs
from tests.unit.web.walk.world import World


@pytest.fixture
def event(world: World) -> Event:
    """Something that happened to the tracking of client 1."""
    event = Event(
        tracking_id=world.tracking(),
        day=DAY,
        kind=EventKind.LEFT,
        compared=DAY,
        facts={"rank_before": 3, "rank": None, "area_before": None, "area": None},
        weight=5,
    )
    with world.store.begin() as tx:
        tx.evaluation.save_events([EventChange(event=event, state=EventState.HOLDS)], at=NIGHT)
    return event


def test_everybody_sees_what_changed_for_their_own_trackings(asking: AskingAs, event: Event) -> None:
    for account, seen in ((AGENCY, 1), (ADVERTISER, 1), (FOREIGN_AGENCY, 0), (FOREIGN_ADVERTISER, 0)):
        events = asking(account).ask("GET", "/api/v1/events").document["events"]
        assert len(events) == seen, account.email
        status = asking(account).ask("GET", f"/api/v1/events?tracking={event.tracking_id}").status
        assert status == (200 if seen else 404)


@pytest.mark.parametrize(
    ("query", "found"),
    [("day=2026-01-02", 1), ("day=2026-01-03", 0), ("client=1", 1), ("client=2", 0), ("kind=left,dropped", 1)],
)
def test_filters_narrow_the_events(asking: AskingAs, event: Event, query: str, found: int) -> None:
    assert event.day == DAY
    assert len(asking().ask("GET", f"/api/v1/events?{query}").document["events"]) == found


@pytest.mark.parametrize("query", ["after=x", "after=1.2.3", "after=2026-01-02.1.gone"])
def test_a_cursor_that_no_list_gave_is_refused(asking: AskingAs, query: str) -> None:
    reply = asking().ask("GET", f"/api/v1/events?{query}")
    assert (reply.status, reply.document["code"]) == (422, "cursor_unusable")


def test_what_is_worth_telling_is_set_as_a_whole_from_the_next_night_on(asking: AskingAs, world: World) -> None:
    address = "/api/v1/clients/1/thresholds"
    assert asking(AGENCY).ask("GET", address).document["drop_places"] == 4
    reply = asking(AGENCY).ask("PUT", address, {"drop_places": 2, "told": ["left"]})
    assert (reply.document["drop_places"], reply.document["coming"]["drop_places"]) == (4, 2)
    assert reply.document["coming"]["told"] == ["left"]
    assert asking(AGENCY).ask("PUT", address, {}).document["coming"]["drop_places"] == 4
    with world.store.read() as tx:
        (entry,) = tx.audit.latest(1)
    assert (entry.actor, entry.action, entry.subject) == (AGENCY.owner, "thresholds_set", "client 1")
    assert (entry.before or {})["drop_places"] == 2


def test_a_client_of_others_is_not_there(asking: AskingAs) -> None:
    for account in (AGENCY, FOREIGN_AGENCY):
        foreign = 2 if account is AGENCY else 1
        for client_id in (foreign, 99):
            address = f"/api/v1/clients/{client_id}/thresholds"
            assert asking(account).ask("GET", address).status == 404
            assert asking(account).ask("PUT", address, {}).status == 404


@pytest.mark.parametrize("body", [{"drop_places": 0}, {"gap_days": 99}, {"told": ["gossip"]}, {"colour": 1}])
def test_thresholds_out_of_their_limits_are_refused(asking: AskingAs, body: object) -> None:
    reply = asking(AGENCY).ask("PUT", "/api/v1/clients/1/thresholds", body)
    assert (reply.status, reply.document["code"]) == (422, "request_invalid")
