"""What finds people in what is stored, and forgets them."""

from functools import cached_property

from sunwi.bootstrap.adapters import Capability
from sunwi.bootstrap.archive import ArchiveContainer
from sunwi.service.privacy.erase_person import ErasePerson
from sunwi.service.privacy.find_person import FindPerson


class PrivacyContainer(Capability):
    """People, in the database and in its archive."""

    @cached_property
    def find_person(self) -> FindPerson:
        """Finds what is held about one."""
        return FindPerson(store=self.adapters.store, open_files=lambda: self.adapters.archive_files)

    @cached_property
    def erase_person(self) -> ErasePerson:
        """Forgets one."""
        adapters, archive = self.adapters, self.adapters.compose(ArchiveContainer)
        return ErasePerson(
            store=adapters.store,
            files=adapters.archive_files,
            clock=adapters.clock,
            lease=archive.lease,
            rewrite_part=archive.rewrite_part,
        )
