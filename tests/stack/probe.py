"""The one handler that all functions run in the tests of the local stack: it does what it is told.

A message's body, or else the event itself, is the order. This file is copied into the functions' zip.
"""

# ruff: noqa: T201 - what a function prints is its log
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from typing import Any

import boto3

SLEEP = "import time; time.sleep(600)"
checks: Counter[str] = Counter()


def handler(event: dict[str, Any], _: object) -> object:
    record = event["Records"][0] if "Records" in event else None
    order = json.loads(record["body"]) if record else event
    print(json.dumps({"event": event, "pid": os.getpid(), "started": time.time()}))
    if "ResponseURL" in event:
        return say_created(event)
    if "call" in order:
        service, operation, arguments = order["call"]
        answer = getattr(boto3.client(service), operation)(**arguments)
        return json.loads(json.dumps(answer, default=str))
    if order.get("spawn"):
        child = subprocess.Popen([sys.executable, "-c", SLEEP], start_new_session=True)  # noqa: S603 - fixed words
        print(json.dumps({"child": child.pid}))
    if order.get("hang"):
        time.sleep(600)
    if "raise" in order:
        raise RuntimeError(order["raise"])
    if record and "hide_seconds" in order:
        return postpone(record, order["hide_seconds"])
    return monitor(order) if "action" in order else {"batchItemFailures": []}


def say_created(event: dict[str, Any]) -> dict[str, Any]:
    """Report to CloudFormation that the settings fit, or that the schema is there."""
    names = ("StackId", "RequestId", "LogicalResourceId")
    document = {
        **{name: event[name] for name in names},
        "PhysicalResourceId": event["LogicalResourceId"],
        "Status": "SUCCESS",
        "Data": {"after": event["ResourceProperties"].get("Revision", "")},
    }
    put = urllib.request.Request(event["ResponseURL"], data=json.dumps(document).encode(), method="PUT")  # noqa: S310 - MiniStack's
    urllib.request.urlopen(put).close()  # noqa: S310 - MiniStack's
    return document


def postpone(record: dict[str, Any], seconds: int) -> dict[str, Any]:
    boto3.client("sqs").change_message_visibility(
        QueueUrl=os.environ["CRAWL_QUEUE_URL"], ReceiptHandle=record["receiptHandle"], VisibilityTimeout=seconds
    )
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}


def monitor(order: dict[str, str]) -> dict[str, Any]:
    """Report done at the third check of a run; a run that is called lost cannot be checked."""
    run_id, action = order["run_id"], order["action"]
    if run_id.startswith("lost") and action != "fail":
        raise RuntimeError(f"{run_id} is lost")
    checks[run_id] += action == "check"
    return {"run_id": run_id, "done": checks[run_id] > 2, "wait_seconds": 60}
