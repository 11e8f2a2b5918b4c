"""What lists dead letters and sends them back."""

from functools import cached_property

from sunwi.adapters.aws.dead_letters import open_dead_letter_queue
from sunwi.bootstrap.adapters import Capability
from sunwi.domain.dead_letter import QueueName
from sunwi.service.dead_letters.ask_redrive import AskRedrive
from sunwi.service.dead_letters.move_dead_letters import MoveDeadLetters
from sunwi.service.dead_letters.redrive_dead_letters import RedriveDeadLetters
from sunwi.service.dead_letters.view_dead_letters import ViewDeadLetters
from sunwi.service.ports.dead_letters import DeadLetterQueue


class DeadLetterContainer(Capability):
    """Messages that SQS moved aside."""

    def queue(self, name: QueueName) -> DeadLetterQueue:
        """Find the dead-letter queue of a queue.

        Raises:
            ConfigurationError: The queue's URL is not set, or it has no dead-letter queue.
            Retryable: SQS cannot be reached.
        """
        source_url = self.adapters.settings.require(f"{name}_queue_url")
        return open_dead_letter_queue(self.adapters.aws_client("sqs"), name, source_url)

    @cached_property
    def view(self) -> ViewDeadLetters:
        """Lists them with their causes."""
        return ViewDeadLetters(store=self.adapters.store)

    @cached_property
    def redrive_one_by_one(self) -> RedriveDeadLetters:
        """Sends them back one by one."""
        return RedriveDeadLetters(store=self.adapters.store, clock=self.adapters.clock, wait=self.adapters.sleep)

    @cached_property
    def ask_redrive(self) -> AskRedrive:
        """Starts redrives for those who do not wait."""
        return AskRedrive(store=self.adapters.store, clock=self.adapters.clock, one_by_one=self.redrive_one_by_one)

    @cached_property
    def move_all_at_once(self) -> MoveDeadLetters:
        """Lets the queue service send all of a queue back."""
        return MoveDeadLetters(wait=self.adapters.sleep)
