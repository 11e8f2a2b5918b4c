"""What tells open pages that something has changed."""

import secrets
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config

from sunwi.adapters.aws.doors.live_connections import GatewayConnections
from sunwi.bootstrap.adapters import Adapters, Capability
from sunwi.service.live.close_dead import CloseDead
from sunwi.service.live.keep_connections import KeepConnections
from sunwi.service.live.make_ticket import MakeTicket
from sunwi.service.live.nudge_watchers import NudgeWatchers
from sunwi.service.live.watch_run import WatchRun
from sunwi.service.ports.doors.live import Connections, JobNudge, nobody_watches

#: Bytes of a ticket: 128 bits of chance.
_TICKET_BYTES = 16
#: Given up soon: the page asks by itself within some seconds.
_TELL_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=1, read_timeout=2)


class LiveContainer(Capability):
    """Open pages."""

    @cached_property
    def connections(self) -> Connections:
        """Holds connections; whoever tells one something finds out whether LIVE_ENDPOINT is set."""
        return GatewayConnections(lambda: self._client)

    @cached_property
    def make_ticket(self) -> MakeTicket:
        """Makes tickets."""
        endpoint = self.adapters.settings.require("live_endpoint")
        # https becomes wss, and http, of the local stack, ws.
        address = endpoint.replace("http", "ws", 1)
        return MakeTicket(
            store=self.adapters.store, address=address, new_secret=lambda: secrets.token_urlsafe(_TICKET_BYTES)
        )

    @cached_property
    def keep_connections(self) -> KeepConnections:
        """Takes what pages send."""
        adapters = self.adapters
        return KeepConnections(
            store=adapters.store,
            connections=self.connections,
            clock=adapters.clock,
            public_address=adapters.settings.require("public_address"),
        )

    @cached_property
    def nudge_watchers(self) -> NudgeWatchers:
        """Tells pages of jobs."""
        return NudgeWatchers(store=self.adapters.store, connections=self.connections, clock=self.adapters.clock)

    @cached_property
    def close_dead(self) -> CloseDead:
        """Closes pages that may be told nothing more."""
        return CloseDead(store=self.adapters.store, connections=self.connections, clock=self.adapters.clock)

    @cached_property
    def watch_run(self) -> WatchRun:
        """Shows how far runs are."""
        return WatchRun(self.adapters.store)

    @cached_property
    def _client(self) -> Any:  # noqa: ANN401 - there are no types of this client
        endpoint = self.adapters.settings.require("live_endpoint")
        return boto3.client("apigatewaymanagementapi", endpoint_url=endpoint, config=_TELL_CONFIG)


def job_nudge(adapters: Adapters) -> JobNudge:
    """Return what tells pages of jobs; where no connections are held, nobody is told."""
    if adapters.settings.live_endpoint is None:
        return nobody_watches
    return adapters.compose(LiveContainer).nudge_watchers
