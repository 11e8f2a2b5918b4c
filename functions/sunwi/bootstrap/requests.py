"""What surrounds a request over HTTP."""

import secrets
from functools import cached_property

from sunwi.adapters.aws.files.file_links import S3LinkSigner
from sunwi.bootstrap.adapters import Capability
from sunwi.service.ports.kept.requests import LinkSigner
from sunwi.service.requests.claim_request import ClaimRequest
from sunwi.service.requests.count_failures import CountFailures
from sunwi.service.requests.link_file import LinkFile, OpenLink

#: Bytes of a link's token: 128 bits of chance.
_TOKEN_BYTES = 16


class RequestContainer(Capability):
    """Requests over HTTP."""

    @cached_property
    def claim_request(self) -> ClaimRequest:
        """Has a request that is sent twice done once."""
        return ClaimRequest(self.adapters.store)

    @cached_property
    def count_failures(self) -> CountFailures:
        """Counts those who could not come in."""
        return CountFailures(self.adapters.store)

    @cached_property
    def link_signer(self) -> LinkSigner:
        """Signs addresses of files."""
        adapters = self.adapters
        return S3LinkSigner(adapters.aws_client("s3"), adapters.settings.require("files_bucket"))

    @cached_property
    def link_file(self) -> LinkFile:
        """Makes links to files."""
        return LinkFile(store=self.adapters.store, clock=self.adapters.clock, new_token=_new_token)

    @cached_property
    def open_link(self) -> OpenLink:
        """Leads whoever has a link to its file."""
        adapters = self.adapters
        return OpenLink(store=adapters.store, clock=adapters.clock, open_signer=lambda: self.link_signer)


def _new_token() -> str:
    return secrets.token_urlsafe(_TOKEN_BYTES)
