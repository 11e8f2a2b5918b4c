"""All that can be done about dead letters."""

from collections.abc import Callable
from dataclasses import dataclass

from sunwi.service.dead_letters.move_dead_letters import MoveDeadLetters
from sunwi.service.dead_letters.redrive_dead_letters import RedriveDeadLetters
from sunwi.service.dead_letters.view_dead_letters import ViewDeadLetters
from sunwi.service.ports.outside import Clock, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class HandleDeadLetters:
    """Lists dead letters and sends them back.

    Attributes:
        wait: Waits some seconds.
    """

    store: Store
    clock: Clock
    wait: Callable[[float], None]

    @property
    def listing(self) -> ViewDeadLetters:
        """Lists them with their causes."""
        return ViewDeadLetters(store=self.store)

    @property
    def one_by_one(self) -> RedriveDeadLetters:
        """Sends them back one by one."""
        return RedriveDeadLetters(store=self.store, clock=self.clock, wait=self.wait)

    @property
    def all_at_once(self) -> MoveDeadLetters:
        """Lets the queue service send all of a queue back."""
        return MoveDeadLetters(wait=self.wait)
