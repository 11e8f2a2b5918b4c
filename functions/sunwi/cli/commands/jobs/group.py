"""The commands of `sunwi jobs` by their names."""

import typer

from sunwi.cli.commands.jobs import change, result, submit, undo, view, watch

app = typer.Typer(no_args_is_help=True)
app.command(name="submit")(submit.submit)
app.command(name="submit-file")(submit.submit_file)
app.command(name="list")(view.list_jobs)
app.command(name="show")(view.show)
app.command(name="watch")(watch.watch)
app.command(name="cancel")(change.cancel)
app.command(name="retry")(change.retry)
app.command(name="undo")(undo.undo)
app.command(name="result")(result.result)
