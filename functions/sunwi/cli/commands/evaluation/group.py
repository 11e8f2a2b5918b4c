"""The commands of `sunwi evaluation` by their names."""

import typer

from sunwi.cli.commands.evaluation import run, view

app = typer.Typer(no_args_is_help=True)
app.command(name="list")(view.list_events)
app.command(name="show")(view.show)
app.command(name="run")(run.run)
