"""Place lists and tabs: pages that continue."""
