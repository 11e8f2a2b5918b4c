"""Source: the specification of Standard Webhooks; its own example of a secret, a message and a signature."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

from sunwi.adapters.channels.webhook.signature import sign
from sunwi.domain.webhook_secret import webhook_key

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
AT = datetime.fromtimestamp(1614265330, UTC)
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_example_of_the_specification_is_signed_alike() -> None:
    assert sign(SECRET, message_id=MESSAGE_ID, at=AT, body=BODY) == {
        "webhook-id": MESSAGE_ID,
        "webhook-timestamp": "1614265330",
        "webhook-signature": SIGNATURE,
    }


def test_the_signature_is_of_id_time_and_body_with_the_decoded_key() -> None:
    body = "본문".encode()
    headers = sign(SECRET, message_id="n-1", at=AT, body=body)
    digest = hmac.new(webhook_key(SECRET), b"n-1.1614265330." + body, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"


def test_another_id_time_or_body_has_another_signature() -> None:
    base = sign(SECRET, message_id="n-1", at=AT, body=b"a")["webhook-signature"]
    others = {
        sign(SECRET, message_id="n-2", at=AT, body=b"a")["webhook-signature"],
        sign(SECRET, message_id="n-1", at=datetime.fromtimestamp(1614265331, UTC), body=b"a")["webhook-signature"],
        sign(SECRET, message_id="n-1", at=AT, body=b"b")["webhook-signature"],
    }
    assert len(others | {base}) == 4
