"""What is wrong with a setting."""

from pydantic import ValidationError

from sunwi.errors import ConfigurationError


def describe_setting_problem(error: ValidationError) -> ConfigurationError:
    """Name the first variable whose value cannot be used, and what it should be."""
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"]).upper() or "the settings"
    given = first.get("input")
    limits = {limit: str(value) for limit, value in first.get("ctx", {}).items()}
    return ConfigurationError(
        f"{name}: {first['msg']} (it is {given!r})",
        code="setting_unusable",
        setting=name,
        given=given,
        rule=first["type"],
        limits=limits,
    )
