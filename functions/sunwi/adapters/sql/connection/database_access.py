"""How a database is reached: what opens connections to it, and what tells programs of others how to."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import URL, Engine
from sqlalchemy.engine import make_url

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.postgres_socket import PostgresOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseAccess:
    """A database's address, as it stands in the settings or in a secret.

    Attributes:
        read_url: Reads it, password included.
        options: How PostgreSQL is spoken to.
        login_token: Gives the password of one login; None when the URL has it.
        can_change: Whether another reading may find another password.
    """

    read_url: Callable[[], str] = field(repr=False)
    options: PostgresOptions
    login_token: Callable[[URL], str] | None = None
    can_change: bool = False

    def create_engine(self) -> Engine:
        """Build the engine; nothing is connected yet.

        Raises:
            ConfigurationError: The address is no use.
            StoreUnavailable: It cannot be read just now.
        """
        renew_url = self.read_url if self.can_change else None
        return create_store_engine(self.read_url(), self.options, renew_url=renew_url, login_token=self.login_token)

    def url(self) -> URL:
        """Return the address as it is now.

        Raises:
            ConfigurationError: It cannot be read.
            StoreUnavailable: It cannot be read just now.
        """
        return make_url(self.read_url())

    def password(self, url: URL) -> str:
        """Return the password of one login.

        Raises:
            ConfigurationError: There are no credentials to sign one with.
        """
        return self.login_token(url) if self.login_token else str(url.password or "")

    def engine_of(self, database: str) -> Engine:
        """Build an engine for another database on the same server.

        Raises:
            ConfigurationError: The address is no use.
            StoreUnavailable: It cannot be read just now.
        """
        other = self.url().set(database=database).render_as_string(hide_password=False)
        return create_store_engine(other, self.options, login_token=self.login_token)
