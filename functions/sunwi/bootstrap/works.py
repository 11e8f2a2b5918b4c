"""The registry of jobs: every kind there is, and what does its work."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sunwi.domain.work import Work, Works
from sunwi.service.archive.archive_work import ARCHIVE
from sunwi.service.archive.cleaning.cleanup import CLEANUP
from sunwi.service.bulk_actions.bulk_action import BULK_ACTION
from sunwi.service.lookups.lookup import LOOKUP

if TYPE_CHECKING:
    from collections.abc import Callable

    from sunwi.bootstrap.adapters import Adapters
    from sunwi.service.jobs.running_job import JobRunner


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job and how its runner is put together; that imports only where it is run.

    Attributes:
        build: Puts the runner together over an environment's adapters.
    """

    work: Work
    build: "Callable[[Adapters], JobRunner]"


def _lookup(adapters: "Adapters") -> "JobRunner":
    from sunwi.bootstrap.lookups import LookupContainer

    return adapters.compose(LookupContainer).run_lookup


def _bulk_action(adapters: "Adapters") -> "JobRunner":
    from sunwi.bootstrap.bulk_actions import BulkActionContainer

    return adapters.compose(BulkActionContainer).run_bulk_action


def _archive(adapters: "Adapters") -> "JobRunner":
    from sunwi.bootstrap.archive import ArchiveContainer

    return adapters.compose(ArchiveContainer).run_archive


def _cleanup(adapters: "Adapters") -> "JobRunner":
    from sunwi.bootstrap.archive import ArchiveContainer

    return adapters.compose(ArchiveContainer).run_cleanup


#: One line for each kind. Source: CONTRIBUTING.md, "Add a kind of job".
KINDS = (
    Kind(LOOKUP, _lookup),
    Kind(BULK_ACTION, _bulk_action),
    Kind(ARCHIVE, _archive),
    Kind(CLEANUP, _cleanup),
)

#: What can be submitted.
WORKS = Works(tuple(kind.work for kind in KINDS))
