import gzip
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from sunwi.adapters.aws.archive.archive_files import S3ArchiveFiles
from sunwi.errors import Permanent, Retryable

KEY = "archive/attempt/2026-01/part-1.jsonl.gz"
MANIFEST = "archive/attempt/2026-01/manifest.json"


@dataclass
class Bucket:
    """The calls of an S3 client that the archive makes.

    Attributes:
        refused: Code that every call is answered with, if any.
        types: Content types, by key.
    """

    objects: dict[str, bytes] = field(default_factory=dict)
    refused: str = ""
    types: dict[str, str] = field(default_factory=dict)

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, ContentType: str, IfNoneMatch: str = "") -> None:  # noqa: N803 - boto3's names
        self._reach(Bucket)
        if IfNoneMatch == "*" and Key in self.objects:
            raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "PutObject")
        self.objects[Key], self.types[Key] = Body, ContentType

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        self._reach(Bucket)
        if Key not in self.objects:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": BytesIO(self.objects[Key])}

    def list_objects_v2(self, *, Bucket: str, Prefix: str, MaxKeys: int) -> dict[str, Any]:  # noqa: N803
        self._reach(Bucket)
        found = sorted(key for key in self.objects if key.startswith(Prefix))[:MaxKeys]
        return {"Contents": [{"Key": key} for key in found]} if found else {}

    def delete_object(self, *, Bucket: str, Key: str) -> None:  # noqa: N803
        self._reach(Bucket)
        self.objects.pop(Key, None)

    def _reach(self, bucket: str) -> None:
        assert bucket == "files"
        if self.refused == "unreachable":
            raise EndpointConnectionError(endpoint_url="https://s3")
        if self.refused:
            raise ClientError({"Error": {"Code": self.refused}}, "Call")


@pytest.fixture
def bucket() -> Bucket:
    return Bucket()


@pytest.fixture
def files(bucket: Bucket) -> S3ArchiveFiles:
    return S3ArchiveFiles(bucket, "files")  # type: ignore[arg-type]  # what it calls of a client


def test_files_are_kept_once_and_read_back_by_their_keys(files: S3ArchiveFiles, bucket: Bucket) -> None:
    written = {f"archive/readings/{number}.json.gz": gzip.compress(b"%d" % number) for number in range(20)}
    files.put_once(written)
    assert dict(files.get(list(written))) == written == bucket.objects
    assert set(bucket.types.values()) == {"application/gzip"}


def test_the_same_again_is_fine_however_tightly_it_is_packed(files: S3ArchiveFiles, bucket: Bucket) -> None:
    first, again = gzip.compress(b"a" * 1000, 1, mtime=0), gzip.compress(b"a" * 1000, 9, mtime=0)
    assert first != again
    files.put_once({KEY: first})
    files.put_once({KEY: again})
    assert bucket.objects[KEY] == first


def test_something_else_is_never_replaced(files: S3ArchiveFiles, bucket: Bucket) -> None:
    files.put_once({KEY: gzip.compress(b"rows")})
    with pytest.raises(Permanent) as raised:
        files.put_once({KEY: gzip.compress(b"others")})
    assert raised.value.code == "archive_file_differs"
    assert gzip.decompress(bucket.objects[KEY]) == b"rows"


def test_a_manifest_is_replaced(files: S3ArchiveFiles, bucket: Bucket) -> None:
    files.replace(MANIFEST, b"{}")
    files.replace(MANIFEST, b"[]")
    assert (files.find(MANIFEST), bucket.types[MANIFEST]) == (b"[]", "application/json")


def test_what_is_not_there_is_found_missing_and_what_only_begins_like_it_is_another(
    files: S3ArchiveFiles, bucket: Bucket
) -> None:
    assert files.find(MANIFEST) is None
    bucket.objects[MANIFEST + ".old"] = b"{}"
    assert files.find(MANIFEST) is None
    with pytest.raises(Permanent) as raised:
        files.get([KEY])
    assert raised.value.code == "archive_file_missing"


def test_a_file_is_deleted_and_one_that_is_not_there_is_too(files: S3ArchiveFiles, bucket: Bucket) -> None:
    files.put_once({KEY: gzip.compress(b"")})
    files.delete(KEY)
    files.delete(KEY)
    assert bucket.objects == {}


#: Code of the refusal → what is refused.
CALLS: list[tuple[str, Callable[[S3ArchiveFiles], object]]] = [
    ("archive_file_not_kept", lambda files: files.put_once({KEY: b""})),
    ("archive_file_not_kept", lambda files: files.replace(MANIFEST, b"")),
    ("archive_file_unreadable", lambda files: files.get([KEY])),
    ("archive_file_unreadable", lambda files: files.find(MANIFEST)),
    ("archive_file_not_deleted", lambda files: files.delete(KEY)),
]


@pytest.mark.parametrize("refused", ["AccessDenied", "SlowDown", "unreachable"])
def test_a_bucket_that_does_not_answer_is_worth_another_try_and_never_looks_empty(
    files: S3ArchiveFiles, bucket: Bucket, refused: str
) -> None:
    bucket.refused = refused
    for code, ask in CALLS:
        with pytest.raises(Retryable) as raised:
            ask(files)
        assert raised.value.code == code
