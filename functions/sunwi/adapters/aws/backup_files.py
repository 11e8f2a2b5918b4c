"""Backups on S3: streams of any length in parts, and what is written down beside them."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, cast

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError
from typing_extensions import override

from sunwi.domain.backup import FACTS_SUFFIX, BackupFacts
from sunwi.errors import InvalidInput, Permanent, Retryable
from sunwi.service.ports.kept.backups import BackupFiles, ByteStream

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

#: Of a part, all of which are in memory one after the other; 10,000 of them are 168 GB.
PART_BYTES = 16 << 20

#: What S3 answers when there is no such object: the last to whoever may not list the bucket. Source: docs/aws.md, S3.
_IS_MISSING = {"NoSuchKey", "404", "AccessDenied"}
_FAILURES = (BotoCoreError, ClientError, Boto3Error)


@dataclass(frozen=True, slots=True)
class S3BackupFiles(BackupFiles):
    """Keeps backups in the bucket of files.

    Attributes:
        part_bytes: Of a part of an upload.
    """

    client: "S3Client"
    bucket: str
    part_bytes: int = PART_BYTES

    @override
    def put(self, key: str, stream: ByteStream) -> None:
        # One part at a time, in this thread. What fails has the parts that were stored taken back.
        one_by_one = TransferConfig(
            multipart_threshold=self.part_bytes, multipart_chunksize=self.part_bytes, use_threads=False
        )
        file = cast("IO[bytes]", _File(stream))
        try:
            self.client.upload_fileobj(
                file, self.bucket, key, ExtraArgs={"ContentType": "application/octet-stream"}, Config=one_by_one
            )
        except _FAILURES as error:
            raise self._not_kept(key, error) from error

    @override
    @contextmanager
    def open(self, key: str) -> Iterator[ByteStream]:
        try:
            body = self.client.get_object(Bucket=self.bucket, Key=key)["Body"]
        except _FAILURES as error:
            raise self._not_read(key, error) from error
        with closing(body):
            yield _Stored(body, key, self.bucket)

    @override
    def put_facts(self, facts: BackupFacts) -> None:
        key = facts.key + FACTS_SUFFIX
        data = json.dumps(facts.as_document(), ensure_ascii=False, indent=2).encode()
        try:
            self.client.put_object(Bucket=self.bucket, Key=key, Body=data, ContentType="application/json")
        except _FAILURES as error:
            raise self._not_kept(key, error) from error

    @override
    def facts(self, key: str) -> BackupFacts:
        try:
            data = self.client.get_object(Bucket=self.bucket, Key=key + FACTS_SUFFIX)["Body"].read()
        except _FAILURES as error:
            raise self._not_read(key + FACTS_SUFFIX, error) from error
        try:
            return BackupFacts.from_document(json.loads(data))
        except (KeyError, TypeError, ValueError) as error:
            raise Permanent(
                f"what is written down beside the backup {key} cannot be read ({error})",
                code="backup_facts_unusable",
                key=key,
                cause=str(error),
            ) from error

    def _not_kept(self, key: str, error: Exception) -> Retryable:
        return Retryable(
            f"the backup {key} could not be stored in bucket {self.bucket}: {error}",
            code="backup_not_stored",
            key=key,
            bucket=self.bucket,
            cause=str(error),
        )

    def _not_read(self, key: str, error: Exception) -> Retryable | InvalidInput:
        if isinstance(error, ClientError) and error.response["Error"]["Code"] in _IS_MISSING:
            return InvalidInput(
                f"{key} is not in bucket {self.bucket}, or may not be read: the backup was never whole, or has expired",
                code="backup_missing",
                key=key,
                bucket=self.bucket,
            )
        return _broken_off(key, self.bucket, error)


@dataclass(slots=True)
class _File:
    """A stream as boto3 reads files."""

    stream: ByteStream

    def read(self, size: int = -1) -> bytes:
        """Read so many bytes, or all that are left: boto3 asks for these when it has had the end."""
        if size >= 0:
            return self.stream.read(size)
        return b"".join(iter(lambda: self.stream.read(PART_BYTES), b""))


@dataclass(slots=True)
class _Stored(ByteStream):
    """What S3 sends."""

    body: Any
    key: str
    bucket: str

    @override
    def read(self, size: int, /) -> bytes:
        pieces: list[bytes] = []
        missing = size
        try:
            while missing > 0 and (piece := self.body.read(missing)):
                pieces.append(piece)
                missing -= len(piece)
        except (*_FAILURES, OSError) as error:
            raise _broken_off(self.key, self.bucket, error) from error
        return b"".join(pieces)


def _broken_off(key: str, bucket: str, error: Exception) -> Retryable:
    return Retryable(
        f"{key} cannot be read from bucket {bucket}: {error}",
        code="backup_not_read",
        key=key,
        bucket=bucket,
        cause=str(error),
    )
