"""What lets people in by the identity provider's pages."""

import secrets
from functools import cached_property

from sunwi.adapters.aws.doors.cognito_sign_in import CognitoSettings, CognitoSignIn
from sunwi.bootstrap.accounts import AccountContainer
from sunwi.bootstrap.adapters import Capability
from sunwi.service.accounts.keep_sessions import KeepSessions
from sunwi.service.accounts.sign_in import SignIn
from sunwi.service.ports.doors.identity_provider import IdentityProvider

#: Bytes of chance of a secret: 43 letters, as a verifier needs at least.
_SECRET_BYTES = 32


class SignInContainer(Capability):
    """Signing in and out."""

    @cached_property
    def provider(self) -> IdentityProvider:
        """Has people sign in.

        Raises:
            ConfigurationError: No user pool is set.
        """
        settings = self.adapters.settings
        known = CognitoSettings(
            pool_id=settings.require("cognito_user_pool_id"),
            client_id=settings.require("cognito_client_id"),
            address=settings.require("cognito_address"),
            public_address=settings.require("public_address"),
            standin=settings.cognito_standin,
            language="ko" if settings.sign_in_pages == "managed" else None,
        )
        return CognitoSignIn(settings=known)

    @cached_property
    def sessions(self) -> KeepSessions:
        """Opens and ends sessions."""
        return self.adapters.compose(AccountContainer).keep_sessions

    @cached_property
    def sign_in(self) -> SignIn:
        """Signs people in."""
        return SignIn(provider=self.provider, sessions=self.sessions, new_secret=_new_secret)


def _new_secret() -> str:
    return secrets.token_urlsafe(_SECRET_BYTES)
