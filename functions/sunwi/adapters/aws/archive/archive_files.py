"""The archive on S3: parts and contents are written once, manifests anew.

Source: docs/aws.md, S3; docs/adr/0058-archived-rows-are-files.md.
"""

import gzip
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from typing_extensions import override

from sunwi.errors import Permanent, Retryable
from sunwi.service.ports.kept.archive import ArchiveFiles

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

#: Files that are sent or read at the same time; as many connections as a client has.
THREADS = 8

#: S3's answer to a write that is to be the first under its key, and is not.
_IS_THERE = "PreconditionFailed"
_IS_MISSING = "NoSuchKey"
_KINDS = {".gz": "application/gzip", ".json": "application/json"}


@dataclass(frozen=True, slots=True)
class S3ArchiveFiles(ArchiveFiles):
    """Keeps files under the keys that they are given."""

    client: "S3Client"
    bucket: str

    @override
    def put_once(self, files: Mapping[str, bytes]) -> None:
        with ThreadPoolExecutor(max_workers=THREADS) as pool:
            list(pool.map(self._put_once, files, files.values()))

    @override
    def replace(self, key: str, data: bytes) -> None:
        with self._kept(key):
            self.client.put_object(Bucket=self.bucket, Key=key, Body=data, ContentType=_kind(key))

    @override
    def get(self, keys: Collection[str]) -> Mapping[str, bytes]:
        with ThreadPoolExecutor(max_workers=THREADS) as pool:
            return dict(zip(keys, pool.map(self._get, keys), strict=True))

    @override
    def find(self, key: str) -> bytes | None:
        # Listed: a read of what is not there is answered as refused to whoever may not list the whole bucket.
        with self._read(key):
            listed = self.client.list_objects_v2(Bucket=self.bucket, Prefix=key, MaxKeys=1).get("Contents", [])
        return self._get(key) if any(entry["Key"] == key for entry in listed) else None

    @override
    def delete(self, key: str) -> None:
        try:
            self.client.delete_object(Bucket=self.bucket, Key=key)
        except (BotoCoreError, ClientError) as error:
            raise Retryable(
                f"the file {key} of the archive could not be deleted from bucket {self.bucket}: {error}",
                code="archive_file_not_deleted",
                key=key,
                bucket=self.bucket,
                cause=str(error),
            ) from error

    def _put_once(self, key: str, data: bytes) -> None:
        with self._kept(key):
            try:
                self.client.put_object(Bucket=self.bucket, Key=key, Body=data, ContentType=_kind(key), IfNoneMatch="*")
            except ClientError as error:
                if error.response["Error"]["Code"] != _IS_THERE:
                    raise
            else:
                return
        # Gunzipped: another release may have packed the same more tightly.
        if gzip.decompress(self._get(key)) != gzip.decompress(data):
            raise Permanent(
                f"{key} in bucket {self.bucket} holds something else: it stays, and nothing was written",
                code="archive_file_differs",
                key=key,
                bucket=self.bucket,
            )

    def _get(self, key: str) -> bytes:
        with self._read(key):
            return self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    @contextmanager
    def _kept(self, key: str) -> Iterator[None]:
        try:
            yield
        except (BotoCoreError, ClientError) as error:
            raise Retryable(
                f"the file {key} of the archive could not be kept in bucket {self.bucket}: {error}",
                code="archive_file_not_kept",
                key=key,
                bucket=self.bucket,
                cause=str(error),
            ) from error

    @contextmanager
    def _read(self, key: str) -> Iterator[None]:
        try:
            yield
        except (BotoCoreError, ClientError) as error:
            if isinstance(error, ClientError) and error.response["Error"]["Code"] == _IS_MISSING:
                raise Permanent(
                    f"the file {key} of the archive is not in bucket {self.bucket}",
                    code="archive_file_missing",
                    key=key,
                    bucket=self.bucket,
                ) from error
            raise Retryable(
                f"the file {key} of the archive cannot be read from bucket {self.bucket}: {error}",
                code="archive_file_unreadable",
                key=key,
                bucket=self.bucket,
                cause=str(error),
            ) from error


def _kind(key: str) -> str:
    return _KINDS[key[key.rindex(".") :]]
