from datetime import timedelta

import pytest

from tests.examples import DAY, place_tracking
from tests.unit.cli.command_line import CommandLine, FakeContainer
from tests.unit.cli.ledger_days import write_day

LAST = DAY + timedelta(days=25)


@pytest.fixture(autouse=True)
def over_full(container: FakeContainer) -> None:
    """Tracking 1 with a closed session of 26 days, and tracking 2 with a day."""
    with container.adapters.store.begin() as tx:
        tx.trackings.add([place_tracking(1), place_tracking(2)], at=container.adapters.clock.now())
        tx.trackings.set_session(1, 2)
    for number in range(26):
        write_day(container.adapters.store, 1, DAY + timedelta(days=number), 3)
    write_day(container.adapters.store, 2, DAY, 3)
    container.own_clock.advance(days=30)


def test_what_would_change_is_listed_and_nothing_is_changed(sunwi: CommandLine) -> None:
    output = sunwi("trackings", "recount", "1")
    assert output.code == 0
    assert "2026-01-27" in output.out
    assert "집계 → 초과 노출" in output.out
    assert "고칠 날 1일 (--apply 로 고침)" in output.out
    assert "1회차 (완료)  노출 26/25일" in sunwi("trackings", "show", "1").out


def test_an_over_exposed_day_is_shown_apart_and_in_no_sum(sunwi: CommandLine) -> None:
    document = sunwi("trackings", "recount", "1", "--apply", "--json").document()
    change = {"date": LAST.isoformat(), "session": 1, "rank": 3, "counts": False}
    assert document == {"tracking_id": 1, "is_applied": True, "changes": [change]}
    shown = sunwi("trackings", "show", "1").out
    assert "1회차 (완료)  노출 25/25일" in shown
    assert "초과 노출 1일 (집계하지 않음): 01-27 3위" in shown
    assert "정정 01-27: 3위 → 3위 초과 노출" in shown
    first = sunwi("trackings", "show", "1", "--json").document()
    session, correction = first["sessions"][0], first["corrections"][0]
    assert [day["counts"] for day in session["exposed"]] == [True] * 25
    assert [(day["date"], day["counts"]) for day in session["over_exposed"]] == [(LAST.isoformat(), False)]
    assert (correction["old_counts"], correction["new_counts"]) == (True, False)
    assert "1번: 고칠 날이 없습니다" in sunwi("trackings", "recount", "1", "--apply").out


def test_the_list_and_the_proof_say_that_a_day_does_not_count(sunwi: CommandLine) -> None:
    sunwi("trackings", "recount", "1", "--apply")
    assert "01-27 3위 초과 노출" in " ".join(sunwi("trackings", "list").out.split())
    lines = sunwi("trackings", "list", "--json").document()["trackings"]
    assert [(line["exposed_days"], line["last"]["counts"]) for line in lines] == [(0, False), (1, True)]
    assert sunwi("trackings", "proof", "1", "--json").document()["counts"] is False
    assert "2026-01-27 3위 초과 노출 (영역 플레이스 (nmb_rnk))" in sunwi("trackings", "proof", "1").out


def test_a_tracking_without_a_fault_and_one_that_is_not_there(sunwi: CommandLine) -> None:
    assert "추적 2번: 고칠 날이 없습니다" in sunwi("trackings", "recount", "2").out
    for options in ((), ("--apply",)):
        output = sunwi("trackings", "recount", "99", *options)
        assert (output.code, "추적 99번이 없습니다" in output.err) == (2, True)
