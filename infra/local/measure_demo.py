"""Fire one scheduled event at a local stack and follow its run to the end."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.demo.make import DEMO_FILE
from infra.local.demo.plan import FAULTS, expected_outcomes
from infra.local.running_stack import StackEnded, say
from infra.local.stack import wait_for
from infra.local.stack.schedule import scheduled_event
from infra.local.stack.session import LocalSession
from infra.local.stack_commands import StackCommands
from infra.local.state import RunningStack, StackState
from sunwi.domain.run import scheduled_run_id
from sunwi.domain.schedule import business_date, end_of_day

#: A run that starts closer to midnight KST than this would measure two dates.
MIDNIGHT_MARGIN_SECONDS = 180
#: How long messages of a closed run may take to leave the queues.
DRAIN_SECONDS = 120
_COUNTS = ("expected", "succeeded", "failed", "cancelled", "expired")
_RESULT = ("run_id", "business_date", *_COUNTS, "exposed", "not_exposed", "elapsed_seconds", "pages", "page_loads")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRun:
    """The demo on one stack.

    Attributes:
        state: Of the stack's folder.
        stack: What it says of itself.
        as_json: Print one JSON object as the result, and everything else to standard error.
    """

    state: StackState
    stack: RunningStack
    as_json: bool

    def run(self) -> int:
        """Import the demo trackings, fire, watch, and print the result; return the exit status.

        Raises:
            StackEnded: The stack is gone, or no run came of the event.
        """
        try:
            return self._measure()
        except (BotoCoreError, ClientError):
            self._commands.check_stack()
            raise

    def _measure(self) -> int:
        if refused := self._commands.show("trackings", "import", str(DEMO_FILE), "--no-measure"):
            return refused
        session = LocalSession(self.stack.settings["AWS_ENDPOINT_URL"])
        now = _clear_of_midnight()
        run_id = scheduled_run_id(business_date(now))
        self._fire(session, now, run_id)
        watched = self._commands.show("runs", "watch", run_id)
        dead = self._count_dead(session.client("sqs"))
        shown = self._commands.answer("runs", "show", run_id)
        if self.as_json:
            sys.stdout.write(json.dumps({**{name: shown[name] for name in _RESULT}, "dlq": dead}) + "\n")
        else:
            sys.stdout.write(f"DLQ {dead}건\n{planted_faults()}\n")
        sys.stdout.flush()
        return watched or check_closed(shown)

    def _fire(self, session: LocalSession, now: datetime, run_id: str) -> None:
        """Invoke the dispatcher as the rule would, and wait for the run."""
        known = self._commands.attempt("runs", "show", run_id)
        if known.returncode == 0 and json.loads(known.stdout)["closed_at"]:
            say(f"{run_id} is closed already, and an event of its date is the same run: make stop, to start anew")
        say(f"firing the scheduled event of {now:%Y-%m-%dT%H:%M:%SZ}")
        session.client("lambda").invoke(
            FunctionName=self.stack.outputs["dispatcher_function_name"],
            InvocationType="Event",
            Payload=json.dumps(scheduled_event(self.stack.outputs["schedule_rule_arn"], now)),
        )
        try:
            wait_for("run", lambda: self._commands.attempt("runs", "show", run_id).returncode == 0, timeout_seconds=60)
        except TimeoutError as error:
            reason = self._commands.attempt("runs", "show", run_id).stdout.decode().strip()
            raise StackEnded(f"the event started no run: {reason}") from error

    def _count_dead(self, sqs: Any) -> int:  # noqa: ANN401 - a boto3 client
        """Wait until nothing waits in the queues, and count what lies in their DLQs."""
        queues = [self.stack.outputs["crawl_queue_url"], self.stack.outputs["express_queue_url"]]
        try:
            wait_for("empty queues", lambda: not any(_depth(sqs, url) for url in queues), timeout_seconds=DRAIN_SECONDS)
        except TimeoutError:
            say(f"{sum(_depth(sqs, url) for url in queues)} messages are still in the queues, hidden until their retry")
        dead = [self.stack.outputs["crawl_dead_letter_queue_url"], self.stack.outputs["express_dead_letter_queue_url"]]
        return sum(_depth(sqs, url) for url in dead)

    @property
    def _commands(self) -> StackCommands:
        return StackCommands(state=self.state, stack=self.stack, as_json=self.as_json)


def planted_faults() -> str:
    """Describe what of the demo's result is meant to be as it is."""
    missed = sum(expected.outcome == "not_measured" for expected in expected_outcomes())
    lasting = ", ".join(keyword for keyword, fault in FAULTS.items() if fault.times is None)
    return (
        f"데모가 일부러 넣은 장애: 키워드 {lasting}의 추적 {missed}건은 실패로 끝나 DLQ에 남는 것이 정상이고, "
        "카나리아 점검은 데모에 없습니다"
    )


def check_closed(shown: Mapping[str, Any]) -> int:
    """Return 0 for a run that closed and whose equation holds; else say what is wrong and give 1."""
    counts = [shown[name] for name in _COUNTS]
    if shown["status"] == "CLOSED" and counts[0] == sum(counts[1:]):
        return 0
    equation = f"{counts[0]} expected, {' + '.join(str(count) for count in counts[1:])} accounted for"
    say(f"{shown['run_id']} did not close in balance: {shown['status']}, {equation}; {shown['failure'] or 'no reason'}")
    return 1


def _depth(sqs: Any, url: str) -> int:  # noqa: ANN401 - a boto3 client
    """Count messages, those in flight or delayed included."""
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    names = ("", "NotVisible", "Delayed")
    return sum(int(attributes.get(f"ApproximateNumberOfMessages{name}", 0)) for name in names)


def _clear_of_midnight() -> datetime:
    """Return now, after waiting over midnight KST when it is too close."""
    now = datetime.now(UTC)
    left = (end_of_day(business_date(now)) - now).total_seconds()
    if left > MIDNIGHT_MARGIN_SECONDS:
        return now
    say(f"midnight KST is {left:.0f} s away: waiting, so that the run has one date")
    wait_for("midnight", lambda: business_date(datetime.now(UTC)) != business_date(now), timeout_seconds=left + 5)
    return datetime.now(UTC)
