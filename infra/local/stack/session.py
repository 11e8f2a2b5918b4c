"""A boto3 session that knows one MiniStack and nothing else."""

from typing import TYPE_CHECKING, Final

import boto3
from botocore.client import BaseClient
from botocore.config import Config

#: MiniStack's account, and the key that it takes for the account's root.
ROOT_KEY = "test"
#: Region of everything local; the one that the project measures from.
REGION: Final = "ap-northeast-2"


class LocalSession(boto3.Session):
    """A session whose clients all speak to one endpoint, whatever the environment says."""

    def __init__(self, endpoint_url: str) -> None:
        """Sign as the account's root; every service answers at the endpoint."""
        super().__init__(aws_access_key_id=ROOT_KEY, aws_secret_access_key=ROOT_KEY, region_name=REGION)
        self.endpoint_url = endpoint_url
        self._clients: dict[str, BaseClient] = {}

    if not TYPE_CHECKING:  # the overloads of boto3's own `client` are to stay visible

        def client(self, service_name: str) -> BaseClient:
            """Return the client of a service: the same one each time, open until `close`."""
            if service_name not in self._clients:
                config = Config(proxies={})
                self._clients[service_name] = super().client(
                    service_name, endpoint_url=self.endpoint_url, config=config
                )
            return self._clients[service_name]

    def close(self) -> None:
        """Close every client's connections."""
        while self._clients:
            self._clients.popitem()[1].close()
