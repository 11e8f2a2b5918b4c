"""What PostgreSQL's programs say when they fail, as what a caller does next."""

import re

from sunwi.adapters.process.program import ProgramFailed
from sunwi.errors import ConfigurationError, Permanent, Retryable, SunwiError

#: Lines that quote rows, or statements with what is in them.
_QUOTES = re.compile(r"^(DETAIL|CONTEXT|STATEMENT|HINT|LINE \d+|Command was|\s)", re.MULTILINE)
_LONGEST = 300

_LOGIN = re.compile(r"authentication failed|no password supplied|no pg_hba\.conf entry|role \"[^\"]*\" does not exist")
_MISMATCH = re.compile(r"server version mismatch")
_RIGHTS = re.compile(r"permission denied|must be owner")
_CERTIFICATE = re.compile(r"certificate verify failed|does not match host name|root certificate file")
_AWAY = re.compile(
    r"could not connect|connection to server .* failed|could not translate host name|server closed the connection"
    r"|terminating connection|connection to server was lost|the database system is|remaining connection slots"
    r"|too many (connections|clients)|SSL connection has been closed|Connection reset"
)
_NO_DUMP = re.compile(
    r"does not appear to be a valid archive|input file is too short|unexpected end of file|could not read from input"
    r"|did not find magic string|unsupported version|corrupt|unrecognized data block|could not uncompress"
)


def translate_failure(program: str, failed: ProgramFailed, *, secret: str = "") -> SunwiError:
    """Turn a program's failure into what a caller does next.

    Args:
        program: Its name.
        failed: How it ended.
        secret: Its password; taken out of what it said.
    """
    cause = first_line(failed.said, secret=secret)
    said = failed.said
    if failed.status < 0:
        return Retryable(
            f"{program} was ended by signal {-failed.status}", code="dump_program_killed", program=program
        )
    if _MISMATCH.search(said):
        return ConfigurationError(
            f"{program} is older than the server: {cause}", code="dump_client_mismatch", program=program, cause=cause
        )
    if _CERTIFICATE.search(said):
        return ConfigurationError(
            f"{program} does not trust the server's certificate ({cause}): set DATABASE_CA_BUNDLE",
            code="dump_certificate_unverified",
            program=program,
            cause=cause,
        )
    if _LOGIN.search(said):
        return Retryable(
            f"the database refuses the login of {program}: {cause}",
            code="dump_login_refused",
            program=program,
            cause=cause,
        )
    if _RIGHTS.search(said):
        return ConfigurationError(
            f"the login of {program} may not do it ({cause}): grant it the rights",
            code="dump_forbidden",
            program=program,
            cause=cause,
        )
    if _NO_DUMP.search(said):
        return Permanent(f"{program} cannot read the dump: {cause}", code="dump_unreadable", program=program, cause=cause)
    if _AWAY.search(said):
        return Retryable(
            f"the database went away under {program}: {cause}",
            code="dump_server_away",
            program=program,
            cause=cause,
        )
    return Retryable(
        f"{program} failed with status {failed.status}: {cause}",
        code="dump_program_failed",
        program=program,
        status=failed.status,
        cause=cause,
    )


def first_line(said: str, *, secret: str = "") -> str:
    """Return the first line that says what failed, without what it quotes."""
    lines = [line for line in said.splitlines() if line.strip() and not _QUOTES.match(line)]
    errors = [line for line in lines if re.search(r"error|ERROR|FATAL", line)]
    line = next(iter(errors or lines), "it said nothing").strip()
    return (line.replace(secret, "…") if secret else line)[:_LONGEST]
