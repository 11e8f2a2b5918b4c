"""What SES's refusals mean for a notice.

Source: docs/aws.md, SES; docs/mail.md, What can go wrong.
"""

import re
from datetime import timedelta

from botocore.exceptions import BotoCoreError, ClientError

from sunwi.domain.typed_text import quote
from sunwi.errors import NotTaken, Permanent

#: A quota of 24 hours frees itself little by little, and a pause is ended by a person.
LONG_PAUSE = timedelta(hours=1)
#: The limit for a second has a second's length.
SHORT_PAUSE = timedelta(seconds=2)

_THROTTLED = frozenset({"TooManyRequestsException", "Throttling", "ThrottlingException", "LimitExceededException"})
_FORBIDDEN = frozenset({"AccessDenied", "AccessDeniedException"})
_SERVER_ERROR = 500
#: Whom SES does not know. Source: docs/aws.md, SES.
_FAILED = re.compile(r"failed the check in region [\w-]+: (.+)")


def mail_error(error: BotoCoreError | ClientError, channel: str) -> NotTaken | Permanent:
    """Return what a failed SendEmail means: worth another try, or not before somebody has done something.

    Args:
        error: Of botocore.
        channel: Its name, for the message.
    """
    if not isinstance(error, ClientError) or _status(error) >= _SERVER_ERROR:
        return NotTaken(
            f"SES did not take a mail for channel {quote(channel)}: {error}",
            code="mail_unreachable",
            channel=channel,
            cause=str(error),
        )
    name, said = str(error.response["Error"].get("Code")), str(error.response["Error"].get("Message", ""))
    return _busy(name, said, channel) or _unverified(name, said, channel) or _refused(name, said, channel)


def _busy(name: str, said: str, channel: str) -> NotTaken | None:
    if name in _THROTTLED and "quota" in said.lower():
        return NotTaken(
            f"SES's quota of 24 hours is used up: {said}",
            retry_after=LONG_PAUSE,
            code="mail_quota_used",
            channel=channel,
        )
    if name in _THROTTLED:
        return NotTaken(
            f"SES takes no more mails this second: {said}",
            retry_after=SHORT_PAUSE,
            code="mail_throttled",
            channel=channel,
        )
    if name == "SendingPausedException":
        return NotTaken(f"SES's sending is paused: {said}", retry_after=LONG_PAUSE, code="mail_paused", channel=channel)
    return None


def _unverified(name: str, said: str, channel: str) -> Permanent | None:
    failed = _FAILED.search(said)
    if name == "MailFromDomainNotVerifiedException" or (name == "MessageRejected" and "not verified" in said):
        identities = failed.group(1).strip() if failed else said
        return Permanent(
            f"SES has not verified {identities}, which a mail for channel {quote(channel)} comes from or goes to",
            code="mail_unverified",
            channel=channel,
            identities=identities,
        )
    return None


def _refused(name: str, said: str, channel: str) -> Permanent:
    if name in _FORBIDDEN:
        return Permanent(
            f"this role may not send the mail for channel {quote(channel)}: {said}",
            code="mail_not_allowed",
            channel=channel,
        )
    if name == "AccountSuspendedException":
        return Permanent(
            f"AWS has suspended the account's sending: {said}", code="mail_account_suspended", channel=channel
        )
    if name == "NotFoundException":
        return Permanent(
            f"SES lacks what the mail for channel {quote(channel)} names: {said}",
            code="mail_settings_missing",
            channel=channel,
            cause=said,
        )
    return Permanent(
        f"SES refused the mail for channel {quote(channel)}: {name}: {said}",
        code="mail_refused",
        channel=channel,
        cause=said or name,
    )


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
