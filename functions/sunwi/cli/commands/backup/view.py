"""`sunwi backup list`."""

from typing import Annotated

import typer

from sunwi.cli.container import JsonOption, open_container
from sunwi.cli.screens.backup.backup_screens import show_backups
from sunwi.cli.screens.terminal import show_json
from sunwi.wording.backup.backup_documents import backup_document


def list_backups(
    ctx: typer.Context,
    *,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Backups at most (최대 건수).")] = 40,
    as_json: JsonOption = False,
) -> None:
    """List backups, newest first, with those that failed (백업 목록)."""
    found = open_container(ctx).backup.list_backups.list(limit)
    if as_json:
        show_json({"backups": [backup_document(record) for record in found]})
    else:
        show_backups(found)
