"""How the account's sending is, for the doctor.

Source: docs/aws.md, SES.
"""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from sunwi.errors import Retryable
from sunwi.service.ports.health import MailAccount

if TYPE_CHECKING:
    from types_boto3_sesv2 import SESV2Client

_SHUT_DOWN = "SHUTDOWN"


def probe_mail_account(client: "SESV2Client", sender: str) -> MailAccount:
    """Ask SES whether a sender's mails would go out.

    Args:
        client: Of the deployment's region; identities and quotas are a region's own.
        sender: An address: either itself or its domain is to be verified.

    Raises:
        Retryable: SES cannot be asked.
    """
    try:
        account = client.get_account()
        is_verified, is_signed = _identity(client, sender)
    except (BotoCoreError, ClientError) as error:
        raise Retryable(
            f"SES cannot be asked how sending is: {error}", code="mail_state_unknown", cause=str(error)
        ) from error
    quota = account.get("SendQuota", {})
    return MailAccount(
        is_sandbox=not account.get("ProductionAccessEnabled", False),
        can_send=account.get("SendingEnabled", False) and account.get("EnforcementStatus") != _SHUT_DOWN,
        is_verified=is_verified,
        is_signed=is_signed,
        sent=quota.get("SentLast24Hours", 0),
        quota=quota.get("Max24HourSend", 0),
    )


def _identity(client: "SESV2Client", sender: str) -> tuple[bool, bool]:
    """Return whether the domain, or else the address, is verified, and whether its mails are signed (DKIM)."""
    for identity in (sender.rpartition("@")[2], sender):
        try:
            found = client.get_email_identity(EmailIdentity=identity)
        except client.exceptions.NotFoundException:
            continue
        dkim = found.get("DkimAttributes", {})
        is_signed = dkim.get("SigningEnabled", False) and dkim.get("Status") == "SUCCESS"
        if found.get("VerifiedForSendingStatus", False):
            return True, is_signed
    return False, False
