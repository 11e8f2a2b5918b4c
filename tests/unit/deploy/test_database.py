from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.deploy.choices import BadChoice
from infra.deploy.database import PARAMETERS, parameters_of
from infra.local.stack.localise import ROOT, read_template

OUTPUTS = {
    "DatabaseSecretArn": "arn",
    "DatabaseHost": "host",
    "DatabaseName": "sunwi",
    "DatabaseIamLogin": "db-1/sunwi_app",
    "VpcSubnetIds": "subnet-1,subnet-2",
    "VpcSecurityGroupIds": "sg-1",
}


class Stacks:
    def __init__(self, **stacks: Mapping[str, str]) -> None:
        self.stacks = stacks

    def outputs(self, stack: str) -> Mapping[str, str] | None:
        return self.stacks.get(stack)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    file = tmp_path / "global-bundle.pem"
    file.touch()
    return file


def test_its_outputs_are_parameters_and_a_login_by_iam_is_left_to_whoever_makes_its_user(bundle: Path) -> None:
    found = parameters_of(Stacks(database=OUTPUTS), "database", bundle=bundle)
    expected = {name: value for name, value in OUTPUTS.items() if name != "DatabaseIamLogin"}
    assert found == {**expected, "DatabaseCaBundle": "/var/certificates/global-bundle.pem"}


def test_a_public_database_leaves_the_functions_outside_a_vpc(bundle: Path) -> None:
    public = {name: value for name, value in OUTPUTS.items() if not name.startswith("Vpc")}
    found = parameters_of(Stacks(database=public), "database", bundle=bundle)
    assert not [name for name in found if name.startswith("Vpc")]


def test_a_stack_without_a_database_is_refused_with_what_to_do(bundle: Path) -> None:
    for stacks in (Stacks(), Stacks(database={"Other": "1"})):
        with pytest.raises(BadChoice, match="make one by: make deploy-database"):
            parameters_of(stacks, "database", bundle=bundle)


def test_images_without_the_authorities_of_rds_are_refused_with_where_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(BadChoice, match=r"save https://truststore\.pki\.rds\.amazonaws\.com/global/none\.pem as "):
        parameters_of(Stacks(database=OUTPUTS), "database", bundle=tmp_path / "none.pem")


def test_the_two_templates_use_the_same_names() -> None:
    database: dict[str, Any] = read_template(ROOT / "infra" / "database.yaml")
    assert {*PARAMETERS, "DatabaseIamLogin"} == set(database["Outputs"])
    assert set(database["Outputs"]) <= set(read_template()["Parameters"])
