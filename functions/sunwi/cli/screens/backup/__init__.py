"""What commands about backups print."""
