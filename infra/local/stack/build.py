"""What `sam build` leaves, for MiniStack: the localised template beside the functions' code."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from infra.local.stack.localise import ROOT, Place, localise, read_template
from infra.local.stack.package import MIGRATIONS
from infra.local.stack.session import REGION

#: Caches of Python's are no part of the code.
_CACHES = shutil.ignore_patterns("__pycache__")


def build(folder: Path, *, environment: Mapping[str, str], root: Path = ROOT) -> Path:
    """Build into a folder that is not there yet.

    Args:
        folder: Takes the template and, in `code`, the functions with the migrations.
        environment: Variables that every function gets on top of the template's own.
        root: Folder of the release: this repository, or what was kept of an earlier one.

    Returns:
        The template, for `sam deploy --template-file`.
    """
    code = folder / "code"
    shutil.copytree(root / "functions", code, ignore=_CACHES)
    shutil.copytree(root / MIGRATIONS, code / MIGRATIONS, ignore=_CACHES)
    place = Place(region=REGION, code=str(code), environment=environment, root=root)
    template = folder / "template.json"
    template.write_text(json.dumps(localise(read_template(root / "template.yaml"), place)))
    return template
