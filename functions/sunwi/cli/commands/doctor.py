"""`sunwi doctor`: is everything there that a night needs?"""

import typer

from sunwi.cli.container import JsonOption, container_of
from sunwi.cli.error_words import korean_of
from sunwi.cli.screens import screens
from sunwi.errors import SunwiError


def examine(ctx: typer.Context, *, as_json: JsonOption = False) -> None:
    """Check settings, database, browser, queues, state machine, region and clock (점검)."""
    from sunwi.cli.health import HealthCheck, Level, check_health  # noqa: PLC0415 - AWS is heavy

    try:
        container = container_of(ctx)
    except SunwiError as error:
        findings = [HealthCheck("settings", Level.FAIL, str(error), korean_of(error))]
    else:
        findings = check_health(container)
    if as_json:
        is_healthy = not any(finding.level is Level.FAIL for finding in findings)
        screens.show_json({"is_healthy": is_healthy, "checks": [finding.document() for finding in findings]})
    else:
        screens.show_findings(findings)
    if any(finding.level is Level.FAIL for finding in findings):
        raise typer.Exit(1)
