from typing import Any

import pytest
from sqlalchemy import select

from sunwi.adapters.sql.tables import AuditRow
from sunwi.domain.account import Account
from sunwi.domain.dead_letter import QueueName
from sunwi.testing import InMemoryDeadLetterQueue
from tests.unit.web.house import DeadLettersInMemory
from tests.unit.web.people import ADVERTISER, AGENCY
from tests.unit.web.routes.conftest import AskingAs
from tests.unit.web.walk.world import World

LETTERS = "/api/v1/dead-letters"


def queue_of(world: World, number: int) -> InMemoryDeadLetterQueue:
    """Let messages die in the crawl queue."""
    letters = world.house.dead_letters
    assert isinstance(letters, DeadLettersInMemory)
    queue = letters.queues[QueueName.CRAWL]
    for one in range(number):
        queue.put(f"m{one}", f"bad {one}")
    return queue


def audits(world: World) -> list[Any]:
    with world.engine.connect() as connection:
        return list(connection.execute(select(AuditRow)))


def test_dead_letters_are_listed_by_cause_and_stay_as_they_are(asking: AskingAs, world: World) -> None:
    queue = queue_of(world, 3)
    for _ in range(2):
        answer = asking().ask("GET", LETTERS).document
        assert answer["causes"] == [{"cause": "bad_message", "count": 3, "trackings": 0}]
        assert {letter["message_id"] for letter in answer["letters"]} == {"m0", "m1", "m2"}
    assert [one["seen"] for one in asking().ask("GET", f"{LETTERS}?queue=express").document["queues"]] == [0]
    assert len(queue.visible()) == 3
    assert audits(world) == []


def test_letters_of_a_cause_are_sent_back_as_far_as_there_is_time(asking: AskingAs, world: World) -> None:
    queue = queue_of(world, 40)
    body = {"queue": "crawl", "cause": ["bad_message"], "rate": 2}
    report = asking().ask("POST", f"{LETTERS}/redrive", body).document["report"]
    assert (report["moved"], report["by_cause"], report["is_end_reached"]) == (30, {"bad_message": 30}, False)
    again = asking().ask("POST", f"{LETTERS}/redrive", body).document["report"]
    assert (again["moved"], len(queue.messages)) == (10, 0)
    [first, _] = audits(world)
    assert (first.action, first.subject) == ("dead_letters_redriven", "dead letters of crawl")
    assert first.after == {"causes": ["bad_message"], "per_second": 2.0, "limit": None}


def test_letters_of_other_causes_stay(asking: AskingAs, world: World) -> None:
    queue = queue_of(world, 2)
    body = {"queue": "crawl", "cause": ["blocked"], "rate": 1}
    report = asking().ask("POST", f"{LETTERS}/redrive", body).document["report"]
    assert (report["moved"], report["kept"], len(queue.messages)) == (0, 2, 2)


@pytest.mark.parametrize("account", [AGENCY, ADVERTISER])
def test_dead_letters_are_the_operators_alone(asking: AskingAs, world: World, account: Account) -> None:
    assert asking(account).ask("GET", LETTERS).document["code"] == "action_forbidden"
    reply = asking(account).ask("POST", f"{LETTERS}/redrive", {"queue": "crawl"})
    assert reply.document["code"] == "action_forbidden"
    assert audits(world) == []


@pytest.mark.parametrize(
    "body", [{}, {"queue": "night"}, {"queue": "crawl", "rate": 0}, {"queue": "crawl", "limit": 0}]
)
def test_what_is_no_redrive_is_refused(asking: AskingAs, body: dict[str, Any]) -> None:
    assert asking().ask("POST", f"{LETTERS}/redrive", body).status == 422
