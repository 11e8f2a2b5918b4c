"""List backups, and find the one that a person means."""

from collections.abc import Sequence
from dataclasses import dataclass

from sunwi.domain.backup import PREFIX, BackupRecord, BackupState
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput
from sunwi.service.ports.outside import Store

#: What stands for the last good one.
LATEST = "latest"

#: Backups that a name is looked for among: a year's and more.
_MOST_SEARCHED = 500


@dataclass(frozen=True, slots=True)
class ListBackups:
    """What backups there are."""

    store: Store

    def list(self, limit: int) -> Sequence[BackupRecord]:
        """Return backups, good or not, newest first.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            return tx.backups.list(limit)

    def key_of(self, typed: str) -> str:
        """Return the key that a person means.

        Args:
            typed: A key, the name at its end, or `latest`. A key that the database does not know is taken as it is: a
                restored database does not know of its own backup.

        Raises:
            InvalidInput: There is no such backup.
            StoreUnavailable: The database cannot be reached.
        """
        if typed.startswith(PREFIX):
            return typed
        for record in self.list(_MOST_SEARCHED):
            if record.key is None or record.state is not BackupState.GOOD:
                continue
            if typed in (LATEST, record.key.rpartition("/")[2]):
                return record.key
        raise InvalidInput(f"there is no good backup {quote(typed)}", code="backup_unknown", typed=typed)
