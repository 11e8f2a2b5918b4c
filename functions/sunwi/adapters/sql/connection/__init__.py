"""How the database is reached: engine, TLS, log-in, migrations."""
