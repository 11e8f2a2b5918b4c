"""Open pages and how far runs are, in SQL."""
