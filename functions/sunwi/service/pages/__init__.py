"""Opening a page, reading it, keeping it."""
