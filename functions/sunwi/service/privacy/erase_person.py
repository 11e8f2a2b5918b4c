"""Forget a person: a pseudonym takes their place, in the database and in its archive; the ledger names nobody."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from sunwi.domain.actor import Actor
from sunwi.domain.archive import ArchivePart
from sunwi.domain.audit import AuditEntry
from sunwi.domain.personal_data import PersonalColumns, check_person, erased, pseudonym_of
from sunwi.service.archive.archive_lease import ArchiveLease
from sunwi.service.archive.rewrite_part import RewritePart, Write
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.kept.archive import ArchiveFiles
from sunwi.service.ports.outside import Store
from sunwi.service.ports.retry_conflicts import retry_conflicts
from sunwi.service.privacy.find_person import pages_of, personal_lines, personal_parts

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedPerson:
    """What a person was taken out of.

    Attributes:
        pseudonym: What stands in their place.
        rows: Rows of the database, by table.
        archived: Rows of the archive, by table.
    """

    pseudonym: str
    rows: Mapping[str, int]
    archived: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasePerson:
    """Takes a person out of everything; stopped half-way, it is done by doing it again."""

    store: Store
    files: ArchiveFiles
    clock: Clock
    lease: ArchiveLease
    rewrite_part: RewritePart

    def erase(self, actor: Actor, text: str) -> ErasedPerson:
        """Forget a person.

        Args:
            actor: Who asks; the audit names them, and not whom they had forgotten.
            text: An owner as lists show it, or an e-mail address.

        Raises:
            InvalidInput: It names nobody.
            Permanent: A file of the archive is not there, or damaged: what comes before it is done.
            Retryable: Files or database cannot be reached.
            Postponed: Somebody else writes the archive.
        """
        person = check_person(text)
        pseudonym = pseudonym_of(person)
        holder = f"privacy:{self.clock.now().isoformat()}"
        with self.lease.held_by(holder):
            with self.store.read() as tx:
                tables = tx.personal_data.tables()
            rows = {table: self._erase_rows(table, person, pseudonym) for table in tables}
            archived = Counter[str]()
            for part in personal_parts(self.store):
                self.lease.take(holder)
                archived[part.table] += self._erase_part(part, tables[part.table], person, pseudonym)
            done = ErasedPerson(
                pseudonym=pseudonym,
                rows={table: count for table, count in rows.items() if count},
                archived={table: count for table, count in archived.items() if count},
            )
            self._audit(pseudonym if actor.owner.casefold() == person.casefold() else actor.owner, done)
        log.info("person_erased", pseudonym=pseudonym, rows=dict(done.rows), archived=dict(done.archived))
        return done

    def _erase_rows(self, table: str, person: str, pseudonym: str) -> int:
        return sum(
            self._change(table, lines, person, pseudonym) for lines in pages_of(self.store, table, person) if lines
        )

    @retry_conflicts
    def _change(self, table: str, lines: Sequence[str], person: str, pseudonym: str) -> int:
        with self.store.begin() as tx:
            return tx.personal_data.change(table, lines, person, pseudonym=pseudonym)

    def _erase_part(self, part: ArchivePart, columns: PersonalColumns, person: str, pseudonym: str) -> int:
        """Write a part anew if it names the person; delete what an earlier try has left of its file either way."""
        part = self.rewrite_part.drop_stale(part, self._commit)
        lines, found = [], 0
        for line in personal_lines(self.files, part):
            row = json.loads(line)
            changes = erased(row, columns, person, pseudonym=pseudonym)
            found += bool(changes)
            if not changes:
                lines.append(line)
            elif not columns.is_deleted:
                lines.append(json.dumps({**row, **changes}, ensure_ascii=False, separators=(",", ":")))
        if found:
            self.rewrite_part.rewrite(part, lines, self._commit, emptied_at=part.emptied_at)
        return found

    def _commit(self, write: Write) -> None:
        with self.store.begin() as tx:
            write(tx)

    def _audit(self, actor_name: str, done: ErasedPerson) -> None:
        entry = AuditEntry(
            at=self.clock.now(),
            actor=actor_name,
            action="person_erased",
            subject=done.pseudonym,
            after={"rows": dict(done.rows), "archived": dict(done.archived)},
        )
        with self.store.begin() as tx:
            tx.audit.add(entry)
