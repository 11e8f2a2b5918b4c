"""All rights in one table: which role may do what."""

from collections.abc import Mapping
from enum import StrEnum

from sunwi.domain.account import Scope
from sunwi.domain.actor import Actor, Role
from sunwi.errors import Forbidden


class Action(StrEnum):
    """Something that a person or a program asks for; every route and topic names one."""

    TRACKINGS_READ = "trackings.read"
    TRACKINGS_CHANGE = "trackings.change"
    LOOKUPS_ASK = "lookups.ask"
    RUNS_READ = "runs.read"
    RUNS_CHANGE = "runs.change"
    DEAD_LETTERS_READ = "dead_letters.read"
    DEAD_LETTERS_CHANGE = "dead_letters.change"
    JOBS_READ = "jobs.read"
    JOBS_CHANGE = "jobs.change"
    NOTICES_READ = "notices.read"
    NOTICES_CHANGE = "notices.change"
    CHANNELS_READ = "channels.read"
    CHANNELS_CHANGE = "channels.change"
    SCHEDULES_READ = "schedules.read"
    SCHEDULES_CHANGE = "schedules.change"
    OWNERS_READ = "owners.read"
    OWNERS_CHANGE = "owners.change"
    ACCOUNTS_READ = "accounts.read"
    ACCOUNTS_CHANGE = "accounts.change"
    #: Of the account itself: who it is, its sessions and keys.
    OWN_ACCOUNT_READ = "own_account.read"
    OWN_ACCOUNT_CHANGE = "own_account.change"
    AUDIT_READ = "audit.read"
    SYSTEM_READ = "system.read"
    POOL_CHANGE = "pool.change"


_EVERYBODY = frozenset({Role.ADMIN, Role.AGENCY, Role.ADVERTISER})
_SELLERS = frozenset({Role.ADMIN, Role.AGENCY})
_ADMINS = frozenset({Role.ADMIN})

#: Who may do what; what of it is theirs, each use case narrows by the actor.
ROLES_OF: Mapping[Action, frozenset[Role]] = {
    Action.TRACKINGS_READ: _EVERYBODY,
    Action.TRACKINGS_CHANGE: _SELLERS,
    Action.LOOKUPS_ASK: _SELLERS,
    Action.RUNS_READ: _ADMINS,
    Action.RUNS_CHANGE: _ADMINS,
    Action.DEAD_LETTERS_READ: _ADMINS,
    Action.DEAD_LETTERS_CHANGE: _ADMINS,
    Action.JOBS_READ: _EVERYBODY,
    Action.JOBS_CHANGE: _SELLERS,
    Action.NOTICES_READ: _SELLERS,
    Action.NOTICES_CHANGE: _SELLERS,
    Action.CHANNELS_READ: _SELLERS,
    Action.CHANNELS_CHANGE: _SELLERS,
    Action.SCHEDULES_READ: _ADMINS,
    Action.SCHEDULES_CHANGE: _ADMINS,
    Action.OWNERS_READ: _EVERYBODY,
    Action.OWNERS_CHANGE: _ADMINS,
    Action.ACCOUNTS_READ: _ADMINS,
    Action.ACCOUNTS_CHANGE: _ADMINS,
    Action.OWN_ACCOUNT_READ: _EVERYBODY,
    Action.OWN_ACCOUNT_CHANGE: _EVERYBODY,
    Action.AUDIT_READ: _ADMINS,
    Action.SYSTEM_READ: _ADMINS,
    Action.POOL_CHANGE: _ADMINS,
}


def require(actor: Actor, action: Action, *, scope: Scope = Scope.WRITE) -> None:
    """Let an actor go on, or say why not.

    Args:
        actor: Who asks.
        action: What for.
        scope: Of the key that it asks by; a person's is WRITE.

    Raises:
        Forbidden: Its role may not, or the key only reads.
    """
    if actor.role is not Role.SYSTEM and actor.role not in ROLES_OF[action]:
        raise Forbidden(f"{actor.role} may not do that ({action})", code="action_forbidden", role=actor.role.value)
    if scope is Scope.READ and is_change(action):
        raise Forbidden("the key only reads: use one with the scope write", code="key_only_reads")


def is_change(action: Action) -> bool:
    """Return whether it changes anything."""
    return not action.endswith(".read")
