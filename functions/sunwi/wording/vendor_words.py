"""What errors of AWS and of the database mean, in Korean, for screens and alarms; logs keep the vendor's words."""

import re

#: The code in the text of an AWS service's error. Source: botocore, `ClientError.MSG_TEMPLATE`.
_AWS_CODE = re.compile(r"An error occurred \(([\w.]+)\)")

#: What a code, or the text of an error that botocore raises by itself, means and what to do; the first match counts.
_AWS = (
    (
        r"[Tt]oken|[Cc]redentials|SSO|UnrecognizedClient|Signature|InvalidAccessKeyId|RequestExpired|AuthFailure",
        "AWS 자격 증명이 없거나 만료되었습니다. AWS에 다시 로그인하거나 AWS_PROFILE을 지정하세요",
    ),
    (r"config profile", "AWS_PROFILE의 프로필이 없습니다. 이름을 확인하세요"),
    (r"region", "AWS 리전이 없습니다. AWS_DEFAULT_REGION=ap-northeast-2로 지정하세요"),
    (r"AccessDenied|Unauthorized|Forbidden|^403$", "AWS 권한이 없습니다. 역할이나 사용자의 정책을 확인하세요"),
    (
        r"NonExistent|DoesNotExist|NotFound|NoSuch|^404$",
        "AWS에 그런 리소스가 없습니다. 설정에 적은 이름과 리전을 확인하세요",
    ),
    (r"[Tt]hrottl|TooMany|SlowDown|LimitExceeded", "AWS 요청이 너무 많습니다. 잠시 뒤 다시 하세요"),
    (r"Internal|ServiceUnavailable|^5\d\d$", "AWS가 응답하지 못했습니다. 잠시 뒤 다시 하세요"),
    (
        r"connect|[Tt]imeout|timed out|[Cc]onnection|endpoint|EOF",
        "AWS에 연결하지 못했습니다. 네트워크와 AWS_ENDPOINT_URL을 확인하세요",
    ),
)

#: The same by PostgreSQL's codes, and else by what the driver says. Source: PostgreSQL documentation, "Error Codes".
_DATABASE = (
    (r"^25006", "쓰기를 받지 않습니다. 장애 조치 중이거나 저장 공간이 가득 찼습니다"),
    (r"^53100", "디스크가 가득 차 아무것도 쓰지 못했습니다. 디스크를 늘리세요"),
    (r"^53300|every connection", "남은 연결이 없습니다. 연결 한도를 늘리거나 CrawlerConcurrency를 줄이세요"),
    (r"^28", "로그인이 거절되었습니다. 사용자와 비밀번호를 확인하세요"),
    (r"^57P", "서버가 종료되거나 시작하는 중입니다. 잠시 뒤 다시 하세요"),
    (r"^57014|^55P03|^25P03", "제한 시간 안에 끝나지 않았습니다. 잠시 뒤 다시 하세요"),
    (r"^40", "다른 작업과 겹쳐 되돌렸습니다. 다시 하세요"),
    (r"^3D000", "그 이름의 데이터베이스가 없습니다. DATABASE_URL이나 DATABASE_NAME을 확인하세요"),
    (r"[Cc]onnection refused", "연결을 거절했습니다. 서버가 켜져 있는지, 주소와 포트가 맞는지 확인하세요"),
    (r"Name or service|name resolution|getaddrinfo|nodename", "호스트 이름을 찾을 수 없습니다. 주소를 확인하세요"),
    (r"timed out|does not answer|unreachable", "응답하지 않습니다. 주소와 방화벽을 확인하세요"),
    (r"locked", "다른 프로그램이 쓰고 있습니다. 잠시 뒤 다시 하세요"),
    (r"unable to open", "파일을 열 수 없습니다. 경로와 권한을 확인하세요"),
    (r"readonly|read-only", "파일에 쓸 수 없습니다. 권한을 확인하세요"),
    (r"disk", "디스크를 쓸 수 없습니다. 남은 공간을 확인하세요"),
)

_PLACE = re.compile(r"(?:connection to |^)([\w.-]+:\d{1,5})\b")


def aws_words(error: object) -> str:
    """Describe what an error of AWS means and what to do, with its code where it has one.

    Args:
        error: botocore's error, or the text of one.
    """
    text = str(error)
    found = _AWS_CODE.search(text)
    code = found.group(1) if found else ""
    meaning = _first(_AWS, code or text)
    if meaning is None:
        return f"AWS가 거절했습니다 ({code})" if code else "AWS에서 오류가 났습니다"
    return f"{meaning} ({code})" if code else meaning


def database_words(cause: str, sqlstate: str = "") -> str:
    """Describe what an error of the database means and what to do, with its code and the server's address if known.

    Args:
        cause: What server or driver says.
        sqlstate: PostgreSQL's five characters; empty for an error of the driver, or of SQLite.
    """
    meaning = (_first(_DATABASE, sqlstate) if sqlstate else None) or _first(_DATABASE, cause)
    place = _PLACE.search(cause)
    known = ", ".join(part for part in (place.group(1) if place else "", sqlstate) if part)
    told = meaning or "연결할 수 없거나 다시 하라고 합니다. 잠시 뒤 다시 하세요"
    return f"데이터베이스: {told}" + (f" ({known})" if known else "")


def _first(table: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((meaning for sign, meaning in table if re.search(sign, text)), None)
