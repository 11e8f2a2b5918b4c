import base64

import pytest

from sunwi.domain.webhook_secret import webhook_key, webhook_secret_of
from sunwi.errors import InvalidInput


@pytest.mark.parametrize("length", [24, 32, 64])
def test_a_secret_gives_its_key_back(length: int) -> None:
    key = bytes(range(length))
    secret = webhook_secret_of(key)
    assert secret == "whsec_" + base64.b64encode(key).decode()
    assert webhook_key(secret) == key


@pytest.mark.parametrize("length", [0, 23, 65])
def test_a_key_that_is_too_short_or_too_long_makes_no_secret(length: int) -> None:
    with pytest.raises(ValueError, match="24 to 64 bytes"):
        webhook_secret_of(bytes(length))


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "whsec_c2hvcnQ=",
        "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3",
        "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3*",
        "whsec_비밀",
        webhook_secret_of(bytes(64)) + "AAAA",
    ],
)
def test_what_is_no_secret_is_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        webhook_key(secret)
    assert caught.value.code == "webhook_secret_unusable"
    assert len(secret) < 8 or secret not in str(caught.value)
