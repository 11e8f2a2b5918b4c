"""What PostgreSQL's programs know of a server: by their environment alone, which no other user can read."""

import os

from sqlalchemy import URL

from sunwi.adapters.sql.connection.postgres_socket import CONNECT_SECONDS, PostgresOptions, speaks_tls

#: A dump reads for as long as it takes, and a restore writes so.
_NO_LIMITS = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
_READS_ONLY = " -c default_transaction_read_only=on"


def client_environment(url: URL, options: PostgresOptions, password: str, *, only_reads: bool) -> dict[str, str]:
    """Return the whole environment of a program that speaks to a server.

    Args:
        url: Of the database.
        options: How the server is spoken to.
        password: Or the token of one login.
        only_reads: The server refuses it to write anything.

    Raises:
        ConfigurationError: The URL asks for something unknown.

    Source: PostgreSQL documentation, libpq, "Environment Variables".
    """
    has_tls = speaks_tls(url, options)
    return {
        **plain_environment(),
        "PGHOST": url.host or "localhost",
        "PGPORT": str(url.port or 5432),
        "PGUSER": url.username or "",
        "PGDATABASE": url.database or "",
        "PGPASSWORD": password,
        "PGSSLMODE": "verify-full" if has_tls else "disable",
        **({"PGSSLROOTCERT": options.ca_bundle or "system"} if has_tls else {}),
        "PGGSSENCMODE": "disable",
        "PGCONNECT_TIMEOUT": str(round(CONNECT_SECONDS)),
        "PGAPPNAME": "sunwi",
        "PGCLIENTENCODING": "UTF8",
        "PGOPTIONS": _NO_LIMITS + (_READS_ONLY if only_reads else ""),
    }


def plain_environment() -> dict[str, str]:
    """Return the environment of a program that speaks to nobody: English, and no file of a person's."""
    nobody = {"HOME": os.devnull, "PGPASSFILE": os.devnull, "PGSERVICEFILE": os.devnull, "PSQLRC": os.devnull}
    return {"PATH": os.defpath, "LC_ALL": "C", **nobody}
