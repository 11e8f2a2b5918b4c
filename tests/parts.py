"""Fakes in place of the parts of a container that is built already."""

from functools import cached_property

from sunwi.bootstrap.command_line import CommandContainer

CAPABILITIES = (
    "trackings",
    "runs",
    "ledger",
    "pages",
    "crawling",
    "canary",
    "health",
    "jobs",
    "bulk_actions",
    "schedules",
    "backup",
    "monitor",
    "notices",
    "dead_letters",
    "watchdog",
    "upkeep",
    "archive",
    "privacy",
    "requests",
    "accounts",
    "owners",
    "live",
    "sign_in",
)


def replace_parts(container: CommandContainer, **fakes: object) -> None:
    """Put fakes in place of parts by their names, in whichever capability has them.

    Raises:
        LookupError: No capability has such a part.
    """
    for name, fake in fakes.items():
        owners = [container.adapters, *(getattr(container, capability) for capability in CAPABILITIES)]
        owner = next((one for one in owners if isinstance(getattr(type(one), name, None), cached_property)), None)
        if owner is None:
            raise LookupError(f"no capability has a part {name!r}")
        owner.__dict__[name] = fake
