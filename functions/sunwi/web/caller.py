"""Who a request is from."""

from dataclasses import dataclass

from sunwi.domain.account import Account, Scope
from sunwi.domain.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """An account that was let in.

    Attributes:
        account: Whose rights it has.
        scope: Of its key; a person's is WRITE.
        session_hash: Of its browser's session; None of a program.
        key_id: Of its key; None of a person.
    """

    account: Account
    scope: Scope = Scope.WRITE
    session_hash: str | None = None
    key_id: str | None = None

    @property
    def actor(self) -> Actor:
        """It, as use cases know it."""
        return self.account.actor
