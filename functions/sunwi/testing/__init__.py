"""Fakes of the ports, for tests."""

from sunwi.testing.clock import ManualClock
from sunwi.testing.files import InMemorySpreadsheets
from sunwi.testing.pages import CannedPageLoader, InMemoryEvidenceStore, page_key_of, picture_of
from sunwi.testing.queues import (
    InMemoryAlarmChannel,
    InMemoryCrawlQueue,
    InMemoryDeadLetterQueue,
    InMemoryMessageCounts,
    InMemoryMetrics,
    InMemoryStateMachine,
)
from sunwi.testing.schema import FakeSchemaState

__all__ = [
    "CannedPageLoader",
    "FakeSchemaState",
    "InMemoryAlarmChannel",
    "InMemoryCrawlQueue",
    "InMemoryDeadLetterQueue",
    "InMemoryEvidenceStore",
    "InMemoryMessageCounts",
    "InMemoryMetrics",
    "InMemorySpreadsheets",
    "InMemoryStateMachine",
    "ManualClock",
    "page_key_of",
    "picture_of",
]
