"""`sunwi evaluation`, and what clients are told by."""
