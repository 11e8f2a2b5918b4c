"""The store on PostgreSQL and SQLite: a module of statements per kind of row."""
