"""Zip the functions, as Lambda would get them without an image."""

import io
import zipfile
from pathlib import Path

MIGRATIONS = Path("infra") / "migrations"


def zip_functions(folder: Path, root: Path) -> bytes:
    """Return a zip of every file below a folder and of the repository's migrations, without Python's caches."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, base in ((folder, folder), (root / MIGRATIONS, root)):
            for path in sorted(place.rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts:
                    archive.write(path, path.relative_to(base))
    return buffer.getvalue()
