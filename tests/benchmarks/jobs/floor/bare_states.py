"""The least that can run one execution after another: two functions that keep nothing. Copied into a zip of its own."""

import json
import os
import time
from pathlib import Path
from typing import Any

import boto3

states = boto3.client("stepfunctions")


def run(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Keep the worker for as long as each job does, and note when."""
    started = time.time()
    time.sleep(float(os.environ["HOLD_SECONDS"]))
    with Path(os.environ["SPANS_FILE"]).open("a") as file:
        file.write(json.dumps({"started": started, "ended": time.time()}) + "\n")
    return {**event, "outcome": "succeeded"}


def tend(event: dict[str, Any], _: object) -> None:
    """Start the lane's next execution at once, as often as there are to be."""
    following = event["generation"] + 1
    if following > int(os.environ["ROUNDS"]):
        return
    entry = {"job_id": event["job_id"], "generation": following, "place": "core"}
    states.start_execution(
        stateMachineArn=os.environ["STATE_MACHINE_ARN"],
        name=f"{event['job_id']}-{following}",
        input=json.dumps(entry),
    )
