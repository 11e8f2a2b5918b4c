"""`sunwi evaluation` and `sunwi clients thresholds`."""

import pytest

from sunwi.domain.evaluation import Event, EventChange, EventKind, EventState
from sunwi.domain.run import RunKind, scheduled_run_id
from tests.examples import DAY, NIGHT, new_run, place_tracking
from tests.hostile import TAKEN
from tests.unit.cli.command_line import CommandLine, FakeContainer

BEFORE = DAY.replace(day=1)


@pytest.fixture(autouse=True)
def _events(container: FakeContainer) -> None:
    """Two trackings of a client; one has left and dropped out of a session, the other was wrongly told to have left."""
    facts = {"rank_before": 3, "rank": None, "area_before": "ugB_bsR", "area": None}
    with container.adapters.store.begin() as tx:
        tx.trackings.add([place_tracking(1, client="가게", agency="한빛"), place_tracking(2, "홍대 맛집")], at=NIGHT)
        for tracking_id, state in ((1, EventState.HOLDS), (2, EventState.WITHDRAWN)):
            event = Event(tracking_id=tracking_id, day=DAY, kind=EventKind.LEFT, compared=BEFORE, facts=facts)
            tx.evaluation.save_events([EventChange(event=event, state=state)], at=NIGHT)
        full = Event(tracking_id=1, day=BEFORE, kind=EventKind.SESSION_FULL, facts={"session": 1, "session_days": 25})
        tx.evaluation.save_events([EventChange(event=full, state=EventState.HOLDS)], at=NIGHT)


def test_what_changed_is_listed_with_the_days_that_it_is_of(sunwi: CommandLine) -> None:
    listed = sunwi("evaluation", "list").out
    for words in ("이탈", "3위 → 미노출 (1월 1일(목) → 1월 2일(금))", "1회차 25일을 모두 채움", "취소", "가게"):
        assert words in listed


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ((), [("left", 1), ("left", 2), ("session_full", 1)]),
        (("--day", "2026-01-02"), [("left", 1), ("left", 2)]),
        (("--client", "1"), [("left", 1), ("session_full", 1)]),
        (("--tracking", "2"), [("left", 2)]),
        (("--kind", "session_full"), [("session_full", 1)]),
        (("--state", "withdrawn"), [("left", 2)]),
        (("--day", "2026-01-03"), []),
    ],
)
def test_a_list_has_what_is_asked_for(
    sunwi: CommandLine, options: tuple[str, ...], found: list[tuple[str, int]]
) -> None:
    document = sunwi("evaluation", "list", *options, "--json").document()
    assert [(event["event"], event["tracking_id"]) for event in document["events"]] == found
    assert document["next"] is None


def test_a_page_says_where_the_next_one_begins(sunwi: CommandLine) -> None:
    first = sunwi("evaluation", "list", "--limit", "2", "--json").document()
    rest = sunwi("evaluation", "list", "--limit", "2", "--after", first["next"], "--json").document()
    assert [len(page["events"]) for page in (first, rest)] == [2, 1]
    assert rest["next"] is None
    assert f"sunwi evaluation list --after {first['next']}" in sunwi("evaluation", "list", "--limit", "2").out
    refused = sunwi("evaluation", "list", "--after", "nothing.like.that")
    assert (refused.code, "이어보기" in refused.err) == (2, True)


def test_an_event_is_one_document(sunwi: CommandLine) -> None:
    [event] = sunwi("evaluation", "list", "--kind", "left", "--client", "1", "--json").document()["events"]
    assert event == {
        "tracking_id": 1,
        "keyword": "강남역 맛집",
        "kind": "place",
        "surface": "integrated",
        "device": "pc",
        "client": "가게",
        "agency": "한빛",
        "event": "left",
        "day": "2026-01-02",
        "compared": "2026-01-01",
        "facts": {"rank_before": 3, "rank": None, "area_before": "ugB_bsR", "area": None},
        "message": "3위 → 미노출 (1월 1일(목) → 1월 2일(금))",
        "state": "HOLDS",
        "version": 1,
        "withdrawn_at": None,
        "is_told": False,
    }


def test_one_tracking_is_shown_with_what_no_longer_holds(sunwi: CommandLine) -> None:
    assert "취소" in sunwi("evaluation", "show", "2").out
    assert len(sunwi("evaluation", "show", "1", "--json").document()["events"]) == 2
    assert "변화가 없습니다" in sunwi("evaluation", "show", "1", "--day", "2026-02-28").out
    unknown = sunwi("evaluation", "show", "99")
    assert (unknown.code, "sunwi trackings list" in unknown.err) == (2, True)
    assert "날짜가 아닙니다" in sunwi("evaluation", "list", "--day", "2026-02-30").err


@pytest.mark.parametrize("name", TAKEN.values(), ids=TAKEN)
def test_whatever_a_tracking_is_called_it_is_listed(sunwi: CommandLine, container: FakeContainer, name: str) -> None:
    with container.adapters.store.begin() as tx:
        [tracking_id] = tx.trackings.add([place_tracking(9, name, client=name)], at=NIGHT)
        full = {"session": 1, "session_days": 25}
        event = Event(tracking_id=tracking_id or 0, day=DAY, kind=EventKind.SESSION_FULL, facts=full)
        tx.evaluation.save_events([EventChange(event=event, state=EventState.HOLDS)], at=NIGHT)
    assert sunwi("evaluation", "show", str(tracking_id)).code == 0
    [found] = sunwi("evaluation", "show", str(tracking_id), "--json").document()["events"]
    assert (found["keyword"], found["client"]) == (name, name)


def test_an_evaluation_is_submitted_as_a_critical_job(sunwi: CommandLine) -> None:
    job = sunwi("evaluation", "run", "--day", "2026-01-02", "--json").document()
    assert (job["work"], job["priority"], job["params"]) == ("evaluation", "critical", {"day": "2026-01-02"})
    assert "평가" in sunwi("evaluation", "run").out
    assert "평가" in sunwi("jobs", "list").out


def test_thresholds_are_shown_and_set_from_the_next_night_on(sunwi: CommandLine) -> None:
    shown = sunwi("clients", "thresholds", "1").out
    for words in ("광고주 1번 가게 (한빛): 기본값", "4계단 이상 하락", "알릴 것이 있는 날만"):
        assert words in shown
    given = ("--drop", "7", "--tell", "left", "--tell", "session_full", "--daily")
    document = sunwi("clients", "thresholds", "1", *given, "--json").document()
    assert (document["drop_places"], document["since"]) == (4, None)
    assert document["coming"] == {
        "drop_places": 7,
        "gap_days": 3,
        "unmeasured_nights": 2,
        "ends_soon_days": 3,
        "told": ["left", "session_full"],
        "is_daily": True,
        "since": "2026-01-02",
    }
    again = sunwi("clients", "thresholds", "1", "--gap", "5").out
    for words in ("2026-01-02부터", "7계단 이상 하락", "5일 이내", "이탈, 회차 완료", "매일"):
        assert words in again
    assert "7계단" not in sunwi("clients", "thresholds", "1", "--default").out


def test_thresholds_hold_once_the_night_has_ended(sunwi: CommandLine, container: FakeContainer) -> None:
    sunwi("clients", "thresholds", "1", "--ends-soon", "5")
    with container.adapters.store.begin() as tx:
        run = tx.runs.add(new_run(scheduled_run_id(DAY), RunKind.SCHEDULED, NIGHT), [])
        tx.runs.close(run.id, at=NIGHT, status=run.status, summary={})
    document = sunwi("clients", "thresholds", "1", "--json").document()
    assert (document["ends_soon_days"], document["since"], document["coming"]) == (5, "2026-01-02", None)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("9",), "9번이 없습니다"),
        (("1", "--default", "--drop", "5"), "--default"),
        (("1", "--drop", "0"), "--drop"),
        (("1", "--tell", "everything"), "--tell"),
    ],
)
def test_thresholds_that_cannot_be_are_refused(sunwi: CommandLine, arguments: tuple[str, ...], words: str) -> None:
    refused = sunwi("clients", "thresholds", *arguments)
    assert (refused.code, words in refused.err) == (2, True), refused.err
