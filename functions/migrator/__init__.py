"""The migrator Lambda: the schema of the database, at each deployment."""
