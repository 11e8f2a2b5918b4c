import pytest

from sunwi.wording.vendor_words import aws_words, database_words


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Unable to locate credentials", "AWS 자격 증명이 없거나 만료되었습니다"),
        ("An error occurred (ExpiredTokenException) when calling the X operation: …", "다시 로그인하거나"),
        ("Error when retrieving token from sso: Token has expired and refresh failed", "다시 로그인하거나"),
        ("You must specify a region.", "AWS_DEFAULT_REGION=ap-northeast-2"),
        ("The config profile (sunwi) could not be found", "AWS_PROFILE의 프로필이 없습니다"),
        ("An error occurred (AccessDeniedException) when calling the X operation: …", "AWS 권한이 없습니다"),
        ("An error occurred (ThrottlingException) when calling the X operation: Rate exceeded", "요청이 너무 많습니다"),
        ("An error occurred (InternalError) when calling the X operation: …", "AWS가 응답하지 못했습니다"),
        ('Read timeout on endpoint URL: "http://127.0.0.1:4566/"', "AWS에 연결하지 못했습니다"),
        ("An error occurred (Unheard) when calling the X operation: …", "AWS가 거절했습니다 (Unheard)"),
        ("something else", "AWS에서 오류가 났습니다"),
    ],
)
def test_an_error_of_aws_says_what_it_means_and_what_to_do(text: str, wanted: str) -> None:
    assert wanted in aws_words(text)


@pytest.mark.parametrize(
    ("text", "code", "wanted"),
    [
        ('password authentication failed for user "sunwi"', "28P01", "로그인이 거절되었습니다"),
        ("the database system is shutting down", "57P03", "서버가 종료되거나 시작하는 중입니다"),
        ("could not extend file", "53100", "디스크가 가득 차"),
        ("Can't create a connection to 10.0.0.5:5432: [Errno 111] Connection refused", "", "(10.0.0.5:5432)"),
        ("Can't create a connection to db.nowhere:5432: [Errno -2] Name or service not known", "", "호스트 이름"),
        (
            "10.0.0.5:5432 does not answer: timed out",
            "",
            "응답하지 않습니다. 주소와 방화벽을 확인하세요 (10.0.0.5:5432)",
        ),
        ("database is locked", "", "다른 프로그램이 쓰고 있습니다"),
        ("something else", "08006", "다시 하세요 (08006)"),
    ],
)
def test_an_error_of_the_database_says_what_it_means_and_what_to_do(text: str, code: str, wanted: str) -> None:
    assert wanted in database_words(text, code)
