import json

from sunwi.domain.evaluation import DayKey, EventKey, EventKind
from sunwi.domain.evaluation_checkpoint import EvaluationCheckpoint, EvaluationStep
from sunwi.domain.evaluation_list import read_cursor, write_cursor
from tests.examples import DAY


def test_a_checkpoint_comes_back_from_json_as_it_was() -> None:
    first = EvaluationCheckpoint(through=DAY, total=7)
    later = EvaluationCheckpoint(through=DAY, step=EvaluationStep.TELL, day=DAY, tracking_id=3, owner=-4, judged=9)
    for point in (first, later):
        assert EvaluationCheckpoint.from_json(json.loads(json.dumps(point.as_json()))) == point


def test_a_step_begins_at_its_beginning_and_keeps_what_was_counted() -> None:
    judged = EvaluationCheckpoint(through=DAY, day=DAY, tracking_id=3, judged=9, events=4)
    assert judged.last_key == DayKey(DAY, 3)
    at = judged.at(EvaluationStep.GAPS)
    assert (at.step, at.last_key, at.tracking_id, at.judged, at.events) == (EvaluationStep.GAPS, None, 0, 9, 4)


def test_a_cursor_comes_back_as_it_was() -> None:
    key = EventKey(123, DAY, EventKind.SESSION_ENDS_SOON)
    assert read_cursor(write_cursor(key)) == key
