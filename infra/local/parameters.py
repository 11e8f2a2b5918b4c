"""What can be set for the demo, checked against the template before anything is started."""

from collections.abc import Mapping
from typing import Any

from sunwi.errors import ConfigurationError

#: Template parameters of the demo, with the variable that each can be set by and the demo's own value.
DEMO_PARAMETERS = {
    "CrawlDelaySeconds": ("CRAWL_DELAY_SECONDS", "0"),
    "CrawlRetryBaseSeconds": ("CRAWL_RETRY_BASE_SECONDS", "1"),
    "CrawlBatchTimeout": ("CRAWL_BATCH_TIMEOUT", "900"),
    "CrawlPostponeSeconds": ("CRAWL_POSTPONE_SECONDS", "60"),
}


def choose_parameters(environment: Mapping[str, str], template: Mapping[str, Any]) -> dict[str, str]:
    """Return the demo's template parameters; the environment goes before the demo's own values.

    Raises:
        ConfigurationError: A variable has a value that the template refuses; names it and says what is allowed.
    """
    chosen = {}
    for name, (variable, default) in DEMO_PARAMETERS.items():
        value = environment.get(variable, "").strip() or default
        if problem := _problem(value, template["Parameters"][name]):
            raise ConfigurationError(f"{variable}={value} {problem}, or leave it out (the demo's value is {default})")
        chosen[name] = value
    return chosen


def _problem(value: str, declared: Mapping[str, Any]) -> str | None:
    """Describe what is wrong with a value, and what to set instead; None when the template takes it."""
    allowed = [str(item) for item in declared.get("AllowedValues", ())]
    if allowed:
        if value in allowed:
            return None
        return f"is not a value that the template allows: set it to {', '.join(allowed[:-1])} or {allowed[-1]}"
    low, high = declared["MinValue"], declared["MaxValue"]
    try:
        is_inside = low <= float(value) <= high
    except ValueError:
        return f"is not a number: set it to one from {low} to {high}"
    return None if is_inside else f"is outside what the template allows: set it to a number from {low} to {high}"
