import io
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from sunwi.adapters.aws.job_files import S3JobFiles
from sunwi.errors import InvalidInput, Retryable

KEY = "results/0199/1/rows.json"


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    built = boto3.client("s3", region_name="ap-northeast-2")
    yield built
    built.close()


def test_a_file_is_kept_under_its_key_with_its_type(client: Any) -> None:
    with Stubber(client) as stub:
        expected = {"Bucket": "files", "Key": KEY, "Body": b"[]", "ContentType": "application/json"}
        stub.add_response("put_object", {}, expected)
        S3JobFiles(client, "files").put(KEY, b"[]", content_type="application/json")
        stub.assert_no_pending_responses()


def test_a_file_is_read_as_it_was_kept(client: Any) -> None:
    with Stubber(client) as stub:
        body = StreamingBody(io.BytesIO(b"[1]"), 3)
        stub.add_response("get_object", {"Body": body}, {"Bucket": "files", "Key": KEY})
        assert S3JobFiles(client, "files").get(KEY) == b"[1]"


@pytest.mark.parametrize("code", ["NoSuchKey", "AccessDenied"])
def test_a_file_that_is_not_there_is_missing_whoever_asks(client: Any, code: str) -> None:
    with Stubber(client) as stub:
        stub.add_client_error("get_object", code)
        with pytest.raises(InvalidInput, match="is not in bucket files, or may not be read") as raised:
            S3JobFiles(client, "files").get(KEY)
    assert raised.value.code == "job_file_missing"


def test_a_store_that_cannot_be_reached_is_worth_another_try(client: Any) -> None:
    files = S3JobFiles(client, "files")
    with Stubber(client) as stub:
        stub.add_client_error("get_object", "SlowDown")
        stub.add_client_error("put_object", "SlowDown")
        with pytest.raises(Retryable, match="cannot be read from bucket files"):
            files.get(KEY)
        with pytest.raises(Retryable, match="could not be kept in bucket files"):
            files.put(KEY, b"", content_type="text/plain")
