"""Hand-overs without a database: the state machine of jobs itself, with two functions that keep nothing."""

import io
import json
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.local.stack import LocalStack, wait_for
from infra.local.stack.localise import ROOT

DEFINITION = ROOT / "infra" / "statemachine" / "job.asl.json"
CODE = Path(__file__).with_name("floor") / "bare_states.py"


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
    """Two functions and the state machine of jobs, deployed once for any number of measurements.

    Args:
        folder: Takes the spans.
        seconds: That the work of each turn takes, by lane.
    """

    def __init__(self, stack: LocalStack, folder: Path, seconds: Sequence[Sequence[float]]) -> None:
        self._stack = stack
        self._file = folder / "spans.jsonl"
        self._lanes, self._rounds = len(seconds), len(seconds[0])
        by_lane = {str(lane): list(turns) for lane, turns in enumerate(seconds)}
        variables = {
            "SPANS_FILE": str(self._file),
            "ROUNDS": str(self._rounds),
            "SECONDS_BY_LANE": json.dumps(by_lane),
        }
        self._arn = _state_machine(stack, variables)

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


def _state_machine(stack: LocalStack, variables: dict[str, str]) -> str:
    functions, iam = stack.client("lambda"), stack.client("iam")
    allowed = {"Effect": "Allow", "Action": "states:StartExecution", "Resource": "*"}
    role = iam.create_role(RoleName="bare", AssumeRolePolicyDocument=_policy(_trusted("lambda"), _trusted("states")))
    iam.put_role_policy(RoleName="bare", PolicyName="starts", PolicyDocument=_policy(allowed))
    role_arn = role["Role"]["Arn"]
    arns = {
        name: functions.create_function(
            FunctionName=f"bare-{name}",
            Runtime=f"python{sys.version_info.major}.{sys.version_info.minor}",  # type: ignore[arg-type]  # one of them
            Role=role_arn,
            Handler=f"bare_states.{name}",
            Code={"ZipFile": _zip()},
            Timeout=60,
            Environment={"Variables": variables},
        )["FunctionArn"]
        for name in ("run", "tend")
    }
    definition = DEFINITION.read_text(encoding="utf-8")
    for name, arn in (("WorkerArn", arns["run"]), ("WorkerCoreArn", arns["run"]), ("TenderArn", arns["tend"])):
        definition = definition.replace(f"${{{name}}}", arn)
    machine = stack.client("stepfunctions").create_state_machine(name="bare", definition=definition, roleArn=role_arn)
    arn = str(machine["stateMachineArn"])
    functions.update_function_configuration(
        FunctionName="bare-tend", Environment={"Variables": {**variables, "STATE_MACHINE_ARN": arn}}
    )
    return arn


def _trusted(service: str) -> dict[str, object]:
    return {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}


def _policy(*statements: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.write(CODE, CODE.name)
    return buffer.getvalue()
