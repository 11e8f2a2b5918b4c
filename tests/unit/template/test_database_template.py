from typing import Any

import pytest

from infra.local.stack.localise import ROOT, read_template

Resources = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def database_template() -> dict[str, Any]:
    return read_template(ROOT / "infra" / "database.yaml")


@pytest.fixture(scope="module")
def network(database_template: dict[str, Any]) -> Resources:
    return dict(database_template["Resources"])


@pytest.fixture(scope="module")
def instance(network: Resources) -> dict[str, Any]:
    return dict(network["Database"]["Properties"])


def test_a_deleted_database_leaves_a_snapshot_and_its_backups(network: Resources, instance: dict[str, Any]) -> None:
    assert (network["Database"]["DeletionPolicy"], network["Database"]["UpdateReplacePolicy"]) == (
        "Snapshot",
        "Snapshot",
    )
    assert instance["DeleteAutomatedBackups"] is False


def test_it_is_protected_and_set_back_for_a_week_at_least(database_template: dict[str, Any]) -> None:
    parameters = database_template["Parameters"]
    assert parameters["DeletionProtection"]["Default"] == "true"
    assert 7 <= parameters["BackupRetentionDays"]["MinValue"] <= parameters["BackupRetentionDays"]["Default"]


def test_it_is_private_unless_asked_for(database_template: dict[str, Any], instance: dict[str, Any]) -> None:
    assert database_template["Parameters"]["Access"]["Default"] == "private"
    assert instance["PubliclyAccessible"] == {"Fn::If": ["IsPublic", True, False]}


def test_what_is_stored_and_what_is_sent_is_encrypted(network: Resources, instance: dict[str, Any]) -> None:
    assert instance["StorageEncrypted"] is True
    assert network["ParameterGroup"]["Properties"]["Parameters"]["rds.force_ssl"] == "1"


def test_its_password_is_nobodys_and_a_login_by_iam_is_possible(instance: dict[str, Any]) -> None:
    assert instance["ManageMasterUserPassword"] is True
    assert "MasterUserPassword" not in instance
    assert instance["EnableIAMDatabaseAuthentication"] is True


def test_a_private_database_is_reached_by_the_functions_alone(network: Resources) -> None:
    (rule,) = network["DatabaseSecurityGroup"]["Properties"]["SecurityGroupIngress"]
    condition, private, public = rule["Fn::If"]
    assert condition == "IsPrivate"
    assert private["SourceSecurityGroupId"] == {"Fn::GetAtt": ["FunctionsSecurityGroup", "GroupId"]}
    assert "CidrIp" not in private
    assert public["CidrIp"] == "0.0.0.0/0"
    assert "SecurityGroupIngress" not in network["FunctionsSecurityGroup"]["Properties"]


def test_nothing_that_costs_by_the_hour_is_made_for_a_public_one(network: Resources) -> None:
    for name in ("NatGateway", "NatAddress"):
        assert network[name]["Condition"] == "IsPrivate"


def test_it_is_neither_saved_nor_mended_while_a_night_is_measured(instance: dict[str, Any]) -> None:
    begin, end = instance["PreferredBackupWindow"].split("-")
    # 01:00 to 03:00 in Korea.
    assert "18:00" <= begin < end <= "21:00"
    assert "18:00" <= instance["PreferredMaintenanceWindow"].split("-")[0].partition(":")[2] < "21:00"
