"""The kind `lookup`: its params, its lane, and its work under pace and circuit."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.circuit import CircuitState
from sunwi.domain.job import JobState
from sunwi.domain.reading import PageVerdict
from sunwi.domain.tracking import Device, Surface
from sunwi.errors import InvalidInput, PageUnreachable
from sunwi.service.jobs.reading.read_result import ReadResult
from sunwi.service.lookups.lookup import LOOKUP, parse_lookup
from sunwi.service.lookups.run_lookup import RunLookup
from sunwi.service.pages.follow_link import FollowLink
from sunwi.service.pages.read_surface import ReadSurface
from sunwi.sites.naver.site import Lane
from sunwi.wording.reading_documents import rank_document
from tests.examples import recognised, unreadable
from tests.job_world import ADMIN, JobWorld
from tests.night import Night

PLACE = "https://map.naver.com/p/entry/place/1234567"
PARAMS = {"keyword": "강남역 맛집", "url": PLACE}
PC = Lane(Surface.INTEGRATED, Device.PC).circuit


class Links:
    """Follows every shortened link to one address."""

    def __init__(self, url: str) -> None:
        self.url = url

    def follow(self, _site: object, _url: str) -> str:
        return self.url


class Desk:
    """A world of jobs that reads the pages of a night."""

    def __init__(self, night: Night) -> None:
        self.night, self.world = night, JobWorld(SqlStore(night.sql.engine), clock=night.clock, kinds=(LOOKUP,))
        self.links = Links(PLACE)

    def look_up(self, **params: Any) -> str:
        job_id = self.world.submit("lookup", params={**PARAMS, **params})
        self.world.admit_jobs.admit()
        return job_id

    def run(self, job_id: str) -> str:
        runner = RunLookup(
            store=self.night.sql,
            guard=self.night.guard,
            read_surface=ReadSurface(loader=self.night.loader),
            follow_link=FollowLink(self.links),
            write=rank_document,
        )
        worker = self.world.worker()
        return self.world.run(job_id, worker=replace(worker, runners={"lookup": lambda: runner}))

    def result(self, job_id: str) -> Mapping[str, Any]:
        result = self.world.job(job_id).result
        assert result is not None
        return result


@pytest.fixture
def desk(sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Desk:
    night = Night(SqlStore(sqlite_engine))
    monkeypatch.setattr("sunwi.sites.naver.surface_reading.read_page", night.read_page)
    night.show(recognised("7", "1234567"))
    return Desk(night)


def test_a_lookup_answers_where_the_target_stands_and_stores_no_rank(desk: Desk) -> None:
    job_id = desk.look_up()
    assert desk.run(job_id) == "succeeded"
    result = desk.result(job_id)
    assert (result["outcome"]["outcome"], result["outcome"]["rank"]) == ("exposed", 2)
    assert "entries" not in result
    assert result["files"] == [f"results/{job_id}/1/rank.json"]
    read = ReadResult(store=desk.world.store, open_files=lambda: desk.world.files)
    whole = json.loads(read.file(ADMIN, job_id, "rank.json"))
    assert [entry["id"] for entry in whole["entries"]] == ["7", "1234567"]
    assert desk.night.history() == []


def test_a_target_that_is_not_there_is_not_exposed(desk: Desk) -> None:
    desk.night.show(recognised("7"))
    job_id = desk.look_up()
    desk.run(job_id)
    assert desk.result(job_id)["outcome"]["outcome"] == "not_exposed"


def test_a_page_that_cannot_be_read_is_tried_again_and_fails_as_not_measured(desk: Desk) -> None:
    desk.night.show(unreadable(PageVerdict.LAYOUT_UNKNOWN, "another page"))
    job_id = desk.look_up()
    outcomes = []
    for _ in range(3):
        outcomes.append(desk.run(job_id))
        desk.night.clock.advance(minutes=2)
        desk.world.tick.tick()
    assert outcomes == ["backed_off", "backed_off", "failed"]
    job = desk.world.job(job_id)
    assert (job.state, job.result) == (JobState.FAILED, None)
    assert job.failure is not None
    assert job.failure.code == "layout_unknown"


def test_refused_pages_of_lookups_open_the_circuit_for_all(desk: Desk) -> None:
    for keyword in ("가", "나", "다"):
        desk.night.show(unreadable(PageVerdict.BLOCKED, "captcha"), keyword=keyword)
        assert desk.run(desk.look_up(keyword=keyword)) == "backed_off"
    with desk.night.sql.read() as tx:
        assert tx.circuits.get(PC).state(desk.night.clock.now()) is CircuitState.OPEN
    waiting = desk.look_up(keyword="라")
    assert desk.world.job(waiting).state is JobState.PENDING


def test_a_lookup_whose_circuit_opens_after_its_admission_asks_nobody_and_uses_no_attempt(desk: Desk) -> None:
    job_id = desk.look_up()
    desk.night.open_circuit(PC)
    assert desk.run(job_id) == "not_started"
    assert not desk.night.loader.loads
    assert (desk.world.job(job_id).state, desk.world.job(job_id).attempts) == (JobState.PENDING, 0)


def test_the_lookup_that_is_the_probe_closes_the_circuit(desk: Desk) -> None:
    desk.night.open_circuit(PC)
    desk.night.clock.advance(hours=1)
    assert desk.run(desk.look_up()) == "succeeded"
    with desk.night.sql.read() as tx:
        assert tx.circuits.get(PC).state(desk.night.clock.now()) is CircuitState.CLOSED


def test_a_probe_that_finds_nothing_lets_the_next_one_through_later(desk: Desk) -> None:
    desk.night.open_circuit(PC)
    desk.night.clock.advance(hours=1)
    desk.night.show(PageUnreachable("no answer"))
    assert desk.run(desk.look_up()) == "backed_off"
    with desk.night.sql.read() as tx:
        assert tx.circuits.get(PC).probing_until is None


def test_a_shortened_link_is_followed_when_the_lookup_runs(desk: Desk) -> None:
    job_id = desk.look_up(url="https://naver.me/abcd1234")
    assert desk.run(job_id) == "succeeded"
    assert desk.result(job_id)["outcome"]["target"] == "1234567"


def test_a_shortened_link_to_something_else_fails_at_once(desk: Desk) -> None:
    desk.links.url = "https://www.naver.com/"
    job_id = desk.look_up(url="https://naver.me/abcd1234")
    assert desk.run(job_id) == "failed"
    failure = desk.world.job(job_id).failure
    assert failure is not None
    assert failure.code == "short_link_elsewhere"


def test_lookups_wait_a_quarter_of_an_hour_at_most(desk: Desk) -> None:
    desk.night.open_circuit(PC)
    job_id = desk.look_up()
    assert desk.world.job(job_id).expires_at == desk.world.job(job_id).created_at + timedelta(minutes=15)
    desk.night.clock.advance(minutes=15)
    desk.world.tick.tick()
    assert desk.world.job(job_id).state is JobState.EXPIRED


@pytest.mark.parametrize(
    ("params", "codes"),
    [
        ({}, ["param_missing", "param_missing"]),
        ({**PARAMS, "colour": "red"}, ["param_unknown"]),
        ({**PARAMS, "bundled": "yes"}, ["param_unusable"]),
        ({**PARAMS, "surface": "window"}, ["word_unknown"]),
        ({"keyword": "맛집", "url": "https://example.com/"}, ["link_foreign"]),
    ],
)
def test_params_that_are_no_use_are_all_named(params: dict[str, Any], codes: list[str]) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_lookup(params)
    found = caught.value.problems or [caught.value]
    assert [problem.code for problem in found] == codes


def test_the_lane_of_a_lookup_is_that_of_its_surface_and_device() -> None:
    assert LOOKUP.lane_of(parse_lookup(PARAMS)) == PC.lane
    params = {**PARAMS, "surface": "플레이스목록", "device": "모바일"}
    assert LOOKUP.lane_of(parse_lookup(params)) == "place_list-mobile"
