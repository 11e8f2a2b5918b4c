"""Care for the database itself."""
