"""The buckets of a deployed stack: what is kept is written once, in versions, and locked when that is asked for."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.stack import LocalStack
from sunwi.adapters.aws.evidence import S3EvidenceStore
from sunwi.domain.observation import LoadedSurface
from sunwi.errors import Retryable
from tests.examples import new_reading, page_key, recognised, served_page


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    url = f"sqlite:///{tmp_path_factory.mktemp('database') / 'sunwi.db'}"
    with LocalStack() as stack:
        stack.deploy(parameters={"EvidenceLockDays": 400}, environment={"DATABASE_URL": url})
        yield stack


def look_of(keyword: str, html: str = "<html>one</html>") -> LoadedSurface:
    look = new_reading("run", recognised("101"), fetched_at=datetime.now(UTC), key=page_key(keyword)).loaded
    return replace(look, pages=(replace(look.pages[0], served=served_page(html)),))


def versions(stack: LocalStack, prefix: str) -> list[str]:
    """Return the keys of all versions of what is kept under a prefix."""
    bucket = stack.outputs.evidence_bucket_name
    found = stack.client("s3").list_object_versions(Bucket=bucket, Prefix=prefix)
    return [version["Key"] for version in found["Versions"]]


def test_a_page_is_kept_once_however_often_it_is_kept(stack: LocalStack) -> None:
    store = S3EvidenceStore(stack.client("s3"), stack.outputs.evidence_bucket_name)
    look = look_of("한 번")
    key = store.keep("run", look)
    assert store.keep("run", look) == key
    assert sorted(versions(stack, key)) == [f"{key}/page-01.html.gz", f"{key}/page-01.json"]


def test_another_page_under_the_same_key_is_refused_and_the_first_one_stays(stack: LocalStack) -> None:
    store = S3EvidenceStore(stack.client("s3"), stack.outputs.evidence_bucket_name)
    look = look_of("두 번")
    key = store.keep("run", look)
    other = replace(look, pages=(replace(look.pages[0], served=served_page("<html>another</html>")),))
    with pytest.raises(Retryable, match="it stays, and nothing was written"):
        store.keep("run", other)
    assert [page.html for page in store.load(key)] == ["<html>one</html>"]
    assert len(versions(stack, key)) == 2


def test_what_was_read_cannot_be_deleted_for_as_long_as_it_is_locked(stack: LocalStack) -> None:
    s3: Any = stack.client("s3")
    bucket = stack.outputs.evidence_bucket_name
    # CloudFormation does this on AWS; the local stack's does not.
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"})
    look = look_of("세 번")
    key = S3EvidenceStore(s3, bucket, lock_days=400).keep("run", look)
    kept = s3.head_object(Bucket=bucket, Key=f"{key}/page-01.html.gz")
    assert kept["ObjectLockMode"] == "GOVERNANCE"
    assert abs(kept["ObjectLockRetainUntilDate"] - (look.fetched_at + timedelta(days=400))) < timedelta(seconds=2)
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=bucket, Key=f"{key}/page-01.html.gz", VersionId=kept["VersionId"])


def test_the_files_bucket_is_another_one_and_empty(stack: LocalStack) -> None:
    bucket = stack.outputs.files_bucket_name
    assert bucket not in {"", stack.outputs.evidence_bucket_name}
    assert stack.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 0
