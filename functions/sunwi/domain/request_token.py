"""What a run's id keeps of the request that started it."""

import hashlib
import re
from collections.abc import Iterator

#: Ids that are tried for one request: each fails only where another request of the same second has it.
MAX_TOKENS = 5

_FIRST_OF_UUID = re.compile(r"[0-9a-f]{8}(?![0-9a-f])")


def request_tokens(request_id: str) -> Iterator[str]:
    """Yield the tokens that a run may be named with, the same ones for each repeat of a request.

    Args:
        request_id: Of a Lambda invocation or a command, usually a UUID.

    Yields:
        8 hex digits: those that the id begins with if it does, then others drawn from the whole of it.
    """
    if first := _FIRST_OF_UUID.match(request_id):
        yield first.group()
    for number in range(MAX_TOKENS - bool(first)):
        yield hashlib.sha256(f"{number} {request_id}".encode()).hexdigest()[:8]
