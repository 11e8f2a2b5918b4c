"""`sunwi jobs result`: what a job found, and the files that it leaves."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.commands.jobs.options import JobArgument
from sunwi.cli.container import JsonOption, open_container
from sunwi.cli.screens.jobs.job_screens import show_result
from sunwi.cli.screens.terminal import show_json
from sunwi.domain.job_answers import JobResult
from sunwi.errors import InvalidInput

if TYPE_CHECKING:
    from sunwi.bootstrap.command_line import CommandContainer

#: Name of the result beside the files, in a folder.
RESULT_FILE = "result.json"


def result(
    ctx: typer.Context,
    job_id: JobArgument,
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE|FOLDER", help="Save its file here, or its files and result.json in a folder (저장)."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a job found; --out saves it and its files (결과)."""
    container = open_container(ctx)
    found = container.jobs.read_result.read(actor_of_cli(), job_id)
    saved = {} if out is None else _save(container, job_id, found, out)
    if as_json:
        files = [{"name": name, "path": saved.get(name)} for name in found.files]
        show_json({"job_id": job_id, "result": dict(found.result), "files": files, "saved": list(saved.values())})
    else:
        show_result(found, saved, job_id=job_id)


def _save(container: "CommandContainer", job_id: str, found: JobResult, out: Path) -> dict[str, str]:
    """Save what a job leaves.

    A folder takes everything. A file takes the only file, or the result where there is none.

    Returns:
        Paths by name, `RESULT_FILE` for the result.
    """
    if len(found.files) <= 1 and not out.is_dir() and out.suffix:
        chosen = [(next(iter(found.files), RESULT_FILE), out)]
    else:
        chosen = [(name, out / Path(name).name) for name in (RESULT_FILE, *found.files)]
    saved = {}
    for name, path in chosen:
        is_result = name == RESULT_FILE and name not in found.files
        data = _as_json(found) if is_result else container.jobs.read_result.file(actor_of_cli(), job_id, name)
        _write(path, data)
        saved[name] = str(path)
    return saved


def _as_json(found: JobResult) -> bytes:
    return (json.dumps(dict(found.result), ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace")


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise InvalidInput(
            f"the result cannot be saved as {path}: {error.strerror}",
            code="result_unwritable",
            path=str(path),
            cause=error.strerror,
        ) from error
