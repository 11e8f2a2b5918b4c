"""Old rows leave the database for files, and what has expired is deleted."""
