"""Lets every container of this process find the kinds and the points."""

from sunwi.adapters.sql.store import SqlStore
from sunwi.bootstrap import works
from sunwi.bootstrap.adapters import Adapters
from sunwi.settings import load_settings

from . import kinds
from .archive_files import HeldArchiveFiles
from .backup_parts import hold_backups
from .store import HeldExecutions, HeldStore


def hold_parts() -> None:
    """Put the store, the executions and the kinds in place; before the function's handler is imported."""
    vars(works).update(KINDS=kinds.KINDS, WORKS=kinds.WORKS)
    settings = load_settings()
    own = Adapters(settings)
    given: dict[str, object] = {"engine": own.engine, "store": HeldStore(SqlStore(own.engine))}
    if settings.job_state_machine_arn:
        given["job_executions"] = HeldExecutions(own.job_executions)
    if settings.files_bucket:
        given["archive_files"] = HeldArchiveFiles(own.archive_files)
    hold_backups(Adapters(settings, **given).remember())
