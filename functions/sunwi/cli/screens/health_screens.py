"""What `sunwi doctor` prints."""

from collections.abc import Sequence
from typing import Any

from sunwi.cli.health_words import english_of_check, korean_of_check
from sunwi.cli.screens.terminal import add_row, new_table, open_console
from sunwi.domain.health_check import HealthCheck, Level
from sunwi.wording.labels import CHECKS, LEVELS


def show_health(checks: Sequence[HealthCheck]) -> None:
    """Print how each thing is that a night needs."""
    table = new_table("점검", "결과", "내용*")
    for check in checks:
        add_row(table, CHECKS[check.name], LEVELS[check.level], korean_of_check(check))
    open_console().print(table)


def health_document(checks: Sequence[HealthCheck]) -> dict[str, Any]:
    """Write it for JSON."""
    return {
        "is_healthy": not any(check.level is Level.FAIL for check in checks),
        "checks": [
            {"name": check.name.value, "level": check.level.value, "message": english_of_check(check)}
            for check in checks
        ],
    }
