"""Whole databases as streams of bytes: by PostgreSQL's own programs, or by a copy of SQLite's file."""
