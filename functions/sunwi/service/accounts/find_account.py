"""Find the account that somebody means, if it is theirs to see."""

from sunwi.domain.account_list import ListedAccount
from sunwi.domain.actor import Actor
from sunwi.domain.typed_text import quote
from sunwi.errors import Forbidden, InvalidInput
from sunwi.service.accounts.permissions import Action, require
from sunwi.service.ports.outside import Transaction


def find_account(tx: Transaction, actor: Actor, named: str) -> ListedAccount:
    """Return an account by its id or its e-mail address.

    Raises:
        InvalidInput: There is none, or it is another's and the actor only sees its own.
    """
    found = tx.accounts.of_email(named.strip().lower()) if "@" in named else tx.accounts.get(named.strip())
    if found is None or not (found.account.id == actor.account_id or sees_others(actor)):
        raise account_unknown(named)
    return found


def require_own(actor: Actor, named: str | None, *, own: Action, others: Action) -> str:
    """Return whose things are asked for: the actor's own, or those of whom it names.

    Args:
        actor: Who asks.
        named: Id of an account; None for the actor's own.
        own: What it takes for the own account.
        others: What it takes for another's.

    Raises:
        Forbidden: Its role may not.
        InvalidInput: Another's account, which it does not see, or none is named and the actor has none.
    """
    if named is None or named == actor.account_id:
        require(actor, own if actor.account_id is not None else others)
        if actor.account_id is None:
            raise InvalidInput("whose it is to be is not said: name an account", code="account_not_named")
        return actor.account_id
    if not sees_others(actor):
        raise account_unknown(named)
    require(actor, others)
    return named


def sees_others(actor: Actor) -> bool:
    """Return whether accounts of others are an actor's to see."""
    try:
        require(actor, Action.ACCOUNTS_READ)
    except Forbidden:
        return False
    return True


def account_unknown(named: str) -> InvalidInput:
    """Return what is said of an account that is not there."""
    return InvalidInput(f"there is no account {quote(named)}", code="account_unknown", account=named)
