"""`sunwi doctor`: is everything there that a night needs?"""

import typer

from sunwi.cli.container import JsonOption, container_of
from sunwi.cli.screens.health_screens import health_document, show_health
from sunwi.cli.screens.terminal import show_json
from sunwi.domain.health_check import CheckName, HealthCheck, Level
from sunwi.errors import SunwiError


def examine(ctx: typer.Context, *, as_json: JsonOption = False) -> None:
    """Check settings, database, browser, queues, state machine, jobs, region and clock (점검)."""
    try:
        container = container_of(ctx)
    except SunwiError as error:
        checks = [HealthCheck.of_error(CheckName.SETTINGS, error)]
    else:
        checks = container.health.check_health.check()
    if as_json:
        show_json(health_document(checks))
    else:
        show_health(checks)
    if any(check.level is Level.FAIL for check in checks):
        raise typer.Exit(1)
