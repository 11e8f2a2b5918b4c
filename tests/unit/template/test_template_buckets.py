"""What is kept, for how long, and who may touch it."""

from datetime import datetime
from typing import Any

import pytest

from sunwi.adapters.aws.evidence import FAILURES_PREFIX, READINGS_PREFIX
from sunwi.domain.backup import Backend, backup_key
from sunwi.domain.schedule import KST
from tests.unit.template.test_template_permissions import as_list, by_sid, statements

Template = dict[str, Any]
Resources = dict[str, dict[str, Any]]

#: Days that what stands under a prefix of the files bucket lives.
LIVES: dict[str, Any] = {
    "reports/": 400,
    "results/": {"Ref": "JobResultDays"},
    "exports/": 30,
    "uploads/": 1,
    "backups/daily/": 35,
    "backups/monthly/": 400,
}


#: Where backups stand, and what may be done there: neither listed nor deleted.
BACKUPS = ("backups/daily/*", "backups/monthly/*")
BACKUP_ACTIONS = ("s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload")

#: Roles that attempts of jobs run in.
WORKERS = {"WorkerRole", "WorkerCoreRole"}


@pytest.fixture(scope="module")
def buckets(resources: Resources) -> Resources:
    return {name: item for name, item in resources.items() if item["Type"] == "AWS::S3::Bucket"}


def rules(bucket: dict[str, Any]) -> list[dict[str, Any]]:
    return list(bucket["Properties"]["LifecycleConfiguration"]["Rules"])


def test_there_is_one_bucket_for_proof_and_one_for_files(buckets: Resources) -> None:
    assert set(buckets) == {"EvidenceBucket", "FilesBucket"}


def test_no_bucket_has_a_name_or_is_ever_replaced_or_deleted(buckets: Resources) -> None:
    for bucket in buckets.values():
        assert "BucketName" not in bucket["Properties"]
        assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_no_bucket_is_public_or_in_the_clear(buckets: Resources) -> None:
    for bucket in buckets.values():
        assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
        (rule,) = bucket["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        assert bucket["Properties"]["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


@pytest.mark.parametrize("bucket", ["EvidenceBucket", "FilesBucket"])
def test_no_bucket_is_spoken_to_in_the_clear(resources: Resources, bucket: str) -> None:
    assert resources[f"{bucket}Policy"]["Properties"]["Bucket"] == {"Ref": bucket}
    (statement,) = statements(resources[f"{bucket}Policy"])
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statement["Resource"] == [{"Fn::GetAtt": [bucket, "Arn"]}, {"Fn::Sub": f"${{{bucket}.Arn}}/*"}]


def test_each_kind_of_file_has_its_life(buckets: Resources) -> None:
    lives = {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules(buckets["FilesBucket"]) if "Prefix" in rule}
    assert lives == LIVES


def test_what_is_archived_never_expires_and_what_is_erased_from_it_is_gone(buckets: Resources) -> None:
    assert not any("archive/".startswith(rule.get("Prefix", "-")) for rule in rules(buckets["FilesBucket"]))
    assert "VersioningConfiguration" not in buckets["FilesBucket"]["Properties"]


def test_only_what_is_archived_can_be_listed(resources: Resources) -> None:
    listed = by_sid(resources, "WorkerCoreRole")["SeeWhatIsArchived"]
    assert listed["Condition"] == {"StringLike": {"s3:prefix": "archive/*"}}


def test_an_upload_that_was_broken_off_is_gone_after_a_day(buckets: Resources) -> None:
    for bucket in buckets.values():
        (abort,) = [rule for rule in rules(bucket) if "AbortIncompleteMultipartUpload" in rule]
        assert "Prefix" not in abort
        assert abort["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}


def test_every_rule_of_a_life_is_on(buckets: Resources) -> None:
    assert {rule["Status"] for bucket in buckets.values() for rule in rules(bucket)} == {"Enabled"}


def test_nothing_that_proves_a_day_expires_in_any_version(buckets: Resources) -> None:
    evidence = buckets["EvidenceBucket"]
    assert evidence["Properties"]["VersioningConfiguration"] == {"Status": "Enabled"}
    of_readings = [rule for rule in rules(evidence) if rule.get("Prefix", f"{READINGS_PREFIX}/").startswith("readings")]
    assert {key for rule in of_readings for key in rule} == {
        "Id",
        "Status",
        "Prefix",
        "Transitions",
        "AbortIncompleteMultipartUpload",
    }


def test_what_could_not_be_read_is_gone_in_every_version(buckets: Resources) -> None:
    found = [rule for rule in rules(buckets["EvidenceBucket"]) if rule.get("Prefix") == f"{FAILURES_PREFIX}/"]
    expire, clear = found
    assert (expire["ExpirationInDays"], expire["NoncurrentVersionExpiration"]) == (90, {"NoncurrentDays": 1})
    assert clear["ExpiredObjectDeleteMarker"] is True


def test_object_lock_is_on_only_when_days_are_given_and_holds_for_objects_that_ask_for_it(
    template: Template, buckets: Resources
) -> None:
    properties = buckets["EvidenceBucket"]["Properties"]
    assert properties["ObjectLockEnabled"] == {"Fn::If": ["LocksEvidence", True, {"Ref": "AWS::NoValue"}]}
    assert "ObjectLockConfiguration" not in properties, "a rule of the bucket would lock failures and archives, too"
    assert template["Conditions"]["LocksEvidence"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "EvidenceLockDays"}, "0"]}]}
    assert template["Parameters"]["EvidenceLockDays"]["Default"] == 0


def test_no_function_deletes_a_page_or_writes_where_it_has_no_business(resources: Resources) -> None:
    allowed = {
        (name, action, resource["Fn::Sub"].partition("/")[2])
        for name, item in resources.items()
        if item["Type"] == "AWS::IAM::Role"
        for statement in by_sid(resources, name).values()
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
        if action.startswith("s3:")
    }
    kept = [("s3:PutObject", "readings/*"), ("s3:GetObject", "readings/*"), ("s3:PutObjectRetention", "readings/*")]
    failed = [("s3:PutObject", "failures/*"), ("s3:GetObject", "failures/*")]
    proof = {("CrawlerRole", *each) for each in kept + failed} | {("CanaryRole", *each) for each in failed}
    # What the API signs a link of, it must be let read itself.
    links = {("ApiRole", "s3:GetObject", f"{folder}/*") for folder in ("results", "reports", "exports", "uploads")}
    of_api = {*links, ("ApiRole", "s3:GetObject", "readings/*"), ("ApiRole", "s3:PutObject", "uploads/*")}
    assert {each for each in allowed if each[0] not in WORKERS} == proof | of_api
    of_workers = {
        "WorkerRole": {("s3:GetObject", "readings/*"), *both("results/*"), *both("reports/*")},
        "WorkerCoreRole": {
            *both("results/*"),
            *both("exports/*"),
            *((action, place) for place in BACKUPS for action in BACKUP_ACTIONS),
            *both("archive/*"),
            ("s3:DeleteObject", "archive/*"),
            ("s3:ListBucket", ""),
        },
    }
    assert {each for each in allowed if each[0] in WORKERS} == {
        (role, *each) for role, permissions in of_workers.items() for each in permissions
    }


def both(place: str) -> set[tuple[str, str]]:
    return {("s3:PutObject", place), ("s3:GetObject", place)}


@pytest.mark.parametrize("role", sorted(WORKERS))
def test_a_worker_keeps_files_and_never_a_page(resources: Resources, role: str) -> None:
    keeps = as_list(by_sid(resources, role)["KeepFiles"]["Resource"])
    assert {resource["Fn::Sub"].partition("/")[0] for resource in keeps} == {"${FilesBucket.Arn}"}
    reads = by_sid(resources, role).get("ReadPages")
    assert (reads is not None) is (role == "WorkerRole")
    assert reads is None or (reads["Action"], reads["Resource"]) == (
        "s3:GetObject",
        {"Fn::Sub": f"${{EvidenceBucket.Arn}}/{READINGS_PREFIX}/*"},
    )


def test_the_keys_of_backups_are_where_the_role_may_write_and_the_rules_let_them_expire(resources: Resources) -> None:
    at = datetime(2026, 1, 2, 3, tzinfo=KST)
    keys = [
        backup_key(Backend.POSTGRESQL, database="sunwi", environment="prod", at=at, has_monthly=has_monthly)
        for has_monthly in (False, True)
    ]
    folders = {f"{key.rpartition('/')[0]}/" for key in keys}
    assert folders == {prefix for prefix in LIVES if prefix.startswith("backups/")}
    allowed = as_list(by_sid(resources, "WorkerCoreRole")["KeepBackups"]["Resource"])
    assert {f"${{FilesBucket.Arn}}/{folder}*" for folder in folders} == {place["Fn::Sub"] for place in allowed}


def test_buckets_and_functions_carry_the_name_of_their_deployment(template: Template, buckets: Resources) -> None:
    name = {"Ref": "EnvironmentName"}
    assert template["Globals"]["Function"]["Tags"] == {"Environment": name}
    for bucket in buckets.values():
        assert bucket["Properties"]["Tags"] == [{"Key": "Environment", "Value": name}]
