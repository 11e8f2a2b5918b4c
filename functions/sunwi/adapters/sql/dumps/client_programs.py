"""PostgreSQL's client programs: where they are, and how old."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sunwi.errors import ConfigurationError

#: Where Debian keeps them, a folder for each major version; its own `pg_dump` on PATH is a script in Perl.
DEBIAN_PROGRAMS = Path("/usr/lib/postgresql")

_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_VERSION_SECONDS = 10


@dataclass(frozen=True)
class ClientPrograms:
    """`pg_dump`, `pg_restore` and `psql` of one version, in one folder."""

    folder: Path

    def path(self, name: str) -> str:
        """Return the path of one of them."""
        return str(self.folder / name)

    @cached_property
    def major(self) -> int:
        """Their major version.

        Raises:
            ConfigurationError: They do not tell.
        """
        try:
            done = subprocess.run(  # noqa: S603 - a program that was found, and a constant
                [self.path("pg_dump"), "-V"],
                capture_output=True,
                text=True,
                timeout=_VERSION_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _missing(str(error)) from error
        found = _VERSION.search(done.stdout)
        if found is None:
            raise _missing((done.stdout + done.stderr).strip()[:200])
        return int(found.group(1))


def find_client_programs() -> ClientPrograms:
    """Find them: Debian's newest, else those on PATH.

    Raises:
        ConfigurationError: There are none.
    """
    installed = [path.parent for path in DEBIAN_PROGRAMS.glob("*/bin/pg_dump") if path.parts[-3].isdecimal()]
    if installed:
        return ClientPrograms(max(installed, key=lambda folder: int(folder.parts[-2])))
    on_path = shutil.which("pg_dump")
    if on_path is None:
        raise _missing("no pg_dump on PATH")
    return ClientPrograms(Path(on_path).resolve().parent)


def _missing(cause: str) -> ConfigurationError:
    return ConfigurationError(
        f"PostgreSQL's client programs cannot be used ({cause}): install postgresql-client, or let a worker do it",
        code="client_programs_missing",
        cause=cause,
    )
