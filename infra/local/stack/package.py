"""Zip the functions, as Lambda would get them without an image."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

MIGRATIONS = Path("infra") / "migrations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """What a test adds to the code of functions, and which of its handlers they run.

    Attributes:
        folder: Its modules come beside those of the functions; None adds none.
        handlers: By the function as the template names it, `package.module.name`.
    """

    folder: Path | None = None
    handlers: Mapping[str, str] = field(default_factory=dict)


def zip_functions(folder: Path, root: Path, overlay: Path | None = None) -> bytes:
    """Return a zip of every file below a folder and of the repository's migrations, without Python's caches.

    Args:
        folder: Of the functions.
        root: Of the repository.
        overlay: Its files come beside those of the functions; None adds none.
    """
    buffer = io.BytesIO()
    added = () if overlay is None else ((overlay, overlay),)
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, base in ((folder, folder), (root / MIGRATIONS, root), *added):
            for path in sorted(place.rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts:
                    archive.write(path, path.relative_to(base))
    return buffer.getvalue()
