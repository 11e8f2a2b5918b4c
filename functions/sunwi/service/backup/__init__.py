"""Backups of the database: making, reading again and restoring them."""
