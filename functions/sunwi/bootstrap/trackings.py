"""What adds, changes, lists and shows trackings."""

from functools import cached_property

from sunwi.bootstrap.adapters import Capability
from sunwi.service.trackings.change_trackings import ChangeTrackings
from sunwi.service.trackings.import_trackings import ImportTrackings
from sunwi.service.trackings.list_trackings import ListTrackings
from sunwi.service.trackings.manage_trackings import ManageTrackings
from sunwi.service.trackings.preview_import import PreviewImport
from sunwi.service.trackings.show_tracking import ShowTracking


class TrackingContainer(Capability):
    """Trackings."""

    @cached_property
    def manage_trackings(self) -> ManageTrackings:
        """Adds, pauses and ends trackings."""
        return ManageTrackings(store=self.adapters.store, clock=self.adapters.clock)

    @cached_property
    def import_trackings(self) -> ImportTrackings:
        """Stores the trackings of a file."""
        return ImportTrackings(
            store=self.adapters.store, clock=self.adapters.clock, spreadsheets=self.adapters.spreadsheets
        )

    @cached_property
    def preview_import(self) -> PreviewImport:
        """Says what an import would make of each row."""
        return PreviewImport(self.adapters.store, self.import_trackings)

    @cached_property
    def change_trackings(self) -> ChangeTrackings:
        """Changes what counts, what is sold, and tags."""
        return ChangeTrackings(store=self.adapters.store, clock=self.adapters.clock)

    @cached_property
    def list_trackings(self) -> ListTrackings:
        """Lists trackings."""
        return ListTrackings(store=self.adapters.store, clock=self.adapters.clock)

    @cached_property
    def show_tracking(self) -> ShowTracking:
        """Shows a tracking's history."""
        return ShowTracking(store=self.adapters.store, clock=self.adapters.clock)
