"""The notifier with the test's hook for Slack, and with words of a title only; its pace may be a faster one."""

import os
from collections.abc import Mapping
from datetime import timedelta
from importlib import import_module
from typing import Any

from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.notices import NoticeContainer
from sunwi.domain.channel import ChannelKind
from sunwi.domain.notice import NoticeKind, NoticeText, Severity
from sunwi.service.notices import deliver_notice
from sunwi.settings import load_settings
from sunwi.wording.notices.notice_words import KoreanNoticeWords

from .hook import PAUSE, HookSender


def title_of(content: Mapping[str, Any]) -> NoticeText:
    """Return a content's title; an overdue notice has none."""
    return NoticeText(title=str(content.get("title", "overdue")), severity=Severity.INFO)


def give_hook() -> None:
    """Put the hook in place; before the function's handler is imported."""
    vars(deliver_notice).update(HOOK_PAUSE=timedelta(seconds=float(os.environ[PAUSE])))
    own = Adapters(load_settings())
    words = KoreanNoticeWords(texts=dict.fromkeys(NoticeKind, title_of))
    own.compose(NoticeContainer, senders={ChannelKind.SLACK: HookSender()}, notice_words=words)
    own.remember()


give_hook()
notify = import_module("notifier.handler").handler


def handler(event: dict[str, Any], context: Any) -> Any:
    """Deliver."""
    return notify(event, context)
