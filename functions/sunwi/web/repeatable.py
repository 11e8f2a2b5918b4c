"""Have a POST with an `Idempotency-Key` done once, whoever sends it how often.

Source: docs/api.md, idempotency; draft-ietf-httpapi-idempotency-key-header.
"""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

import structlog

from sunwi.domain.request_claim import KeptAnswer, RequestKey
from sunwi.errors import Conflict, SunwiError
from sunwi.service.requests.claim_request import ClaimRequest
from sunwi.web.answer import Answer
from sunwi.web.write_answer import body_of

log = structlog.get_logger()

#: From here on an answer is a problem; one of ours, after which another may follow; and what asks to come again.
_PROBLEM, _OUR_FAULT, _TOO_MANY = 400, 500, 429


def fingerprint_request(method: str, path: str, query: str, content: bytes) -> str:
    """Return what tells a request from another one under the same key."""
    return sha256(f"{method} {path}?{query}\n".encode() + content).hexdigest()


def answer_once(
    claims: ClaimRequest,
    request: RequestKey,
    work: Callable[[], Answer],
    *,
    at: datetime,
    is_secret: bool = False,
) -> Answer:
    """Do the work of a request, unless it was done: then return its answer once more.

    Args:
        claims: Knows which were done.
        request: Its key was checked.
        work: Answers problems of the request itself, too; what it raises leaves the key free.
        at: When the request came.
        is_secret: The answer holds something that is stored nowhere.

    Raises:
        Conflict: The key stands for another request, somebody works on this one, or its answer is not kept.
        StoreUnavailable: The database cannot be reached; nothing was begun.
    """
    claim = claims.claim(request, at=at)
    if claim.answer is not None:
        return _again(claim.answer)
    try:
        answer = work()
    except Exception:
        _settle(lambda: claims.release(claim))
        raise
    if _may_change(answer):
        _settle(lambda: claims.release(claim))
    else:
        _settle(lambda: claims.keep(claim, _kept(answer, is_secret=is_secret)))
    return answer


def _settle(step: Callable[[], None]) -> None:
    """Store what became of a request; where that fails, its answer is right all the same."""
    try:
        step()
    except SunwiError as error:
        log.warning("request_not_settled", code=error.code)


def _may_change(answer: Answer) -> bool:
    return answer.status >= _OUR_FAULT or answer.status == _TOO_MANY or "Retry-After" in answer.headers


def _kept(answer: Answer, *, is_secret: bool) -> KeptAnswer:
    body = body_of(answer)
    headers = {**answer.headers, "Content-Type": answer.content_type}
    is_left_out = isinstance(body, bytes) or (is_secret and answer.status < _PROBLEM)
    return KeptAnswer(status=answer.status, headers=headers, body=None if is_left_out else str(body))


def _again(kept: KeptAnswer) -> Answer:
    if kept.body is None:
        raise Conflict(
            "the request with this idempotency key was done, and its answer is not kept: look for what it made",
            code="answer_not_kept",
            status=kept.status,
        )
    headers = {**kept.headers, "Idempotency-Replayed": "true"}
    content_type = headers.pop("Content-Type", "application/json")
    return Answer(status=kept.status, content=kept.body, content_type=content_type, headers=headers)
