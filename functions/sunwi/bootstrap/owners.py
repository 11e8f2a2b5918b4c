"""What lists, adds, renames and merges agencies and clients."""

from functools import cached_property

from sunwi.bootstrap.adapters import Capability
from sunwi.service.owners.list_owners import ListOwners
from sunwi.service.owners.manage_owners import ManageOwners
from sunwi.service.owners.merge_owners import MergeOwners
from sunwi.service.owners.page_owners import PageOwners


class OwnerContainer(Capability):
    """Agencies and clients."""

    @cached_property
    def list_owners(self) -> ListOwners:
        """Lists agencies and clients."""
        return ListOwners(self.adapters.store)

    @cached_property
    def page_owners(self) -> PageOwners:
        """Lists those that an actor sees."""
        return PageOwners(self.adapters.store)

    @cached_property
    def merge_owners(self) -> MergeOwners:
        """Makes two agencies or clients one."""
        return MergeOwners(store=self.adapters.store, clock=self.adapters.clock)

    @cached_property
    def manage_owners(self) -> ManageOwners:
        """Adds and renames agencies and clients."""
        return ManageOwners(store=self.adapters.store, clock=self.adapters.clock)
