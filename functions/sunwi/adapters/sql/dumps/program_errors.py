"""What PostgreSQL's programs say when they fail, as what a caller does next."""

import re

from sunwi.adapters.process.program import ProgramFailed
from sunwi.errors import ConfigurationError, Permanent, Retryable, SunwiError

#: Lines that quote rows, or statements with what is in them.
_QUOTES = re.compile(r"^(DETAIL|CONTEXT|STATEMENT|HINT|LINE \d+|Command was|\s)", re.MULTILINE)
_LONGEST = 300

#: What a program says, and what it means; the first that fits counts.
_MEANINGS = {
    "dump_client_mismatch": ("server version mismatch",),
    "dump_certificate_unverified": (
        "certificate verify failed",
        "does not match host name",
        "root certificate file",
    ),
    "dump_login_refused": (
        "authentication failed",
        "no password supplied",
        "no pg_hba.conf entry",
    ),
    "dump_forbidden": ("permission denied", "must be owner"),
    "dump_unreadable": (
        "does not appear to be a valid archive",
        "input file is too short",
        "unexpected end of file",
        "could not read from input",
        "did not find magic string",
        "unsupported version",
        "corrupt",
        "unrecognized data block",
        "could not uncompress",
    ),
    "dump_server_away": (
        "could not connect",
        "connection to server",
        "could not translate host name",
        "server closed the connection",
        "terminating connection",
        "the database system is",
        "remaining connection slots",
        "too many clients",
        "SSL connection has been closed",
        "Connection reset",
    ),
}


def translate_failure(program: str, failed: ProgramFailed, *, secret: str = "") -> SunwiError:
    """Turn a program's failure into what a caller does next.

    Args:
        program: Its name.
        failed: How it ended.
        secret: Its password; taken out of what it said.
    """
    if failed.status < 0:
        return Retryable(f"{program} was ended by signal {-failed.status}", code="dump_program_killed", program=program)
    cause = first_line(failed.said, secret=secret)
    match next((code for code, signs in _MEANINGS.items() if any(sign in failed.said for sign in signs)), ""):
        case "dump_client_mismatch":
            text = f"{program} is older than the server: {cause}"
            error: SunwiError = ConfigurationError(text, code="dump_client_mismatch", program=program, cause=cause)
        case "dump_certificate_unverified":
            text = f"{program} does not trust the server's certificate ({cause}): set DATABASE_CA_BUNDLE"
            error = ConfigurationError(text, code="dump_certificate_unverified", program=program, cause=cause)
        case "dump_login_refused":
            text = f"the database refuses the login of {program}: {cause}"
            error = Retryable(text, code="dump_login_refused", program=program, cause=cause)
        case "dump_forbidden":
            text = f"the login of {program} may not do it ({cause}): grant it the rights"
            error = ConfigurationError(text, code="dump_forbidden", program=program, cause=cause)
        case "dump_unreadable":
            text = f"{program} cannot read the dump: {cause}"
            error = Permanent(text, code="dump_unreadable", program=program, cause=cause)
        case "dump_server_away":
            text = f"the database went away under {program}: {cause}"
            error = Retryable(text, code="dump_server_away", program=program, cause=cause)
        case _:
            text = f"{program} failed with status {failed.status}: {cause}"
            error = Retryable(text, code="dump_program_failed", program=program, status=failed.status, cause=cause)
    return error


def first_line(said: str, *, secret: str = "") -> str:
    """Return the first line that says what failed, without what it quotes."""
    lines = [line for line in said.splitlines() if line.strip() and not _QUOTES.match(line)]
    errors = [line for line in lines if re.search(r"error|ERROR|FATAL", line)]
    line = next(iter(errors or lines), "it said nothing").strip()
    return (line.replace(secret, "…") if secret else line)[:_LONGEST]
