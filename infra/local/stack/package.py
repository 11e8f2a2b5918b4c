"""Zip the functions, as Lambda would get them without an image."""

import io
import zipfile
from pathlib import Path


def zip_functions(folder: Path) -> bytes:
    """Return a zip of every file below a folder, without Python's caches."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                archive.write(path, path.relative_to(folder))
    return buffer.getvalue()
