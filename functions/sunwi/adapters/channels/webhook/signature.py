"""The signature of a webhook's message.

Source: the specification of Standard Webhooks, "Signature scheme"; docs/channels.md, Webhook.
"""

import base64
import hashlib
import hmac
from datetime import datetime

from sunwi.domain.webhook_secret import webhook_key


def sign(secret: str, *, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers that prove who sent a body, and when.

    Args:
        secret: `whsec_…`.
        message_id: The same at every try, so that the receiver can drop what came twice.
        at: Of this try, aware: a receiver refuses what is older than some minutes, so that nobody can send it again.
        body: To the byte as it is sent.

    Raises:
        InvalidInput: The secret is none.
    """
    timestamp = str(int(at.timestamp()))
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(webhook_key(secret), signed, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode('ascii')}",
    }
