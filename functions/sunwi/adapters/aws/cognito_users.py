"""Users of a Cognito user pool: invited, kept out, let in again.

Source: docs/aws.md, Users of Cognito.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from typing_extensions import override

from sunwi.errors import ConfigurationError, InvalidInput, Retryable, SunwiError
from sunwi.service.ports.accounts import Identities, Invitation, Invited

#: The state of a user who has not chosen a password yet.
_INVITED = "FORCE_CHANGE_PASSWORD"
_FORBIDDEN = frozenset({"AccessDeniedException", "AccessDenied", "NotAuthorizedException"})
_REFUSED = frozenset({"InvalidParameterException", "CodeDeliveryFailureException"})


@dataclass(frozen=True, slots=True)
class CognitoUsers(Identities):
    """Users of one pool, called by their e-mail addresses.

    Attributes:
        client: Of `cognito-idp`.
        pool_id: Of the pool, whose users sign in by e-mail address.
    """

    client: Any
    pool_id: str

    @override
    def invite(self, email: str) -> Invited:
        try:
            made = self._create(email)
        except self.client.exceptions.UsernameExistsException:
            return self._invite_again(email)
        return Invited(_sub_of(made["Attributes"]), Invitation.SENT)

    @override
    def disable(self, email: str) -> None:
        with self._of_known_user():
            self.client.admin_user_global_sign_out(UserPoolId=self.pool_id, Username=email)
            self.client.admin_disable_user(UserPoolId=self.pool_id, Username=email)

    @override
    def enable(self, email: str) -> None:
        with self._of_known_user():
            self.client.admin_enable_user(UserPoolId=self.pool_id, Username=email)

    @override
    def sign_out(self, email: str) -> None:
        with self._of_known_user():
            self.client.admin_user_global_sign_out(UserPoolId=self.pool_id, Username=email)

    def _create(self, email: str, **more: str) -> Mapping[str, Any]:
        attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
        try:
            answer = self.client.admin_create_user(
                UserPoolId=self.pool_id,
                Username=email,
                UserAttributes=attributes,
                DesiredDeliveryMediums=["EMAIL"],
                **more,
            )
        except self.client.exceptions.UsernameExistsException:
            raise
        except (BotoCoreError, ClientError) as error:
            raise _translated(error) from error
        return dict(answer["User"])

    def _invite_again(self, email: str) -> Invited:
        """Return a user that was there; one without a password gets a new mail, since the first one's expires."""
        try:
            user = self.client.admin_get_user(UserPoolId=self.pool_id, Username=email)
        except (BotoCoreError, ClientError) as error:
            raise _translated(error) from error
        sub = _sub_of(user["UserAttributes"])
        if user.get("UserStatus") != _INVITED:
            return Invited(sub, Invitation.KNOWN)
        self._create(email, MessageAction="RESEND")
        return Invited(sub, Invitation.SENT_AGAIN)

    @contextmanager
    def _of_known_user(self) -> Iterator[None]:
        """Translate errors; that there is no such user is none."""
        try:
            yield
        except self.client.exceptions.UserNotFoundException:
            return
        except (BotoCoreError, ClientError) as error:
            raise _translated(error) from error


@dataclass(frozen=True, slots=True)
class NoIdentities(Identities):
    """Where no pool is set: nobody is known, nobody is told."""

    @override
    def invite(self, email: str) -> Invited:
        return Invited(None, Invitation.NOT_SENT)

    @override
    def disable(self, email: str) -> None:
        """Do nothing."""

    @override
    def enable(self, email: str) -> None:
        """Do nothing."""

    @override
    def sign_out(self, email: str) -> None:
        """Do nothing."""


def _sub_of(attributes: Sequence[Mapping[str, str]]) -> str:
    return next(one["Value"] for one in attributes if one["Name"] == "sub")


def _translated(error: BotoCoreError | ClientError) -> SunwiError:
    """Tell what is worth another try from what is to be set right first; no message names the user."""
    code = str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""
    if code in _FORBIDDEN:
        return ConfigurationError(
            "this role may not manage the users of the pool: check COGNITO_USER_POOL_ID and the role's policy",
            code="identities_forbidden",
        )
    if code == "ResourceNotFoundException":
        return ConfigurationError(
            "there is no such user pool: check COGNITO_USER_POOL_ID", code="identities_pool_unknown"
        )
    if code in _REFUSED:
        return InvalidInput("the identity provider refuses the address", code="identity_refused", cause=code)
    kind = code or type(error).__name__
    return Retryable(
        f"the identity provider cannot be reached ({kind})",
        code="identities_unreachable",
        cause=str(error),
    )
