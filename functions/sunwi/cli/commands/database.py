"""`sunwi db`: the schema of the database, and what is derived from other tables."""

from typing import Annotated

import typer

from sunwi.cli.container import JsonOption, container_of, open_container
from sunwi.cli.screens.backup.backup_screens import show_adoption
from sunwi.cli.screens.schema_screens import show_schema, show_upgrade
from sunwi.cli.screens.state_screens import show_rebuilt
from sunwi.cli.screens.terminal import CountScreen, show_json
from sunwi.wording.backup.backup_documents import adoption_document

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


@app.command()
def adopt(
    ctx: typer.Context,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be ended (미리 보기).")] = False,
    in_use: Annotated[bool, typer.Option("--in-use", help="Even though a stack works on it (사용 중이어도).")] = False,
    as_json: JsonOption = False,
) -> None:
    """Take over a database that was restored, before a stack uses it (복원한 데이터베이스 이어받기).

    Jobs that ran when its backup was taken wait again, runs that were open are closed, and what was not told yet is
    put aside, so that nothing is done or told twice; whoever is signed in signs in again. Doing it again changes
    nothing.
    """
    adoption = open_container(ctx).backup.adopt_database.adopt(dry_run=dry_run, in_use=in_use)
    if as_json:
        show_json(adoption_document(adoption, dry_run=dry_run))
    else:
        show_adoption(adoption, dry_run=dry_run)
