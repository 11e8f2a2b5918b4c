"""Make addresses under which one file can be fetched for a while, and lead whoever has one to the file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from sunwi.domain.actor import Actor
from sunwi.domain.file_link import FETCH_LIFE, LINK_LIFE, LONGEST_LINK_LIFE, FileLink, LinkedFile
from sunwi.errors import InvalidInput
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.kept.requests import LinkSigner
from sunwi.service.ports.outside import Store


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A link, and its token, which nobody can be told a second time."""

    token: str
    link: FileLink

    @property
    def path(self) -> str:
        """Where it leads from, below the public address."""
        return f"/f/{self.token}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFile:
    """Make links to files.

    Attributes:
        new_token: Makes 128 bits of chance, as letters that an address takes.
    """

    store: Store
    clock: Clock
    new_token: Callable[[], str]

    def link(self, actor: Actor, file: LinkedFile, *, life: timedelta = LINK_LIFE) -> MadeLink:
        """Make a link to a file that the actor was found to see.

        Args:
            actor: Whose link it is.
            file: What it leads to.
            life: At most `LONGEST_LINK_LIFE`.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        token, now = self.new_token(), self.clock.now()
        link = FileLink(
            token_hash=hash_of(token),
            key=file.key,
            name=file.name,
            content_type=file.content_type,
            owner=actor.owner,
            created_at=now,
            expires_at=now + min(life, LONGEST_LINK_LIFE),
        )
        with self.store.begin() as tx:
            tx.file_links.add(link)
        return MadeLink(token, link)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLink:
    """Lead whoever has a link to its file.

    Attributes:
        open_signer: Returns who signs addresses, when one is asked for.
    """

    store: Store
    clock: Clock
    open_signer: Callable[[], LinkSigner]

    def open(self, token: str) -> str:
        """Return an address of another origin at which the file can be fetched now.

        Raises:
            InvalidInput: There is no such link, or it has expired (`file_link_unknown`).
            StoreUnavailable: The database cannot be reached.
            ConfigurationError: Nothing can be signed.
        """
        with self.store.read() as tx:
            link = tx.file_links.find(hash_of(token))
        if link is None or self.clock.now() >= link.expires_at:
            raise InvalidInput("there is no such file link, or it has expired", code="file_link_unknown")
        return self.open_signer().sign(link, life=FETCH_LIFE)


def hash_of(token: str) -> str:
    """Return what is stored of a token."""
    return sha256(token.encode()).hexdigest()
