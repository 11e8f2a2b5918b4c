"""What the use cases need of what is kept: backups, the archive, who did what, and whom rows name."""
