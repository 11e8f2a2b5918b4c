from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from sunwi.adapters.channels.mail.mail_account import probe_mail_account
from sunwi.errors import Retryable
from sunwi.service.ports.health import MailAccount

SENDER = "notice@agency.co.kr"
ACCOUNT = {
    "ProductionAccessEnabled": True,
    "SendingEnabled": True,
    "EnforcementStatus": "HEALTHY",
    "SendQuota": {"Max24HourSend": 50_000.0, "MaxSendRate": 14.0, "SentLast24Hours": 120.0},
}
GOOD = {"VerifiedForSendingStatus": True, "DkimAttributes": {"SigningEnabled": True, "Status": "SUCCESS"}}


class NotFoundError(ClientError):
    """There is no such identity."""

    def __init__(self) -> None:
        super().__init__({"Error": {"Code": "NotFoundException", "Message": "none"}}, "GetEmailIdentity")


@dataclass
class FakeSes:
    """An account with identities by name."""

    account: dict[str, Any] = field(default_factory=lambda: dict(ACCOUNT))
    identities: dict[str, dict[str, Any]] = field(default_factory=lambda: {"agency.co.kr": GOOD})
    error: Exception | None = None

    class exceptions:  # noqa: N801 - boto3's own name
        NotFoundException = NotFoundError

    def get_account(self) -> dict[str, Any]:
        if self.error:
            raise self.error
        return self.account

    def get_email_identity(self, *, EmailIdentity: str) -> dict[str, Any]:  # noqa: N803 - boto3's own names
        if EmailIdentity not in self.identities:
            raise NotFoundError
        return self.identities[EmailIdentity]


def probe(ses: FakeSes) -> MailAccount:
    return probe_mail_account(cast("Any", ses), SENDER)


def test_an_account_that_sends_for_a_verified_and_signed_domain_is_all_right() -> None:
    assert probe(FakeSes()) == MailAccount(
        is_sandbox=False, can_send=True, is_verified=True, is_signed=True, sent=120.0, quota=50_000.0
    )


@pytest.mark.parametrize(
    ("change", "attribute", "value"),
    [
        ({"ProductionAccessEnabled": False}, "is_sandbox", True),
        ({"SendingEnabled": False}, "can_send", False),
        ({"EnforcementStatus": "SHUTDOWN"}, "can_send", False),
        ({"EnforcementStatus": "PROBATION"}, "can_send", True),
    ],
)
def test_what_the_account_says_of_itself_is_taken(change: dict[str, Any], attribute: str, value: object) -> None:
    assert getattr(probe(FakeSes(account={**ACCOUNT, **change})), attribute) is value


@pytest.mark.parametrize(
    ("identities", "verified", "signed"),
    [
        ({}, False, False),
        ({"agency.co.kr": {"VerifiedForSendingStatus": False}}, False, False),
        ({SENDER: {"VerifiedForSendingStatus": True}}, True, False),
        ({"agency.co.kr": {"VerifiedForSendingStatus": False}, SENDER: GOOD}, True, True),
        ({"agency.co.kr": {**GOOD, "DkimAttributes": {"SigningEnabled": True, "Status": "PENDING"}}}, True, False),
        ({"agency.co.kr": {**GOOD, "DkimAttributes": {"SigningEnabled": False, "Status": "SUCCESS"}}}, True, False),
    ],
)
def test_the_domain_or_else_the_address_is_to_be_verified(
    *, identities: dict[str, dict[str, Any]], verified: bool, signed: bool
) -> None:
    found = probe(FakeSes(identities=identities))
    assert (found.is_verified, found.is_signed) == (verified, signed)


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="https://email"),
        ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "GetAccount"),
    ],
)
def test_a_service_that_cannot_be_asked_fails_that_check_alone(error: Exception) -> None:
    with pytest.raises(Retryable) as caught:
        probe(FakeSes(error=error))
    assert caught.value.code == "mail_state_unknown"
