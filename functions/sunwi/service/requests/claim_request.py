"""Have a request that is sent twice done once: its key is claimed before the work, its answer kept after it.

Source: docs/api.md, idempotency; ADR 60.
"""

import re
from dataclasses import dataclass
from datetime import datetime

import structlog

from sunwi.domain.request_claim import MAX_REQUEST_KEY_LENGTH, KeptAnswer, RequestClaim, RequestKey
from sunwi.domain.typed_text import quote
from sunwi.errors import Conflict, InvalidInput
from sunwi.service.ports.outside import Store
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()

_VISIBLE = re.compile(rf"[!-~]{{1,{MAX_REQUEST_KEY_LENGTH}}}")


def check_request_key(key: str) -> str:
    """Return a key that can be used.

    Raises:
        InvalidInput: It is not 1 to `MAX_REQUEST_KEY_LENGTH` visible characters of ASCII.
    """
    if not _VISIBLE.fullmatch(key):
        raise InvalidInput(
            f"the Idempotency-Key {quote(key)} cannot be used: use 1 to {MAX_REQUEST_KEY_LENGTH} letters, digits and "
            "signs of ASCII without spaces",
            code="request_key_unusable",
            key=key,
            most=MAX_REQUEST_KEY_LENGTH,
        )
    return key


@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """Claim the keys of requests, and keep what was answered."""

    store: Store

    @retry_conflicts
    def claim(self, request: RequestKey, *, at: datetime) -> RequestClaim:
        """Claim a key, or find what was answered under it.

        Args:
            request: Its key was checked.
            at: Aware.

        Returns:
            With an answer: nothing is to be done but to send it again. Without one: the work is to be done now, and
            `keep` or `release` follows.

        Raises:
            Conflict: The key stands for another request, or somebody works on this one (`request_in_flight`).
            StoreUnavailable: The database cannot be reached; nothing is claimed.
        """
        with self.store.begin() as tx:
            if tx.requests.add(request, at=at):
                return RequestClaim(request=request, generation=1, claimed_at=at)
            found = tx.requests.find(request.owner, request.key)
            # Not there: released between the two statements.
            if found is None:
                raise _in_flight(request, 1)
            if not found.has_expired(at):
                if found.request.fingerprint != request.fingerprint:
                    raise Conflict(
                        f"the idempotency key {quote(request.key)} was used for something else: use another one",
                        code="idempotency_key_reused",
                        key=request.key,
                    )
                if found.answer is not None:
                    return found
                if at < found.free_at():
                    raise _in_flight(request, max(1, round((found.free_at() - at).total_seconds())))
            if not tx.requests.take_over(found, request, at=at):
                raise _in_flight(request, 1)
        log.info("request_taken_over", generation=found.generation + 1)
        return RequestClaim(request=request, generation=found.generation + 1, claimed_at=at)

    def keep(self, claim: RequestClaim, answer: KeptAnswer) -> None:
        """Store what is answered; nothing of a claim that was taken over.

        Raises:
            StoreUnavailable: The database cannot be reached; whoever repeats the request after a minute does it again.
        """
        with self.store.begin() as tx:
            tx.requests.answer(claim, answer)

    def release(self, claim: RequestClaim) -> None:
        """Let the same key be used again at once: nothing was answered that would stay true.

        Raises:
            StoreUnavailable: The database cannot be reached; the key is free after a minute.
        """
        with self.store.begin() as tx:
            tx.requests.release(claim)


def _in_flight(request: RequestKey, seconds: int) -> Conflict:
    return Conflict(
        f"a request with the idempotency key {quote(request.key)} is being worked on: ask again in {seconds} s",
        code="request_in_flight",
        key=request.key,
        retry_after_seconds=seconds,
    )
