"""The registry of jobs: every kind there is, and what does its work."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sunwi.domain.work import Work, Works
from sunwi.service.archive.archive_work import ARCHIVE
from sunwi.service.archive.cleaning.cleanup import CLEANUP
from sunwi.service.backup.kinds import BACKUP_WORK, RESTORE_WORK, VERIFY_WORK
from sunwi.service.bulk_actions.bulk_action import BULK_ACTION
from sunwi.service.evaluation.evaluation import EVALUATION
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


def _backup(adapters: "Adapters") -> "JobRunner":
    from sunwi.bootstrap.backup import BackupContainer

    return adapters.compose(BackupContainer).run_backup


def _verify(adapters: "Adapters") -> "JobRunner":
    from sunwi.bootstrap.backup import BackupContainer

    return adapters.compose(BackupContainer).run_verify


def _restore(adapters: "Adapters") -> "JobRunner":
    from sunwi.bootstrap.backup import BackupContainer

    return adapters.compose(BackupContainer).run_restore


def _evaluation(adapters: "Adapters") -> "JobRunner":
    from sunwi.bootstrap.evaluation import EvaluationContainer

    return adapters.compose(EvaluationContainer).run_evaluation


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
    Kind(BACKUP_WORK, _backup),
    Kind(VERIFY_WORK, _verify),
    Kind(RESTORE_WORK, _restore),
    Kind(EVALUATION, _evaluation),
    Kind(ARCHIVE, _archive),
    Kind(CLEANUP, _cleanup),
)

#: What can be submitted.
WORKS = Works(tuple(kind.work for kind in KINDS))
