"""The API's document in docs/: its snapshot, and what of it callers rely on."""
