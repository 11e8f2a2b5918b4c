"""The canary asks the circuit first, and feeds it."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from sunwi.domain.canary import CanaryKeyword, HoldRule
from sunwi.domain.circuit import Circuit
from sunwi.domain.reading import PageVerdict
from sunwi.domain.recognition import SurfaceCounts
from sunwi.domain.schedule import CANARY_LEAD
from sunwi.domain.tracking import Device, Surface
from sunwi.errors import PageUnreachable, Postponed, StoreUnavailable
from sunwi.sites.naver.site import Lane
from tests.examples import NIGHT, place_tracking, recognised, unreadable
from tests.night import Night

PC = Lane(Surface.INTEGRATED, Device.PC).circuit
LEAD = NIGHT - CANARY_LEAD
REFUSED = unreadable(PageVerdict.BLOCKED, "captcha")


@pytest.fixture
def night(night: Night) -> Night:
    """Ten minutes before the run, with three keywords whose pages are fine."""
    night.clock.at = LEAD
    night.canary_keywords = tuple(CanaryKeyword(keyword) for keyword in "가나다")
    show(night, recognised("1"))
    return night


def show(night: Night, *answers: object) -> None:
    for keyword in "가나다":
        night.show(*answers, keyword=keyword)  # type: ignore[arg-type]  # answers of a page


def circuit_of(night: Night) -> Circuit:
    with night.sql.read() as tx:
        return tx.circuits.get(PC)


def test_a_surface_whose_circuit_is_open_is_not_asked_and_counts_as_refused(night: Night) -> None:
    night.open_circuit(PC)
    check = night.canary.scheduled(LEAD)
    assert {key.device for key in night.loader.loads} == {Device.MOBILE}
    assert check.surfaces == [
        SurfaceCounts(surface=Surface.INTEGRATED, device=Device.MOBILE, recognised=3),
        SurfaceCounts(surface=Surface.INTEGRATED, device=Device.PC, blocked=3),
    ]
    since = LEAD.isoformat()
    why = f"not opened: the integrated surface on pc refuses since {since} (blocked (captcha))"
    assert list(check.failures) == [f"integrated pc {keyword}: blocked: {why}" for keyword in "가나다"]


def test_pages_that_were_not_opened_are_no_refusals_that_end_a_check(night: Night) -> None:
    night.open_circuit(PC)
    with capture_logs() as logs:
        night.canary.scheduled(LEAD)
    assert not [entry for entry in logs if entry["event"] == "canary_ended_early"]


def test_pages_that_are_refused_are_recorded_and_open_the_circuit_for_everybody(night: Night) -> None:
    night.start(place_tracking(101, "가"))
    night.clock.at = LEAD + timedelta(days=1)
    show(night, REFUSED)
    check = night.canary.scheduled(night.clock.at)
    assert len(night.loader.loads) == 3
    assert check.recognised_share == 0
    assert [keyword for keyword, _ in circuit_of(night).blocked_pages] == ["가", "나"]
    night.clock.advance(minutes=1)
    night.canary_keywords = (CanaryKeyword("다"),)
    night.clock.at = LEAD + timedelta(days=2)
    night.canary.scheduled(night.clock.at)
    assert circuit_of(night).opened_at == night.clock.now()


def test_a_recognised_page_ends_a_row_of_refusals(night: Night) -> None:
    night.canary_keywords = night.canary_keywords[:2]
    night.show(REFUSED, keyword="가")
    night.canary.scheduled(LEAD)
    assert circuit_of(night) == Circuit(key=PC)


def test_the_probe_that_is_due_is_the_canarys_and_closes_the_circuit_for_its_other_pages(night: Night) -> None:
    night.clock.at = LEAD - timedelta(minutes=5)
    night.open_circuit(PC)
    night.clock.at = LEAD
    check = night.canary.scheduled(LEAD)
    assert check.recognised_share == 1
    assert circuit_of(night) == Circuit(key=PC, closed_at=LEAD)


@pytest.mark.parametrize("answer", [REFUSED, PageUnreachable("reset")], ids=["refused", "unreachable"])
def test_a_probe_of_the_canarys_that_finds_no_answer_leaves_the_circuit_open_and_no_other_page_asked(
    night: Night, answer: object
) -> None:
    night.clock.at = LEAD - timedelta(minutes=5)
    night.open_circuit(PC)
    night.clock.at = LEAD
    show(night, answer, recognised("1"))
    night.canary.scheduled(LEAD)
    circuit = circuit_of(night)
    assert circuit.probing_until is None
    assert circuit.probe_at is not None
    assert circuit.probe_at > LEAD
    assert len([key for key in night.loader.loads if key.device is Device.PC]) == 1


def test_a_crawler_is_held_by_what_the_canary_has_found(night: Night) -> None:
    night.hold, night.allow_stale_events = HoldRule(threshold=0), True
    night.clock.at = NIGHT - timedelta(minutes=1)
    show(night, REFUSED)
    for keywords in ("가나", "다"):
        night.canary_keywords = tuple(CanaryKeyword(keyword) for keyword in keywords)
        night.canary.scheduled(night.clock.now() + timedelta(days=keywords == "다"))
    night.clock.at = NIGHT
    night.start(place_tracking(101, "다"))
    with pytest.raises(Postponed, match="the integrated surface refuses"):
        night.deliver()
    assert night.task().attempts_used == 0


def test_without_its_database_the_check_fails_instead_of_asking_naver(night: Night) -> None:
    night.store.go_away(3)
    with pytest.raises(StoreUnavailable):
        night.canary.scheduled(LEAD)
    assert night.loader.loads == []
