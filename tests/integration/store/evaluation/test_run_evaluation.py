"""What an evaluation stores and tells, night by night, and that nothing in the middle of it is lost or doubled."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, text, update

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore
from sunwi.adapters.sql.tables import TrackingRow
from sunwi.domain.actor import SYSTEM
from sunwi.domain.evaluation import EventKind
from sunwi.domain.evaluation_thresholds import DatedThresholds, Thresholds
from sunwi.domain.notice import SYSTEM_AUDIENCE, Audience, AudienceKind, NoticeKind
from sunwi.domain.tracking import TrackingStatus
from sunwi.service.evaluation import run_evaluation, tell_clients
from sunwi.service.trackings.manage_trackings import ManageTrackings
from tests.evaluation.evaluation_model import right_events
from tests.evaluation.evaluation_world import MISSED, EvaluationWorld
from tests.evaluation.said_events import held_by
from tests.night import CrashError

LEFT, ENTERED, DROPPED = EventKind.LEFT, EventKind.ENTERED, EventKind.DROPPED
BELOW, UNMEASURED = EventKind.BELOW_TARGET, EventKind.UNMEASURED


#: The defaults, without a promised rank, of sessions of two days.
TERMS = {"drop": 4, "gap": 3, "nights": 2, "soon": 3, "target": 1000, "length": 2}

#: A day of all trackings but the first.
ALIKE = (
    "INSERT INTO rank_history (tracking_id, date, session_number, rank, area, page_rank, depth, looks, observation_id) "
    "SELECT tracking.id, '{day}', 1, {rank}, 'a', 1, 30, 1, observation.id FROM tracking, observation "
    "WHERE tracking.id <> {first}"
)


def told(content: Mapping[str, Any]) -> dict[str, int]:
    """The sections of a digest, with their counts."""
    return {section["name"]: section["count"] for section in content["sections"]}


def named(content: Mapping[str, Any], section: str) -> list[int]:
    """The trackings that a section of a digest names."""
    return [line["tracking_id"] for one in content["sections"] if one["name"] == section for line in one["lines"]]


def test_a_night_is_compared_with_the_night_before_and_told_to_the_client(world: EvaluationWorld) -> None:
    ids = world.track(4, client="가게", agency="한빛")
    world.night(0, dict.fromkeys(ids, 3))
    assert world.evaluate() == {
        "through": "2026-01-02",
        "judged": 4,
        "events": 0,
        "withdrawn": 0,
        "digests": 0,
        "night_failed": False,
    }
    world.night(1, {ids[0]: None, ids[1]: 9, ids[2]: 2, ids[3]: 3})
    assert world.evaluate()["events"] == 2
    assert world.held() == [(ids[0], 1, LEFT), (ids[1], 1, DROPPED)]
    [digest] = world.take()
    assert digest.audience == Audience(AudienceKind.CLIENT, 1)
    assert digest.dedupe_key == "digest:1:2026-01-03:1"
    assert told(digest.content) == {"left": 1, "dropped": 1}
    counts = {"active": 4, "measured": 4, "exposed": 3, "good": 3, "missed": 0, "entered": 0}
    assert digest.content["counts"] == counts
    assert (digest.content["client"], digest.content["agency"]) == ("가게", "한빛")


def test_twice_is_once(world: EvaluationWorld) -> None:
    ids = world.track(2, client="가게")
    world.night(0, dict.fromkeys(ids, 3))
    world.night(1, dict.fromkeys(ids))
    world.evaluate()
    before = world.events()
    world.take()
    again = world.evaluate()
    assert (again["judged"], again["events"], again["digests"]) == (0, 0, 0)
    assert world.events() == before
    assert world.take() == []


def test_a_state_is_told_when_it_begins_and_not_on_each_day_of_it(world: EvaluationWorld) -> None:
    [one] = world.track(client="가게", target_rank=5)
    for number, rank in enumerate([7, 8, None, None, 6, 6]):
        world.night(number, {one: rank})
        world.evaluate()
    assert world.held() == [(one, 0, BELOW), (one, 2, LEFT), (one, 4, BELOW), (one, 4, ENTERED)]
    assert [told(digest.content) for digest in world.take()] == [{"below_target": 1}, {"left": 1}, {"below_target": 1}]


def test_what_a_redrive_finds_in_the_afternoon_takes_back_what_was_told(world: EvaluationWorld) -> None:
    [one] = world.track(client="가게")
    world.night(0, {one: 3})
    world.night(1, {one: None})
    world.evaluate()
    world.take()
    world.measure(one, 1, 4)
    world.clock.at = datetime(2026, 1, 3, 15, 0, tzinfo=UTC)
    assert world.evaluate()["withdrawn"] == 1
    [digest] = world.take()
    assert digest.dedupe_key == "digest:1:2026-01-03:2"
    [section] = digest.content["sections"]
    assert (section["name"], section["count"]) == ("corrections", 1)
    assert (section["lines"][0]["event"], section["lines"][0]["part"]) == ("left", "withdrawn")
    [event] = world.events()
    assert event.stored.withdrawn_at == world.clock.now()
    assert (event.stored.version, event.stored.told, event.stored.said) == (2, 2, False)


def test_what_was_never_told_is_withdrawn_without_a_word(world: EvaluationWorld) -> None:
    [one] = world.track(client="가게")
    world.set_thresholds(1, told=frozenset({DROPPED}))
    world.night(0, {one: 3})
    world.night(1, {one: None})
    world.evaluate()
    world.measure(one, 1, 4)
    assert world.evaluate()["withdrawn"] == 1
    assert world.take() == []


def test_a_late_day_is_judged_with_the_day_behind_it(world: EvaluationWorld) -> None:
    [one] = world.track(client="가게")
    world.night(0, {one: 3})
    world.night(5, {one: None})
    world.evaluate()
    assert world.held() == [(one, 5, EventKind.NOT_COMPARABLE)]
    world.measure(one, 4, 2)
    world.evaluate()
    assert world.held() == [(one, 5, LEFT)]
    assert [told(digest.content) for digest in world.take()] == [{"not_comparable": 1}, {"left": 1, "corrections": 1}]


def test_a_correction_is_told_with_what_it_changes(world: EvaluationWorld) -> None:
    [one] = world.track(client="가게")
    for number in range(3):
        world.night(number, {one: 3})
    world.evaluate()
    world.correct(one, 1, None)
    world.evaluate()
    assert world.held() == [(one, 1, EventKind.CORRECTED), (one, 1, LEFT), (one, 2, ENTERED)]
    [digest] = world.take()
    assert told(digest.content) == {"corrections": 2}
    assert digest.content["counts"]["entered"] == 1
    world.correct(one, 1, 3)
    world.evaluate()
    assert world.held() == []
    assert told(world.take()[0].content) == {"corrections": 3}


def test_what_a_promise_was_judged_by_stays_when_another_one_is_made(world: EvaluationWorld, store: SqlStore) -> None:
    [one] = world.track(client="가게", target_rank=5)
    world.night(0, {one: 5})
    world.night(1, {one: 7})
    world.evaluate()
    with store.begin() as tx:
        tx.trackings.set_terms(one, session_days=25, target_rank=10)
    world.measure(one, 1, 8)
    world.evaluate()
    [event] = [one.event for one in world.events(kinds=(BELOW,))]
    assert (event.facts["target_rank"], event.facts["rank"]) == (5, 8)


def test_thresholds_of_later_days_do_not_touch_what_was_judged(world: EvaluationWorld, store: SqlStore) -> None:
    [one] = world.track(client="가게")
    world.night(0, {one: 1})
    world.night(1, {one: 6})
    world.evaluate()
    assert world.held() == [(one, 1, DROPPED)]
    later = DatedThresholds(since=world.day(2), thresholds=Thresholds(drop_places=9))
    with store.begin() as tx:
        tx.client_thresholds.set(1, later, at=world.clock.now(), by="cli:tester")
    world.measure(one, 1, 7)
    world.night(2, {one: 12})
    world.evaluate()
    assert world.held() == [(one, 1, DROPPED)]
    assert world.events()[0].event.facts["places"] == 6


def test_two_nights_running_without_a_measurement_are_told_and_taken_back_when_one_is_made_up(
    world: EvaluationWorld,
) -> None:
    ids = world.track(5, client="가게")
    others = dict.fromkeys(ids[1:], 3)
    world.night(0, {ids[0]: 3, **others})
    for number in (1, 2):
        world.night(number, {ids[0]: MISSED, **others})
        world.evaluate()
    assert world.held() == [(ids[0], 2, UNMEASURED)]
    [digest] = world.take()
    assert told(digest.content) == {"unmeasured": 1}
    assert digest.content["counts"]["missed"] == 1
    [line] = digest.content["sections"][0]["lines"]
    assert line["facts"] == {"since": "2026-01-03", "nights": 2, "last_measured": "2026-01-02"}
    world.measure(ids[0], 2, 3)
    world.evaluate()
    assert world.held() == []
    assert told(world.take()[0].content) == {"corrections": 1}


def test_a_tracking_that_was_never_measured_is_told_too(world: EvaluationWorld) -> None:
    ids = world.track(5, client="가게")
    for number in (0, 1):
        world.night(number, {ids[0]: MISSED, **dict.fromkeys(ids[1:], 3)})
    world.evaluate()
    [event] = [one.event for one in world.events(kinds=(UNMEASURED,))]
    assert (event.tracking_id, event.facts["last_measured"]) == (ids[0], None)


def test_a_tracking_that_nobody_wants_measured_any_more_is_not_told_as_unmeasured(
    world: EvaluationWorld, store: SqlStore
) -> None:
    ids = world.track(5, client="가게")
    for number in (0, 1):
        world.night(number, {ids[0]: MISSED, **dict.fromkeys(ids[1:], 3)})
    ManageTrackings(store=store, clock=world.clock).set_status(SYSTEM, [ids[0]], TrackingStatus.PAUSED)
    world.evaluate()
    assert world.take() == []


def test_a_session_is_told_before_its_end_and_at_it(world: EvaluationWorld) -> None:
    [one] = world.track(client="가게", session_days=5)
    for number in range(6):
        world.night(number, {one: 3})
        world.evaluate()
    assert world.held() == [(one, 1, EventKind.SESSION_ENDS_SOON), (one, 4, EventKind.SESSION_FULL)]
    assert [told(digest.content) for digest in world.take()] == [{"session_ends_soon": 1}, {"session_full": 1}]


def test_a_night_that_failed_is_one_notice_for_each_audience_and_no_drop(world: EvaluationWorld) -> None:
    of_shop, of_salon = world.track(3, client="가게", agency="한빛"), world.track(2, client="미용실", agency="한빛")
    alone = world.track(1, client="병원")
    everybody = [*of_shop, *of_salon, *alone]
    world.night(0, dict.fromkeys(everybody, 1))
    world.evaluate()
    for number in (1, 2):
        world.night(number, dict.fromkeys(everybody, MISSED), failure="the state machine died")
        assert world.evaluate()["night_failed"]
        world.evaluate()
    failed = world.take(NoticeKind.NIGHT_FAILED)
    keys = [(notice.audience, notice.dedupe_key) for notice in failed]
    assert len(set(keys)) == len(keys) == 2 * 5
    assert [notice.content["missed"] for notice in failed if notice.audience == SYSTEM_AUDIENCE] == [6, 6]
    assert [notice.content["missed"] for notice in failed if notice.audience.kind is AudienceKind.AGENCY] == [5, 5]
    assert world.take() == []
    assert [kind for _, _, kind in world.held()] == [UNMEASURED] * 6


def test_a_night_without_a_run_is_told_when_it_is_over(world: EvaluationWorld) -> None:
    ids = world.track(2, client="가게")
    world.night(0, dict.fromkeys(ids, 1))
    world.clock.at = world.start_of(1)
    assert not world.evaluate()["night_failed"]
    assert world.take(NoticeKind.NIGHT_FAILED) == []
    assert world.evaluate(day=world.day(1).isoformat())["night_failed"]
    failed = world.take(NoticeKind.NIGHT_FAILED)
    assert [notice.content["causes"] for notice in failed] == [[["", 2]]] * 2
    assert {notice.audience.kind for notice in failed} == {AudienceKind.SYSTEM, AudienceKind.CLIENT}


def test_nobody_is_told_of_a_night_before_they_were_there(world: EvaluationWorld, store: SqlStore) -> None:
    world.track(client="가게")
    with store.begin() as tx:
        tx.connection.execute(update(TrackingRow).values(created_at=datetime(2026, 1, 2, 3, 0, tzinfo=UTC)))
    world.clock.at = datetime(2026, 1, 2, 15, 1, tzinfo=UTC)
    assert not world.evaluate()["night_failed"]
    assert world.posted == []


def test_a_minute_before_midnight_belongs_to_the_day_before(world: EvaluationWorld) -> None:
    [one] = world.track(client="가게")
    world.night(0, {one: 3})
    world.measure(one, 1, None)
    world.clock.at = datetime(2026, 1, 3, 14, 59, tzinfo=UTC)
    assert world.evaluate()["through"] == "2026-01-02"
    assert world.held() == []
    world.clock.at = datetime(2026, 1, 3, 15, 0, tzinfo=UTC)
    assert world.evaluate()["through"] == "2026-01-03"
    assert world.held() == [(one, 1, LEFT)]


def test_a_leap_day_is_a_day_like_others(store: SqlStore) -> None:
    world = EvaluationWorld(store, first=date(2028, 2, 28))
    [one] = world.track(client="가게")
    for number, rank in enumerate([3, None, 4]):
        world.night(number, {one: rank})
        world.evaluate()
    assert [(event.event.day, event.event.compared) for event in world.events()] == [
        (date(2028, 3, 1), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2028, 2, 28)),
    ]


def test_a_client_of_five_thousand_is_told_in_one_digest_that_fits(world: EvaluationWorld, store: SqlStore) -> None:
    ids = world.track(5000, client="가게", keyword="🍜" * 60)
    world.night(0, {ids[0]: 3})
    world.night(1, {ids[0]: 3})
    with store.begin() as tx:
        for day, rank in (("2026-01-02", "3"), ("2026-01-03", "NULL")):
            tx.connection.execute(text(ALIKE.format(day=day, rank=rank, first=ids[0])))
    world.evaluate()
    [digest] = world.take()
    assert told(digest.content) == {"left": 4999}
    assert len(named(digest.content, "left")) == 20
    assert digest.content["counts"]["measured"] == 5000


@pytest.mark.parametrize("is_daily", [True, False])
def test_a_client_that_nothing_happened_to_hears_a_line_a_day_if_it_wants_one(
    world: EvaluationWorld, *, is_daily: bool
) -> None:
    [one] = world.track(client="가게")
    world.set_thresholds(1, is_daily=is_daily)
    for number in range(2):
        world.night(number, {one: 3})
        world.evaluate()
        world.evaluate()
    assert [told(digest.content) for digest in world.take()] == [{}, {}] * is_daily


def test_trackings_of_no_client_are_told_to_their_agency_or_the_operators(world: EvaluationWorld) -> None:
    ids = [*world.track(2, agency="한빛"), *world.track(1)]
    world.night(0, dict.fromkeys(ids, 3))
    world.night(1, dict.fromkeys(ids))
    world.evaluate()
    found = {notice.audience: told(notice.content) for notice in world.take()}
    assert found == {Audience(AudienceKind.AGENCY, 1): {"left": 2}, SYSTEM_AUDIENCE: {"left": 1}}


def busy_world(store: SqlStore) -> EvaluationWorld:
    """Several clients to each of whom several things happen, of days some of which were told and then changed."""
    world = EvaluationWorld(store)
    ids = [tracking_id for name in "가나다라마" for tracking_id in world.track(3, client=name, session_days=2)]
    world.night(0, dict.fromkeys(ids, 3))
    world.night(1, {one: (None, 9, 2)[one % 3] for one in ids})
    world.evaluate()
    world.take()
    for one in ids[::2]:
        world.measure(one, 1, 5)
    world.night(2, {one: (MISSED, 4, 8, 1)[one % 4] for one in ids})
    world.night(3, {one: (MISSED, None, 8, 4)[one % 4] for one in ids})
    return world


def outcome(world: EvaluationWorld) -> tuple[object, object]:
    contents = sorted((notice.dedupe_key, repr(notice.content)) for notice in world.posted)
    return [(one.event, one.stored.version, one.stored.state, one.stored.said) for one in world.events()], contents


@pytest.mark.parametrize("when", [{"crash_before": 2}, {"crash_after": 1}], ids=["before", "after"])
def test_killed_at_every_commit_it_goes_on_without_loss_or_doubles(
    sqlite_engine: Engine, postgres_engine: Engine, monkeypatch: pytest.MonkeyPatch, when: dict[str, int]
) -> None:
    monkeypatch.setattr(run_evaluation, "MOST_JUDGED", 4)
    monkeypatch.setattr(tell_clients, "OWNERS", 2)
    undisturbed, disturbed = (busy_world(SqlStore(engine)) for engine in (sqlite_engine, postgres_engine))
    undisturbed.evaluate()
    kills = 0
    while True:
        try:
            disturbed.evaluate(**when)
        except CrashError:
            kills += 1
        else:
            break
    assert kills > 10
    assert outcome(disturbed) == outcome(undisturbed)
    with postgres_engine.connect() as connection:
        for one in range(1, 16):
            right = right_events(connection, one, disturbed.day(3).isoformat(), TERMS)
            assert held_by(disturbed, one) == right
    assert len(undisturbed.posted) > 3


def test_two_evaluations_at_once_share_the_work_and_tell_once(
    sqlite_engine: Engine, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_evaluation, "MOST_JUDGED", 3)
    monkeypatch.setattr(tell_clients, "OWNERS", 1)
    alone = busy_world(SqlStore(sqlite_engine))
    judged = alone.evaluate()["judged"]
    engines = [create_store_engine(postgres_url) for _ in range(2)]
    first = busy_world(SqlStore(engines[0]))
    second = EvaluationWorld(SqlStore(engines[1]), clock=first.clock)
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda world: world.evaluate(), (first, second)))
    both = [notice.dedupe_key for world in (first, second) for notice in world.posted]
    assert sorted(both) == sorted(notice.dedupe_key for notice in alone.posted)
    assert sum(result["judged"] for result in results) == judged
    assert outcome(first)[0] == outcome(alone)[0]
    for engine in engines:
        engine.dispose()
