"""A mailbox that takes every mail and keeps it as a file."""

import threading
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller

from infra.local.stack.ministack import free_port
from infra.local.stack.polling import wait_for

HOST = "127.0.0.1"


class MailSink:
    """An SMTP server in a thread of its own, from entering the context to leaving it.

    Attributes:
        folder: Of the mails, `0001.eml` and so on, each as it came.
    """

    def __init__(self, folder: Path) -> None:
        """Prepare it.

        Args:
            folder: Takes the mails; made when absent.
        """
        self.folder = folder
        self._port = free_port(HOST)
        self._lock = threading.Lock()
        self._controller = Controller(self, hostname=HOST, port=self._port)

    @property
    def address(self) -> str:
        """`host:port` of the server."""
        return f"{HOST}:{self._port}"

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()

    def files(self) -> list[Path]:
        """Return the mails that came, oldest first."""
        return sorted(self.folder.glob("*.eml"))

    def mails(self) -> list[EmailMessage]:
        """Read them."""
        return [read_mail(path) for path in self.files()]

    def wait_for_mails(self, count: int, *, timeout_seconds: float = 30) -> list[EmailMessage]:
        """Wait until so many have come, and return all of them.

        Raises:
            TimeoutError: Fewer came.
        """
        wait_for(f"{count} mails", lambda: len(self.files()) >= count, timeout_seconds=timeout_seconds)
        return self.mails()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: ANN401, N802 - aiosmtpd's own
        """Keep a mail."""
        with self._lock:
            path = self.folder / f"{len(self.files()) + 1:04}.eml"
            draft = path.with_suffix(".draft")
            draft.write_bytes(envelope.content)
            draft.replace(path)
        return "250 OK"


def read_mail(path: Path) -> EmailMessage:
    """Read a mail that was kept."""
    message = message_from_bytes(path.read_bytes(), policy=default)
    if not isinstance(message, EmailMessage):  # the policy makes no other; this is for the reader of types
        raise TypeError(f"{path} holds a {type(message).__name__}")
    return message
