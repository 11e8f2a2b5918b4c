"""Read a mail back, as a client would."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser


def read(message: bytes) -> EmailMessage:
    """Parse a whole message."""
    mail = message_from_bytes(message, policy=default)
    assert isinstance(mail, EmailMessage)
    assert mail.defects == []
    return mail


def part(mail: EmailMessage, kind: str) -> str:
    """Return the decoded text of the HTML (`html`) or of the text part (`plain`)."""
    found = mail.get_body((kind,))
    assert found is not None
    assert found.defects == []
    return str(found.get_content())


class Elements(HTMLParser):
    """The elements of an HTML page with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}

    @property
    def links(self) -> list[str | None]:
        """Everything that a client could load or open."""
        return [
            attributes[name]
            for _, attributes in self.elements
            for name in ("href", "src", "background", "srcset", "action", "data")
            if name in attributes
        ]
