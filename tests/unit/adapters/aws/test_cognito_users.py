from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from sunwi.adapters.aws.cognito_users import CognitoUsers, NoIdentities
from sunwi.errors import ConfigurationError, InvalidInput, Retryable, SunwiError
from sunwi.service.ports.accounts import Identities, Invitation, Invited

POOL, EMAIL = "ap-northeast-2_Abc", "kim@agency.test"
USER = {"UserPoolId": POOL, "Username": EMAIL}
ATTRIBUTES = [{"Name": "email", "Value": EMAIL}, {"Name": "sub", "Value": "s-1"}]
CREATE = {
    **USER,
    "UserAttributes": [{"Name": "email", "Value": EMAIL}, {"Name": "email_verified", "Value": "true"}],
    "DesiredDeliveryMediums": ["EMAIL"],
}


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """Cognito; every answer must be used."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with Stubber(boto3.client("cognito-idp", region_name="ap-northeast-2")) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def users(stub: Stubber) -> CognitoUsers:
    return CognitoUsers(stub.client, POOL)


def test_a_new_user_is_made_with_a_verified_address_and_invited_by_mail(stub: Stubber, users: CognitoUsers) -> None:
    stub.add_response("admin_create_user", {"User": {"Username": "s-1", "Attributes": ATTRIBUTES}}, CREATE)
    assert users.invite(EMAIL) == Invited("s-1", Invitation.SENT)


def test_a_user_who_has_no_password_yet_is_invited_once_more(stub: Stubber, users: CognitoUsers) -> None:
    stub.add_client_error("admin_create_user", "UsernameExistsException", expected_params=CREATE)
    stub.add_response(
        "admin_get_user",
        {"Username": "s-1", "UserAttributes": ATTRIBUTES, "UserStatus": "FORCE_CHANGE_PASSWORD"},
        USER,
    )
    again = {**CREATE, "MessageAction": "RESEND"}
    stub.add_response("admin_create_user", {"User": {"Username": "s-1", "Attributes": ATTRIBUTES}}, again)
    assert users.invite(EMAIL) == Invited("s-1", Invitation.SENT_AGAIN)


def test_a_user_who_has_a_password_gets_no_mail(stub: Stubber, users: CognitoUsers) -> None:
    stub.add_client_error("admin_create_user", "UsernameExistsException")
    known = {"Username": "s-1", "UserAttributes": ATTRIBUTES, "UserStatus": "CONFIRMED"}
    stub.add_response("admin_get_user", known, USER)
    assert users.invite(EMAIL) == Invited("s-1", Invitation.KNOWN)


def test_a_disabled_user_is_signed_out_and_an_enabled_one_may_come_again(stub: Stubber, users: CognitoUsers) -> None:
    stub.add_response("admin_user_global_sign_out", {}, USER)
    stub.add_response("admin_disable_user", {}, USER)
    users.disable(EMAIL)
    stub.add_response("admin_enable_user", {}, USER)
    users.enable(EMAIL)
    stub.add_response("admin_user_global_sign_out", {}, USER)
    users.sign_out(EMAIL)


@pytest.mark.parametrize(
    ("method", "do"),
    [
        ("admin_user_global_sign_out", CognitoUsers.disable),
        ("admin_enable_user", CognitoUsers.enable),
        ("admin_user_global_sign_out", CognitoUsers.sign_out),
    ],
)
def test_a_user_who_is_not_there_needs_nothing(
    stub: Stubber, users: CognitoUsers, method: str, do: Callable[[Any, str], None]
) -> None:
    stub.add_client_error(method, "UserNotFoundException")
    do(users, EMAIL)


@pytest.mark.parametrize(
    ("said", "kind", "code"),
    [
        ("TooManyRequestsException", Retryable, "identities_unreachable"),
        ("InternalErrorException", Retryable, "identities_unreachable"),
        ("LimitExceededException", Retryable, "identities_unreachable"),
        ("NotAuthorizedException", ConfigurationError, "identities_forbidden"),
        ("AccessDeniedException", ConfigurationError, "identities_forbidden"),
        ("ResourceNotFoundException", ConfigurationError, "identities_pool_unknown"),
        ("InvalidParameterException", InvalidInput, "identity_refused"),
        ("CodeDeliveryFailureException", InvalidInput, "identity_refused"),
    ],
)
def test_what_cognito_refuses_says_what_to_do_and_names_nobody(
    stub: Stubber, users: CognitoUsers, said: str, kind: type[SunwiError], code: str
) -> None:
    stub.add_client_error("admin_create_user", said, service_message=f"about {EMAIL}")
    with pytest.raises(kind) as refused:
        users.invite(EMAIL)
    assert (refused.value.code, EMAIL in str(refused.value)) == (code, False)
    stub.add_client_error("admin_enable_user", said)
    with pytest.raises(kind):
        users.enable(EMAIL)


def test_a_user_who_vanishes_in_between_is_told(stub: Stubber, users: CognitoUsers) -> None:
    stub.add_client_error("admin_create_user", "UsernameExistsException")
    stub.add_client_error("admin_get_user", "UserNotFoundException")
    with pytest.raises(Retryable):
        users.invite(EMAIL)


def test_a_network_that_is_away_is_to_be_tried_again(users: CognitoUsers, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://cognito.invalid")

    monkeypatch.setattr(users.client, "admin_create_user", refuse)
    with pytest.raises(Retryable, match="EndpointConnectionError"):
        users.invite(EMAIL)


def test_where_there_is_no_pool_nobody_is_told() -> None:
    nobody: Identities = NoIdentities()
    assert nobody.invite(EMAIL) == Invited(None, Invitation.NOT_SENT)
    for do in (nobody.disable, nobody.enable, nobody.sign_out):
        do(EMAIL)
