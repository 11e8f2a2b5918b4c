"""Points at which a test holds a process of the running stack until it lets it go, or kills it."""

import json
import os
import time
from pathlib import Path

#: Variable that names the folder of the files by which test and process speak.
FOLDER = "HOLD_FOLDER"
#: Holds whichever job comes first.
ANY = "any"
#: Between two looks at a file, in seconds.
LOOK_SECONDS = 0.02


def reach(point: str, job_id: str) -> None:
    """Wait here if a test has armed the point for this job: say so by a file with the process, and look for another.

    Each arming holds one process: whoever renames its file first.
    """
    folder = Path(os.environ[FOLDER])
    for name in (job_id, ANY):
        here = folder / f"{point}-{name}"
        draft = here.with_suffix(f".draft{os.getpid()}")
        try:
            here.with_suffix(".armed").rename(draft)
        except FileNotFoundError:
            continue
        draft.write_text(json.dumps({"pid": os.getpid(), "job_id": job_id}))
        draft.rename(here.with_suffix(".reached"))
        while not here.with_suffix(".go").exists():
            time.sleep(LOOK_SECONDS)
        here.with_suffix(".go").unlink()
