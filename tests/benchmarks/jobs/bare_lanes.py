"""Hand-overs without a database: the deployed template itself, with two functions that keep nothing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.local.stack import LocalStack, Overlay, wait_for

OVERLAY = Overlay(
    folder=Path(__file__).with_name("floor"),
    handlers={"WorkerCore": "bare.states.run", "Tender": "bare.states.tend"},
)


@dataclass(frozen=True, slots=True)
class Span:
    """When one piece of work began and ended; seconds since the epoch."""

    started: float
    ended: float


def hand_overs(spans: Sequence[Span], lanes: int, *, skipped_rounds: int) -> list[float]:
    """Return the seconds between each end and the start that it made room for.

    Args:
        spans: Of all work.
        lanes: So many are done at a time: the first end makes room for the start after those.
        skipped_rounds: Rounds of all lanes that are left out, in which functions start cold.
    """
    starts, ends = sorted(span.started for span in spans), sorted(span.ended for span in spans)
    pairs = list(zip(ends, starts[lanes:], strict=False))
    return [start - end for end, start in pairs[lanes * skipped_rounds :]]


class BareLanes:
    """The template with two functions in place of the product's, deployed once for any number of measurements.

    Args:
        folder: Takes the spans.
        seconds: That the work of each turn takes, by lane.
    """

    def __init__(self, stack: LocalStack, folder: Path, seconds: Sequence[Sequence[float]]) -> None:
        self._stack = stack
        self._file = folder / "spans.jsonl"
        self._lanes, self._rounds = len(seconds), len(seconds[0])
        by_lane = {str(lane): list(turns) for lane, turns in enumerate(seconds)}
        environment = {
            "DATABASE_URL": f"sqlite:///{folder / 'untouched.db'}",
            "SPANS_FILE": str(self._file),
            "ROUNDS": str(self._rounds),
            "SECONDS_BY_LANE": json.dumps(by_lane),
        }
        self._arn = stack.deploy(name="bare", environment=environment, overlay=OVERLAY).job_state_machine_arn

    def measure(self, name: str) -> list[Span]:
        """Run the lanes, each execution of which starts its next one; return when the work of each was done.

        Args:
            name: Of this measurement.
        """
        self._file.write_text("")
        states = self._stack.client("stepfunctions")
        for lane in range(self._lanes):
            entry = {"job_id": f"{name}.{lane}", "generation": 1, "place": "core"}
            states.start_execution(stateMachineArn=self._arn, name=f"{name}.{lane}-1", input=json.dumps(entry))
        wait_for(
            "end of the bare lanes", lambda: len(self._written()) == self._lanes * self._rounds, timeout_seconds=240
        )
        return [Span(**json.loads(line)) for line in self._written()]

    def _written(self) -> list[str]:
        return self._file.read_text().splitlines()
