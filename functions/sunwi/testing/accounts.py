"""People and their passwords, in memory."""

from dataclasses import dataclass, field

from typing_extensions import override

from sunwi.errors import Retryable
from sunwi.service.ports.accounts import Identities, Invitation, Invited


@dataclass(slots=True)
class InMemoryIdentities(Identities):
    """An identity provider that remembers.

    Attributes:
        subs: What it calls whom, by e-mail address.
        with_password: Who has chosen a password.
        mails: To whom invitations went, in their order.
        disabled: Who may not sign in.
        signed_out: Whose sign-ins were ended, in their order.
        is_away: Nobody reaches it.
    """

    subs: dict[str, str] = field(default_factory=dict)
    with_password: set[str] = field(default_factory=set)
    mails: list[str] = field(default_factory=list)
    disabled: set[str] = field(default_factory=set)
    signed_out: list[str] = field(default_factory=list)
    is_away: bool = False

    @override
    def invite(self, email: str) -> Invited:
        self._reach()
        is_known = email in self.subs
        sub = self.subs.setdefault(email, f"sub-{len(self.subs) + 1}")
        if email in self.with_password:
            return Invited(sub, Invitation.KNOWN)
        self.mails.append(email)
        return Invited(sub, Invitation.SENT_AGAIN if is_known else Invitation.SENT)

    @override
    def disable(self, email: str) -> None:
        self._reach()
        self.disabled.add(email)

    @override
    def enable(self, email: str) -> None:
        self._reach()
        self.disabled.discard(email)

    @override
    def sign_out(self, email: str) -> None:
        self._reach()
        self.signed_out.append(email)

    def _reach(self) -> None:
        if self.is_away:
            raise Retryable("the identity provider cannot be reached", code="identities_unreachable", cause="away")
