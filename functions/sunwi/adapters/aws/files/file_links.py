"""Addresses of files on S3 that hold for a few minutes."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError
from typing_extensions import override

from sunwi.domain.file_link import FileLink
from sunwi.errors import ConfigurationError
from sunwi.service.ports.kept.requests import LinkSigner

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class S3LinkSigner(LinkSigner):
    """Signs addresses of the files bucket; nothing is asked of S3 for it."""

    client: "S3Client"
    bucket: str

    @override
    def sign(self, link: FileLink, *, life: timedelta) -> str:
        wanted = {
            "Bucket": self.bucket,
            "Key": link.key,
            "ResponseContentDisposition": disposition_of(link.name),
            "ResponseContentType": link.content_type,
            "ResponseCacheControl": "no-store",
        }
        try:
            return self.client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=int(life.total_seconds()))
        except (BotoCoreError, ClientError) as error:
            raise ConfigurationError(
                f"no address can be signed for a file of bucket {self.bucket}: {error}",
                code="file_not_signed",
                bucket=self.bucket,
                cause=str(error),
            ) from error


def disposition_of(name: str) -> str:
    """Return the header that has a file saved under its name, whatever letters are in it.

    Source: RFC 6266, RFC 5987; the first form is for whoever knows no other.
    """
    plain = re.sub(r"[^A-Za-z0-9._ -]+", "_", name).strip(" ") or "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
