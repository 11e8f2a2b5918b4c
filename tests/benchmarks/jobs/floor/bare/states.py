"""The least that can run one execution after another: two functions that keep nothing.

Each writes a line to its log, as every function does: of one that writes none, the local stack waits 50 ms for it.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import boto3

states = boto3.client("stepfunctions")


def run(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Keep the worker for as long as its turn says, and note when."""
    started = time.time()
    print("started", event["job_id"], file=sys.stderr)
    seconds: list[float] = json.loads(os.environ["SECONDS_BY_LANE"])[event["job_id"].partition(".")[2]]
    time.sleep(seconds[event["generation"] - 1])
    with Path(os.environ["SPANS_FILE"]).open("a") as file:
        file.write(json.dumps({"started": started, "ended": time.time()}) + "\n")
    return {**event, "outcome": "succeeded"}


def tend(event: dict[str, Any], _: object) -> None:
    """Start the lane's next execution at once, as long as it has a turn left; a minute's tick names no job."""
    if "job_id" not in event:
        return
    print("ended", event["job_id"], file=sys.stderr)
    following = event["generation"] + 1
    if following > int(os.environ["ROUNDS"]):
        return
    entry = {"job_id": event["job_id"], "generation": following, "place": "core"}
    states.start_execution(
        stateMachineArn=os.environ["JOB_STATE_MACHINE_ARN"],
        name=f"{event['job_id']}-{following}",
        input=json.dumps(entry),
    )
