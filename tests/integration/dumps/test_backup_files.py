"""Streams of any length in a bucket: whole, or not at all."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError, ResponseStreamingError

from sunwi.adapters.aws.backup_files import PART_BYTES, S3BackupFiles
from sunwi.errors import InvalidInput, Permanent, Retryable
from tests.backup.backup_examples import KEY, facts_of
from tests.integration.dumps.conftest import BUCKET, SMALL_PART


def keys(s3: Any) -> list[str]:
    return [entry["Key"] for entry in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def uploads(s3: Any) -> list[str]:
    return [upload["Key"] for upload in s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])]


@pytest.mark.parametrize("size", [0, 1, SMALL_PART - 1, SMALL_PART, SMALL_PART + 1, 2 * SMALL_PART, 12 << 20])
def test_a_stream_comes_back_as_it_was_stored(files: S3BackupFiles, s3: Any, size: int) -> None:
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    files.put(KEY, BytesIO(data))
    with files.open(KEY) as stored:
        pieces = [stored.read(1 << 20)]
        while pieces[-1]:
            pieces.append(stored.read(1 << 20))
    assert b"".join(pieces) == data
    assert all(len(piece) == 1 << 20 for piece in pieces[:-2])
    assert (keys(s3), uploads(s3)) == ([KEY], [])


class BreaksOff(BytesIO):
    """A stream that breaks off in the second part."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() >= SMALL_PART:
            raise Retryable("the dump has broken off", code="dump_server_away")
        return super().read(size)


def test_nothing_is_left_of_a_stream_that_breaks_off_and_its_own_error_passes(files: S3BackupFiles, s3: Any) -> None:
    with pytest.raises(Retryable) as raised:
        files.put(KEY, BreaksOff(bytes(3 * SMALL_PART)))
    assert raised.value.code == "dump_server_away"
    assert (keys(s3), uploads(s3)) == ([], [])


@pytest.fixture
def fail(s3: Any) -> Iterator[Any]:
    """Let calls of one kind fail from a number on."""
    hooks = []

    def from_number(operation: str, first: int) -> None:
        calls = 0

        def hook(**_named: Any) -> None:
            nonlocal calls
            calls += 1
            if calls >= first:
                raise ConnectionClosedError(endpoint_url="https://files.s3.invalid")

        s3.meta.events.register(f"before-call.s3.{operation}", hook)
        hooks.append((operation, hook))

    yield from_number
    for operation, hook in hooks:
        s3.meta.events.unregister(f"before-call.s3.{operation}", hook)


@pytest.mark.parametrize(
    ("operation", "first"),
    [("CreateMultipartUpload", 1), ("UploadPart", 1), ("UploadPart", 2), ("CompleteMultipartUpload", 1)],
)
def test_nothing_is_left_where_the_bucket_breaks_off(
    files: S3BackupFiles, s3: Any, fail: Any, operation: str, first: int
) -> None:
    fail(operation, first)
    with pytest.raises(Retryable) as raised:
        files.put(KEY, BytesIO(bytes(3 * SMALL_PART)))
    assert raised.value.code == "backup_not_stored"
    assert (keys(s3), uploads(s3)) == ([], [])


def test_a_bucket_that_refuses_is_named(s3: Any) -> None:
    with pytest.raises(Retryable) as raised:
        S3BackupFiles(s3, "somebody-elses").put(KEY, BytesIO(b"x"))
    assert raised.value.code == "backup_not_stored"
    assert raised.value.fields["bucket"] == "somebody-elses"


def test_a_stored_stream_that_breaks_off_is_no_end(
    files: S3BackupFiles, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.put(KEY, BytesIO(b"x" * 1000))

    class Body:
        sent = 0

        def read(self, _size: int) -> bytes:
            self.sent += 1
            if self.sent > 2:
                raise ResponseStreamingError(error="connection broken")
            return b"x" * 100

        def close(self) -> None:
            """Nothing is open."""

    monkeypatch.setattr(s3, "get_object", lambda **_named: {"Body": Body()})
    with files.open(KEY) as stored, pytest.raises(Retryable) as raised:
        stored.read(1000)
    assert raised.value.code == "backup_not_read"


def test_what_is_not_there_is_missing(files: S3BackupFiles) -> None:
    with pytest.raises(InvalidInput) as raised, files.open(KEY):
        pass
    assert raised.value.code == "backup_missing"
    with pytest.raises(InvalidInput) as raised:
        files.facts(KEY)
    assert raised.value.code == "backup_missing"


def test_what_is_known_of_a_backup_stands_beside_it(files: S3BackupFiles, s3: Any) -> None:
    files.put_facts(facts_of())
    assert files.facts(KEY) == facts_of()
    assert keys(s3) == [f"{KEY}.json"]
    s3.put_object(Bucket=BUCKET, Key=f"{KEY}.json", Body=b'{"key": 1}')
    with pytest.raises(Permanent) as raised:
        files.facts(KEY)
    assert raised.value.code == "backup_facts_unusable"


def test_ten_thousand_parts_are_more_than_a_database_has() -> None:
    assert 10_000 * PART_BYTES > 150 * 10**9
