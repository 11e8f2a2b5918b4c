"""Post to the hook of a channel; whatever goes wrong is said without its address, which is a secret."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from sunwi.adapters.http.guarded_client import Answer
from sunwi.adapters.http.retry_after import retry_after_seconds
from sunwi.domain.channel import Channel
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput, NotTaken, Permanent, Retryable

USER_AGENT = "Sunwi-Notifier/1"


class HookClient(Protocol):
    """Sends requests, as `GuardedClient` does."""

    def request(
        self, method: str, url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request, and return what is answered.

        Raises:
            InvalidInput: The address is refused.
            Retryable: Nobody answers in time.
        """
        ...


def post_to_hook(client: HookClient, channel: Channel, *, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Post JSON to a channel's address, and return whatever is answered; a redirect is an answer like any other.

    Raises:
        NotTaken: The server cannot be reached, broke off, or took too long.
        Permanent: The address is no public one.
    """
    told = {"Content-Type": "application/json; charset=utf-8", "User-Agent": USER_AGENT, **headers}
    # Their errors name the whole address, so they are not chained: a traceback would write them down.
    try:
        return client.request("POST", channel.address, body=body, headers=told)
    except InvalidInput as refusal:
        raise Permanent(
            f"the address of channel {quote(channel.name)} is refused ({refusal.code})",
            code="channel_address_refused",
            channel=channel.name,
            reason=refusal.code,
        ) from None
    except Retryable as error:
        cause = str(error.__cause__ or error.code)
        raise NotTaken(
            f"channel {quote(channel.name)} cannot be reached: {cause}",
            code="channel_unreachable",
            channel=channel.name,
            cause=cause,
        ) from None


def asked_pause(answer: Answer, now: datetime) -> timedelta | None:
    """Return how long an answer asks to be left alone; None when it does not.

    Args:
        answer: Of any status.
        now: Aware; a Retry-After may be a date.
    """
    seconds = retry_after_seconds(answer.headers.get("retry-after", ""), now)
    return None if seconds is None else timedelta(seconds=seconds)


def first_words(answer: Answer) -> str:
    """Return the beginning of an answer's body, for an error: a code, or a page that nobody wants in full."""
    return " ".join(answer.body[:200].decode("utf-8", errors="replace").split())[:100]
