"""What backups are called, and what is said of them."""
