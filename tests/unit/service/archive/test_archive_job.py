import json
from datetime import timedelta

from sunwi.domain.archive import Position
from sunwi.service.archive.archive_job import ArchiveCheckpoint
from tests.examples import NIGHT


def test_a_checkpoint_comes_back_from_json_as_it_was() -> None:
    first = ArchiveCheckpoint(at=NIGHT)
    position = Position(NIGHT + timedelta(microseconds=7), ("job-1", 2))
    for one in (first, first.begun("job", position), first.with_part("job", 5, position).with_part("job", 7, position)):
        assert ArchiveCheckpoint.from_json(json.loads(json.dumps(one.as_json()))) == one


def test_rows_and_parts_are_counted_and_a_way_past_rows_that_stay_is_none() -> None:
    position = Position(NIGHT, (1,))
    counted = ArchiveCheckpoint(at=NIGHT).with_part("attempt", 5_000, position).with_part("attempt", 10, position)
    counted = counted.with_part("observation", 0, Position(NIGHT, (9,)))
    assert (counted.rows, counted.parts) == ({"attempt": 5_010}, {"attempt": 2})
    assert counted.after == Position(NIGHT, (9,))
