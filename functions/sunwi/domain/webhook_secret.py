"""The secret that signs what a webhook gets, as Standard Webhooks writes it.

Source: docs/channels.md, Webhook.
"""

import base64
import binascii

from sunwi.errors import InvalidInput

#: Stands before the key, so that scanners of leaked secrets know it.
PREFIX = "whsec_"
#: Bytes of a key.
LEAST_BYTES, MOST_BYTES = 24, 64


def webhook_secret_of(key: bytes) -> str:
    """Write a key down.

    Args:
        key: 24 to 64 random bytes.

    Raises:
        ValueError: It is shorter or longer.
    """
    if not LEAST_BYTES <= len(key) <= MOST_BYTES:
        raise ValueError(f"a key has {LEAST_BYTES} to {MOST_BYTES} bytes, not {len(key)}")
    return PREFIX + base64.b64encode(key).decode("ascii")


def webhook_key(secret: str) -> bytes:
    """Return the key of a secret; no error repeats it.

    Raises:
        InvalidInput: It is none.
    """
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not LEAST_BYTES <= len(key) <= MOST_BYTES:
        raise InvalidInput(
            f"the secret of a webhook is {PREFIX} with {LEAST_BYTES} to {MOST_BYTES} bytes in base64 behind it",
            code="webhook_secret_unusable",
            prefix=PREFIX,
            least=LEAST_BYTES,
            most=MOST_BYTES,
        )
    return key
