"""What a run is known by to the request that started it."""

from hashlib import sha256
from typing import Any
from uuid import uuid4

from sunwi.web.request import Request


def run_request_id(request: Request[Any, Any], name: str) -> str:
    """Return the same id for the same idempotency key of the same caller; a new one without a key.

    Args:
        request: A POST.
        name: Of the route: two routes may be sent one key.
    """
    if request.idempotency_key is None:
        return str(uuid4())
    named = f"{name}\n{request.actor.owner}\n{request.idempotency_key}"
    return sha256(named.encode()).hexdigest()
