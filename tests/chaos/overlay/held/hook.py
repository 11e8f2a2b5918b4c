"""A channel that is a hook of the test's own, held before it sends and behind the answer."""

import json
import os
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from sunwi.domain.channel import Channel, OutgoingNotice
from sunwi.errors import NotTaken, Permanent
from sunwi.service.ports.notices import ChannelSender

from .points import reach

#: Variable with host and port of the server that stands for Slack's.
ADDRESS = "HOOK_ADDRESS"
#: Variable with the seconds between two messages to a hook.
PAUSE = "HOOK_PAUSE_SECONDS"
#: A hook that has not answered by then is given up, in seconds.
PATIENCE_SECONDS = 2


@dataclass(frozen=True)
class HookSender(ChannelSender):
    """Posts the notice's id to the path of the channel's address."""

    def send(self, channel: Channel, notice: OutgoingNotice) -> None:
        """Send it.

        Raises:
            NotTaken: The hook is busy, hangs, or is out of reach.
            Permanent: The hook is gone.
        """
        reach("before_send", notice.id)
        status, retry_after = self._post(urlsplit(channel.address).path, notice)
        reach("after_send", notice.id)
        if status in (404, 410):
            raise Permanent(f"the hook answered {status}", code="hook_gone")
        if status != 200:
            pause = None if retry_after is None else timedelta(seconds=int(retry_after))
            raise NotTaken(f"the hook answered {status}", retry_after=pause, code="hook_not_taken")

    def _post(self, path: str, notice: OutgoingNotice) -> tuple[int, str | None]:
        host, _, port = os.environ[ADDRESS].partition(":")
        connection = HTTPConnection(host, int(port), timeout=PATIENCE_SECONDS)
        try:
            body = json.dumps({"id": notice.id, "title": notice.text.title})
            connection.request("POST", path, body=body, headers={"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.getheader("Retry-After")
        except (OSError, HTTPException) as error:
            raise NotTaken(f"the hook cannot be reached: {type(error).__name__}", code="hook_not_taken") from error
        finally:
            connection.close()
