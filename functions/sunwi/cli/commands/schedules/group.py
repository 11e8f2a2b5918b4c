"""The commands of `sunwi schedules` by their names."""

import typer

from sunwi.cli.commands.schedules import change, run, view

app = typer.Typer(no_args_is_help=True)
app.command(name="list")(view.list_schedules)
app.command(name="set")(change.set_schedule)
app.command(name="pause")(change.pause)
app.command(name="resume")(change.resume)
app.command(name="remove")(change.remove)
app.command(name="run")(run.run)
