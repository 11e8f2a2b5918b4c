"""Hand-overs without a database: the state machine of jobs itself, with two functions that keep nothing."""

import io
import json
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
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


def bare_spans(stack: LocalStack, folder: Path, *, lanes: int, rounds: int, seconds: float) -> list[Span]:
    """Run lanes of executions, each of which starts its next one; return when the work of each was done.

    Args:
        folder: Takes the spans.
        seconds: That each piece of work takes.
    """
    file = folder / "spans.jsonl"
    file.touch()
    arn = _state_machine(stack, {"SPANS_FILE": str(file), "ROUNDS": str(rounds), "HOLD_SECONDS": str(seconds)})
    states = stack.client("stepfunctions")
    for lane in range(lanes):
        entry = {"job_id": f"lane{lane}", "generation": 1, "place": "core"}
        states.start_execution(stateMachineArn=arn, name=f"lane{lane}-1", input=json.dumps(entry))

    def written() -> list[str]:
        return file.read_text().splitlines()

    is_done = partial(lambda: len(written()) == lanes * rounds)
    wait_for("end of the bare lanes", is_done, timeout_seconds=240)
    return [Span(**json.loads(line)) for line in written()]


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
