"""The mailbox and the hooks of this machine, and the page that shows them."""

import smtplib
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

import pytest

from infra.local.sinks import HookSink, MailSink
from infra.local.sinks.page import SinkPage
from sunwi.adapters.channels.mail.mail_message import MailSettings, mail_message
from sunwi.adapters.channels.slack.send_slack import SlackSender
from sunwi.adapters.http.standin_client import client_of_standin
from sunwi.testing import ManualClock
from tests.channels.example_notices import SLACK, hostile_text, notice
from tests.examples import NIGHT

SETTINGS = MailSettings(sender="notice@agency.co.kr")


def open_page(url: str) -> str:
    with build_opener(ProxyHandler({})).open(url, timeout=10) as answer:
        return str(answer.read().decode())


def test_the_page_lists_what_came_and_shows_it_without_running_any_of_it(tmp_path: Path) -> None:
    mails, hooks = tmp_path / "mail", tmp_path / "hooks"
    with MailSink(mails) as mailbox, HookSink(hooks) as hook_sink, SinkPage(mails=mails, hooks=hooks) as page:
        assert "메일 0건" in open_page(page.url)
        host, _, port = mailbox.address.partition(":")
        message = mail_message(notice(hostile_text()), to="boss@shop.co.kr", settings=SETTINGS, at=NIGHT)
        with smtplib.SMTP(host, int(port), timeout=10) as connection:
            connection.sendmail("notice@agency.co.kr", ["boss@shop.co.kr"], message)
        SlackSender(client_of_standin(hook_sink.address, seconds=5), ManualClock(NIGHT)).send(SLACK, notice())
        mailbox.wait_for_mails(1)
        hook_sink.wait_for_hooks(1)

        listed = open_page(page.url)
        assert "메일 1건, 훅 1건" in listed
        assert "boss@shop.co.kr" in listed
        assert "<script>" not in listed
        shown = open_page(f"{page.url}0001.eml")
        assert "<iframe sandbox" in shown
        assert "<script>" not in shown
        assert "급락" in open_page(f"{page.url}0001.json")
        for name in ("../pyproject.toml", "0002.eml", "%2e%2e/x"):
            with pytest.raises(HTTPError, match="404"):
                open_page(f"{page.url}{name}")
    assert [path.name for path in (*sorted(mails.iterdir()), *sorted(hooks.iterdir()))] == ["0001.eml", "0001.json"]
