"""`sunwi db`: the schema of the database, and what is derived from other tables."""

import typer

from sunwi.cli.container import JsonOption, container_of, open_container
from sunwi.cli.screens.schema_screens import show_schema, show_upgrade
from sunwi.cli.screens.state_screens import show_rebuilt
from sunwi.cli.screens.terminal import CountScreen, show_json

app = typer.Typer(no_args_is_help=True)


@app.command()
def upgrade(ctx: typer.Context, *, as_json: JsonOption = False) -> None:
    """Bring the schema to this version's; does nothing when it is there (스키마 올리기)."""
    from sunwi.adapters.sql.connection.migrations import schema_version, upgrade_schema  # noqa: PLC0415 - Alembic is heavy

    engine = container_of(ctx).adapters.engine
    before = schema_version(engine)
    after = upgrade_schema(engine)
    if as_json:
        show_json({"before": before.current, "current": after.current, "head": after.head})
    else:
        show_upgrade(before, after)


@app.command()
def status(ctx: typer.Context, *, as_json: JsonOption = False) -> None:
    """Show whether the schema is this version's; leaves with 1 when it is not (스키마 확인)."""
    from sunwi.adapters.sql.connection.migrations import schema_version  # noqa: PLC0415 - Alembic is heavy

    schema = schema_version(container_of(ctx).adapters.engine)
    if as_json:
        show_json({"current": schema.current, "head": schema.head, "is_current": schema.is_current})
    else:
        show_schema(schema)
    if not schema.is_current:
        raise typer.Exit(1)


@app.command(name="rebuild-state")
def rebuild_state(ctx: typer.Context, *, as_json: JsonOption = False) -> None:
    """Work out anew where every tracking stands, from ledger and runs (목록 상태 재계산); crawlers may go on."""
    rebuild = open_container(ctx).ledger.rebuild_states
    with CountScreen("상태 계산 중") as screen:
        rebuilt = rebuild.rebuild(progress=screen.update)
    if as_json:
        show_json({"trackings": rebuilt.trackings, "differing": list(rebuilt.differing)})
    else:
        show_rebuilt(rebuilt)
