"""The commands of `sunwi backup` by their names."""

import typer

from sunwi.cli.commands.backup import submit, view

app = typer.Typer(no_args_is_help=True)
app.command(name="now")(submit.back_up)
app.command(name="list")(view.list_backups)
app.command(name="verify")(submit.verify)
app.command(name="restore")(submit.restore)
