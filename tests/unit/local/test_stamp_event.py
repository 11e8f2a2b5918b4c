import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.local.containers.stamp_event import stamp_event
from infra.local.stack.localise import ROOT
from sunwi.domain.schedule import check_event_time

#: Already the 22nd in Korea.
NOW = datetime(2026, 11, 21, 16, 30, 5, tzinfo=UTC)
EVENTS = sorted((ROOT / "tests/events").glob("*.json"))


def stamped(name: str) -> str:
    return stamp_event((ROOT / f"tests/events/{name}.json").read_text(encoding="utf-8"), NOW)


def test_a_scheduled_event_comes_now_and_is_taken() -> None:
    time = datetime.fromisoformat(json.loads(stamped("scheduled"))["time"])
    assert time == NOW
    assert check_event_time(time, now=NOW, allow_stale=False).isoformat() == "2026-11-22"


def test_a_message_was_sent_now_and_is_of_today_s_run_in_korea() -> None:
    good, poison = json.loads(stamped("sqs-good-and-poison"))["Records"]
    assert json.loads(good["body"])["run_id"] == "scheduled-20261122"
    assert good["attributes"]["SentTimestamp"] == str(int(NOW.timestamp() * 1000))
    with pytest.raises(ValueError, match="delimiter"):
        json.loads(poison["body"])


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_whatever_is_stamped_stays_the_same_event(path: Path) -> None:
    text = stamped(path.stem)
    assert "20260102" not in text
    assert "2026-01-02" not in text
    assert json.loads(text).keys() == json.loads(path.read_text(encoding="utf-8")).keys()
