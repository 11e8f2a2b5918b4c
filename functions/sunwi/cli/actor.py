"""Who works at the command line."""

import getpass
import os

from sunwi.domain.actor import Actor, Role


def actor_of_cli() -> Actor:
    """Return whoever runs the command: who reaches the database may do everything, by the name of the account."""
    return Actor(owner=f"cli:{_user_name()}", role=Role.ADMIN)


def _user_name() -> str:
    """Read the account's name; a container's user may have none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
