"""Who may see and change schedules."""

from sunwi.domain.actor import Actor
from sunwi.errors import Forbidden


def check_rights(actor: Actor) -> None:
    """Require whoever sees everything: schedules are the deployment's own.

    Raises:
        Forbidden: The role does not reach so far.
    """
    if not actor.sees_everything:
        raise Forbidden(
            f"the role {actor.role.value} may neither see nor change schedules",
            code="schedules_forbidden",
            role=actor.role.value,
        )
