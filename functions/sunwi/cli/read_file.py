"""Read what a command is told to read."""

import sys
from pathlib import Path

from sunwi.errors import InvalidInput

#: Stands for standard input.
STANDARD_INPUT = Path("-")


def read_bytes(file: Path) -> bytes:
    """Return what a file has, or standard input where the file is `-`.

    Raises:
        InvalidInput: The file cannot be read.
    """
    if file == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidInput(
            f"the file {file} cannot be read: {error.strerror}",
            code="file_unreadable",
            file=str(file),
            cause=error.strerror,
        ) from error
