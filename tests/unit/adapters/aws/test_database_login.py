from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import NoCredentialsError
from sqlalchemy import make_url

from sunwi.adapters.aws.database_login import iam_token, iam_user
from sunwi.errors import ConfigurationError

URL = make_url("postgresql://sunwi_app@cluster.example:6432/ranks")


def test_a_token_is_signed_for_host_port_and_user_without_asking_anybody() -> None:
    session = boto3.Session("key", "secret", region_name="ap-northeast-2")
    token = iam_token(session.client("rds"), URL)
    assert token.startswith("cluster.example:6432/?Action=connect&DBUser=sunwi_app&")
    assert "X-Amz-Expires=900" in token
    assert "X-Amz-Signature=" in token


def test_without_credentials_it_says_what_to_do() -> None:
    class Nobody:
        def generate_db_auth_token(self, **_: object) -> str:
            raise NoCredentialsError

    with pytest.raises(ConfigurationError, match="DATABASE_IAM_LOGIN is set, and no token can be signed"):
        iam_token(cast("Any", Nobody()), URL)


def test_the_user_stands_behind_the_resource() -> None:
    assert iam_user("cluster-ABC/sunwi_app") == "sunwi_app"


@pytest.mark.parametrize("login", ["sunwi_app", "cluster-ABC/", "/sunwi_app"])
def test_a_login_of_another_form_is_refused_with_an_example(login: str) -> None:
    with pytest.raises(ConfigurationError, match="write RESOURCE/USER, for example cluster-"):
        iam_user(login)
