"""Files of jobs on S3."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from typing_extensions import override

from sunwi.errors import InvalidInput, Retryable
from sunwi.service.ports.job_engine import JobFiles

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

#: What S3 answers when there is no such object: the second to whoever may not list the bucket.
#: Source: docs/aws.md, S3.
_IS_MISSING = {"NoSuchKey", "AccessDenied"}


@dataclass(frozen=True, slots=True)
class S3JobFiles(JobFiles):
    """Keeps files under the keys that they are given."""

    client: "S3Client"
    bucket: str

    @override
    def put(self, key: str, data: bytes, *, content_type: str) -> None:
        try:
            self.client.put_object(Bucket=self.bucket, Key=key, Body=data, ContentType=content_type)
        except (BotoCoreError, ClientError) as error:
            raise Retryable(
                f"the file {key} could not be kept in bucket {self.bucket}: {error}",
                code="job_file_not_kept",
                key=key,
                bucket=self.bucket,
                cause=str(error),
            ) from error

    @override
    def get(self, key: str) -> bytes:
        try:
            return self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except (BotoCoreError, ClientError) as error:
            if isinstance(error, ClientError) and error.response["Error"]["Code"] in _IS_MISSING:
                raise InvalidInput(
                    f"the file {key} is not in bucket {self.bucket}, or may not be read: it may have expired",
                    code="job_file_missing",
                    key=key,
                    bucket=self.bucket,
                ) from error
            raise Retryable(
                f"the file {key} cannot be read from bucket {self.bucket}: {error}",
                code="job_file_unreadable",
                key=key,
                bucket=self.bucket,
                cause=str(error),
            ) from error
