"""What became of backups, in SQL."""
