"""A way from functions to the stack's AWS on which calls can go wrong."""

import json
import os
import select
import signal
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from infra.local.stack import wait_for
from tests.stack.daily_run import DailyRun, descendants
from tests.stack.outside import Deployed, misconfigured

SEND, START, MAIL = "SendMessageBatch", "StartExecution", "SendEmail"
#: SES's calls are told apart by their paths, those of the other services by a header.
_MAIL_PATH = "/v2/email/outbound-emails"
#: Services whose calls are led through the proxy, by the name that their endpoint's variable has.
_LED = ("SQS", "SFN", "SESV2")


@dataclass(frozen=True)
class Call:
    """One call of a function.

    Attributes:
        operation: Its name without the service, `SendMessageBatch`.
        path, headers: Of the HTTP request; its signature holds for its body only.
        is_gone: Says whether nobody waits for the answer any more.
    """

    operation: str
    path: str
    headers: dict[str, str]
    body: bytes
    is_gone: Callable[[], bool]


@dataclass(frozen=True)
class Answer:
    """What a call is answered with; a connection that is to break off has none."""

    status: int
    body: bytes


#: Answers a call in place of AWS, which it may ask itself; None lets the call break off.
Fault = Callable[["AwsProxy", Call], Answer | None]


@dataclass
class AwsProxy:
    """Passes calls on, but for those that a fault is waiting for.

    Attributes:
        faults: What the next calls of an operation meet, in order.
        calls: Calls that came, by operation.
        sent: Messages that SQS took, by run and tracking.
    """

    target: str
    url: str = ""
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    sent: dict[str, Counter[int]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def meet(self, operation: str, *faults: Fault) -> None:
        """Let the next calls of an operation meet these faults, one each, and forget what others left."""
        with self._lock:
            self.faults[operation] = list(faults)

    def answer(self, call: Call) -> Answer | None:
        """Answer one call; none is taken from a caller that was killed before it came to its turn."""
        with self._lock:
            self.calls[call.operation] += 1
            if call.is_gone():
                return None
            waiting = self.faults.get(call.operation)
            fault = waiting.pop(0) if waiting else None
            if isinstance(fault, Killing):
                return fault(self, call)
        return self.forward(call) if fault is None else fault(self, call)

    def forward(self, call: Call) -> Answer:
        """Let AWS answer."""
        place = urlsplit(self.target)
        connection = HTTPConnection(str(place.hostname), place.port, timeout=60)
        try:
            connection.request("POST", call.path, body=call.body, headers=call.headers)
            response = connection.getresponse()
            answer = Answer(response.status, response.read())
        finally:
            connection.close()
        if call.operation == SEND and answer.status == 200:
            taken = {entry["Id"] for entry in json.loads(answer.body).get("Successful", [])}
            self.count(call, taken)
        return answer

    def count(self, call: Call, taken: set[str]) -> None:
        """Remember the messages of a call that SQS took."""
        for entry in json.loads(call.body)["Entries"]:
            if entry["Id"] in taken:
                message = json.loads(entry["MessageBody"])
                with self._lock:
                    self.sent.setdefault(message["run_id"], Counter())[message["tracking_id"]] += 1


def throttled(_proxy: AwsProxy, _call: Call) -> Answer:
    """Refuse a call for its rate."""
    error = {"__type": "com.amazonaws.sqs#RequestThrottled", "message": "slow down"}
    return Answer(400, json.dumps(error).encode())


def slow(seconds: float, *, stop: threading.Event) -> Fault:
    """Answer late; the call itself is done at once, whoever still waits for the answer."""

    def answer(proxy: AwsProxy, call: Call) -> Answer:
        done = proxy.forward(call)
        stop.wait(seconds)
        return done

    return answer


def refusing(daily: DailyRun, entries: int) -> Fault:
    """Take all of a batch but the first entries, which come back as failed."""

    def answer(proxy: AwsProxy, call: Call) -> Answer:
        asked = json.loads(call.body)
        refused, rest = asked["Entries"][:entries], asked["Entries"][entries:]
        taken: list[Any] = []
        if rest:
            # The call's signature holds for the whole of it: the rest is sent by the test itself.
            taken = daily.stack.client("sqs").send_message_batch(QueueUrl=asked["QueueUrl"], Entries=rest)["Successful"]
        proxy.count(call, {entry["Id"] for entry in taken})
        failed = [{"Id": entry["Id"], "Code": "InternalError", "SenderFault": False} for entry in refused]
        return Answer(200, json.dumps({"Successful": taken, "Failed": failed}).encode())

    return answer


def passing(proxy: AwsProxy, call: Call) -> Answer:
    """Let a call through, before one that meets a fault."""
    return proxy.forward(call)


@dataclass(frozen=True)
class Killing:
    """Kill the function's process that calls, before the call is done."""

    daily: DailyRun
    function_name: str

    def __call__(self, _proxy: AwsProxy, _call: Call) -> None:
        """Answer nothing."""
        kill_function(self.daily, self.function_name)


def kill_function(daily: DailyRun, function_name: str) -> list[int]:
    """Kill the processes of a function as a machine that loses its power does; give those that there were."""
    wanted = {f"AWS_LAMBDA_FUNCTION_NAME={function_name}".encode(), f"DATABASE_URL={daily.engine.url}".encode()}
    killed = [pid for pid in descendants(os.getpid()) if wanted <= _environment(pid)]
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
        wait_for(f"end of process {pid}", partial(_has_ended, pid))
    return killed


def _has_ended(pid: int) -> bool:
    """Return whether a process has closed all that it had open, with its last thread; its parent may not know yet."""
    try:
        is_zombie = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] == "Z"
        return is_zombie and len(list(Path(f"/proc/{pid}/task").iterdir())) <= 1
    except (FileNotFoundError, ProcessLookupError):
        return True


def _environment(pid: int) -> set[bytes]:
    """Return a process's variables; none when it has ended."""
    try:
        return set(Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")) - {b""}
    except (FileNotFoundError, ProcessLookupError):
        return set()


@contextmanager
def proxied(daily: Deployed, function_name: str, **variables: str) -> Iterator[AwsProxy]:
    """Lead a function's calls of SQS, Step Functions and SES through a proxy for as long as the block lasts."""
    proxy = AwsProxy(daily.stack.endpoint_url)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            named = self.headers.get("X-Amz-Target", "").rsplit(".", 1)[-1]
            operation = MAIL if self.path == _MAIL_PATH else named
            answer = proxy.answer(Call(operation, self.path, dict(self.headers.items()), body, self.is_gone))
            if answer is None:
                self.close_connection = True
                return
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def is_gone(self) -> bool:
            readable, _, _ = select.select([self.connection], [], [], 0)
            try:
                return bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b""
            except ConnectionResetError:
                return True

        def handle(self) -> None:
            try:
                super().handle()
            except (BrokenPipeError, ConnectionResetError):
                """Whoever asked has given up, or was killed."""

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    proxy.url = f"http://127.0.0.1:{server.server_port}"
    try:
        led = {f"AWS_ENDPOINT_URL_{service}": proxy.url for service in _LED}
        with misconfigured(daily, function_name, **led, **variables):
            yield proxy
    finally:
        server.shutdown()
        server.server_close()
