"""Store a run once for each request, however often it is delivered."""

from collections.abc import Sequence
from dataclasses import replace

from sunwi.domain.request_token import MAX_TOKENS, request_tokens
from sunwi.domain.run import Run, started_run_id
from sunwi.errors import Retryable
from sunwi.service.ports.outside import Transaction


def add_run(tx: Transaction, new: Run, tracking_ids: Sequence[int] | None) -> Run:
    """Store a run with its tasks, unless it is there already.

    A run that somebody asked for takes the first of its request's ids that no other request has.

    Args:
        tx: One that may write.
        new: As it would be stored.
        tracking_ids: None means every active tracking.

    Returns:
        The run as stored: the one that a repeat of its request, or of its date, finds.

    Raises:
        Retryable: Other requests of the same second have all of its ids.

    Source: docs/adr/0032-a-request-starts-one-run.md.
    """
    if new.request_id is None:
        return tx.runs.add(new, tracking_ids)
    for token in request_tokens(new.request_id):
        run_id = started_run_id(new.kind, new.started_at, token)
        run = tx.runs.add(replace(new, id=run_id), tracking_ids)
        if run.request_id == new.request_id:
            return run
    raise Retryable(
        f"{MAX_TOKENS} ids of the run that request {new.request_id} asks for are taken by other requests of the same "
        "second: ask again",
        code="run_ids_taken",
    )
