"""A bucket in memory that refuses what S3 refuses: 2 kB of metadata, 1,024 bytes of key, metadata that is not ASCII,
and a second write where only a first one is wanted.
"""

from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

MAX_KEY_BYTES = 1024
MAX_METADATA_BYTES = 2048


@dataclass
class LimitedS3:
    """The calls of an S3 client that the evidence store makes.

    Attributes:
        objects: Everything put, by key, with its metadata.
        refused: How the keys end that it takes no object under.
        locks: Mode and end of each object's retention, by key.
        under_way: How often a key is answered that another write of it is under way.
    """

    objects: dict[str, tuple[bytes, dict[str, str]]] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    locks: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    under_way: dict[str, int] = field(default_factory=dict)

    def put_object(
        self,
        *,
        Bucket: str,  # noqa: N803 - boto3's names
        Key: str,  # noqa: N803
        Body: bytes,  # noqa: N803
        Metadata: dict[str, str] | None = None,  # noqa: N803
        IfNoneMatch: str = "",  # noqa: N803
        ObjectLockMode: str = "",  # noqa: N803
        ObjectLockRetainUntilDate: datetime | None = None,  # noqa: N803
        **_types: str,
    ) -> None:
        assert Bucket
        metadata = Metadata or {}
        if len(Key.encode()) > MAX_KEY_BYTES:
            raise _refusal("KeyTooLongError", "Your key is too long")
        if not all(text.isascii() for pair in metadata.items() for text in pair):
            raise ParamValidationError(report="Non ascii characters found in S3 metadata")
        if sum(len(name) + len(value) for name, value in metadata.items()) > MAX_METADATA_BYTES:
            raise _refusal("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size")
        if self.refused and Key.endswith(self.refused):
            raise _refusal("SlowDown", "Please reduce your request rate")
        if IfNoneMatch == "*" and self.under_way.get(Key, 0):
            self.under_way[Key] -= 1
            raise _refusal("ConditionalRequestConflict", "The conditional request cannot succeed due to a conflict")
        if IfNoneMatch == "*" and Key in self.objects:
            raise _refusal("PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
        self.objects[Key] = Body, metadata
        if ObjectLockRetainUntilDate is not None:
            self.locks[Key] = ObjectLockMode, ObjectLockRetainUntilDate

    def list_objects_v2(self, *, Bucket: str, Prefix: str) -> dict[str, Any]:  # noqa: N803
        assert Bucket
        found = sorted(key for key in self.objects if key.startswith(Prefix))
        return {"Contents": [{"Key": key} for key in found]} if found else {}

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        assert Bucket
        body, metadata = self.objects[Key]
        return {"Body": BytesIO(body), "Metadata": metadata}


def _refusal(code: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "PutObject")
