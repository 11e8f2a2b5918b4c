"""Custom resources: CloudFormation asks a function, which answers by a PUT to a signed address."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.request import Request, urlopen

import structlog

from sunwi.errors import InvalidInput

#: What CloudFormation shows of a reason; the whole answer may have 4,096 bytes.
MAX_REASON_LENGTH = 600

#: How often the answer is sent, with a second, two, four … between.
_TRIES = 4
_SECONDS_TO_CONNECT = 10

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRequest:
    """What CloudFormation asks for.

    Attributes:
        kind: Create, Update or Delete.
        identity: What the answer must repeat.
        physical_id: The same for good: another one would have CloudFormation delete the old.
        properties: As the template has them, each value text.
    """

    kind: str
    response_url: str = field(repr=False)
    identity: Mapping[str, str]
    physical_id: str
    properties: Mapping[str, Any]


def parse_request(event: Mapping[str, Any]) -> ResourceRequest | None:
    """Read CloudFormation's event; None when somebody else calls.

    Raises:
        InvalidInput: It is CloudFormation's, and lacks what an answer needs.
    """
    if "ResponseURL" not in event:
        return None
    try:
        return ResourceRequest(
            kind=event["RequestType"],
            response_url=event["ResponseURL"],
            identity={name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
            physical_id=event.get("PhysicalResourceId") or event["LogicalResourceId"],
            properties=event.get("ResourceProperties", {}),
        )
    except KeyError as error:
        raise InvalidInput(f"the request of CloudFormation has no {error}") from error


@contextmanager
def answered(request: ResourceRequest, *, seconds: float) -> Iterator[dict[str, str]]:
    """Answer a request when the block ends, at the latest after so many seconds, and once only.

    Without an answer CloudFormation waits for an hour: whatever the block raises is one, and so is a block
    that does not end.

    Args:
        request: The request.
        seconds: What the function has left, less what an answer takes.

    Yields:
        What `Fn::GetAtt` is to find, to be filled in the block.
    """
    data: dict[str, str] = {}
    lock, is_answered = threading.Lock(), False

    def answer(failure: str | None) -> None:
        nonlocal is_answered
        with lock:
            if is_answered:
                return
            _send(request, data, failure)
            is_answered = True

    timer = threading.Timer(seconds, answer, [f"it did not end within {seconds:.0f} s: look at the function's log"])
    timer.daemon = True
    timer.start()
    try:
        yield data
    except Exception as error:
        answer(f"{type(error).__name__}: {error}")
        raise
    else:
        answer(None)
    finally:
        timer.cancel()


def _send(request: ResourceRequest, data: Mapping[str, str], failure: str | None) -> None:
    document: dict[str, Any] = {
        **request.identity,
        "PhysicalResourceId": request.physical_id,
        "Status": "SUCCESS" if failure is None else "FAILED",
        "Data": dict(data) if failure is None else {},
    }
    if failure is not None:
        document["Reason"] = failure[:MAX_REASON_LENGTH]
    body = json.dumps(document, ensure_ascii=False).encode(errors="replace")
    # The address is signed without a content type.
    put = Request(request.response_url, data=body, method="PUT", headers={"Content-Type": ""})  # noqa: S310 - CloudFormation's own address
    for attempt in range(_TRIES):
        try:
            with urlopen(put, timeout=_SECONDS_TO_CONNECT):  # noqa: S310 - see above
                return
        except OSError as error:
            log.warning("cloudformation_not_reached", error=str(error))
            if attempt + 1 == _TRIES:
                raise
            time.sleep(2**attempt)
