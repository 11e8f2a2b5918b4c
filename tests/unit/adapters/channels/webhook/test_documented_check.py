"""What docs/channels.md gives receivers to verify a message with does so."""

import re
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from infra.local.stack.localise import ROOT
from sunwi.adapters.channels.webhook.signature import sign
from tests.channels.example_notices import SECRET

Check = Callable[[str, dict[str, str], bytes], bool]


@pytest.fixture(scope="module")
def is_ours() -> Check:
    page = (ROOT / "docs/channels.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"(?:^ {4}.*\n|^\n)*^ {4}import base64.*\n(?:^ {4}.*\n|^\n)*", page, re.MULTILINE)
    names: dict[str, Check] = {}
    exec(textwrap.dedent(block), names)  # noqa: S102 - our own page
    return names["is_ours"]


def test_a_message_of_ours_is_known_and_any_other_is_not(is_ours: Check) -> None:
    now, body = datetime.now(UTC), "본문".encode()
    headers = sign(SECRET, message_id="n-1", at=now, body=body)
    assert is_ours(SECRET, headers, body)
    assert is_ours(SECRET, {**headers, "webhook-signature": f"v1,other {headers['webhook-signature']}"}, body)
    assert not is_ours(SECRET, headers, body + b" ")
    assert not is_ours(SECRET, {**headers, "webhook-id": "n-2"}, body)
    assert not is_ours("whsec_" + "A" * 32, headers, body)


def test_an_old_message_is_not_taken_again(is_ours: Check) -> None:
    then = datetime.now(UTC) - timedelta(minutes=6)
    assert not is_ours(SECRET, sign(SECRET, message_id="n-1", at=then, body=b"{}"), b"{}")
