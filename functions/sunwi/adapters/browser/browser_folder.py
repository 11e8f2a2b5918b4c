"""The folder that one browser may write to, and what is left of earlier ones."""

import os
import shutil
import tempfile
from pathlib import Path

#: `sunwi-browser-<pid of whoever launched it>-<random>`, in the temporary folder.
_PREFIX = "sunwi-browser-"


def make_browser_folder() -> Path:
    """Make one, and remove those whose process is gone: a crashed function's sandbox keeps its files."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        owner = folder.name.removeprefix(_PREFIX).split("-", 1)[0]
        if not (owner.isdigit() and Path(f"/proc/{owner}").exists()):
            remove_browser_folder(folder)
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))


def remove_browser_folder(folder: Path) -> None:
    """Remove it with whatever is in it; a file that a dying browser still writes is left to the next time."""
    shutil.rmtree(folder, ignore_errors=True)


def empty_temporary_folder() -> None:
    """Remove all that is in the temporary folder; for a sandbox that runs nothing but this function."""
    for entry in Path(tempfile.gettempdir()).iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)


def free_temporary_bytes() -> int:
    """Return what is left of the file system that the temporary folder is on."""
    return shutil.disk_usage(tempfile.gettempdir()).free


def temporary_bytes() -> int:
    """Add up what all files in the temporary folder take; a file that goes meanwhile counts nothing."""
    total = 0
    for folder, _, names in os.walk(tempfile.gettempdir()):
        for name in names:
            try:
                total += os.lstat(os.path.join(folder, name)).st_blocks * 512  # noqa: PTH118 - thousands of files
            except OSError:
                continue
    return total
