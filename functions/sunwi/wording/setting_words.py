"""What a setting must be, in Korean."""

from collections.abc import Mapping

#: By the type of pydantic's error; `{}` fields are of its context.
_WANTED = {
    "greater_than": "{gt}보다 큰 값을 쓰세요",
    "greater_than_equal": "{ge} 이상의 값을 쓰세요",
    "less_than": "{lt}보다 작은 값을 쓰세요",
    "less_than_equal": "{le} 이하의 값을 쓰세요",
    "int_parsing": "정수를 쓰세요",
    "int_from_float": "정수를 쓰세요",
    "float_parsing": "숫자를 쓰세요",
    "finite_number": "유한한 숫자를 쓰세요",
    "bool_parsing": "true나 false를 쓰세요",
    "string_pattern_mismatch": "name@company.co.kr 처럼 메일 주소 하나를 쓰세요",
    "literal_error": "{expected} 가운데 하나를 쓰세요",
}


def setting_words(*, setting: str, given: object, rule: str, limits: Mapping[str, str]) -> str:
    """Describe which value cannot be used, and what it should be.

    Args:
        setting: The variable's name.
        given: Its value.
        rule: Type of pydantic's error.
        limits: Context of pydantic's error.
    """
    wanted = _WANTED.get(rule, "값을 확인하세요")
    listed = {name: limit.replace(" or ", ", ") for name, limit in limits.items()}
    return f"{setting} 값 {given!r}을(를) 쓸 수 없습니다: {wanted.format_map(listed)}"
