"""What is wrong with a setting, in English and Korean."""

from pydantic import ValidationError

from sunwi.errors import ConfigurationError

#: What a value must be, by the type of pydantic's error; `{}` fields are of its context.
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
    "literal_error": "{expected} 가운데 하나를 쓰세요",
}


def describe_setting_problem(error: ValidationError) -> ConfigurationError:
    """Name the first variable whose value cannot be used, and what it should be."""
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"]).upper() or "the settings"
    given = first.get("input")
    context = {key: str(value).replace(" or ", ", ") for key, value in first.get("ctx", {}).items()}
    wanted = _WANTED.get(first["type"], "값을 확인하세요").format_map(context)
    return ConfigurationError(
        f"{name}: {first['msg']} (it is {given!r})", korean=f"{name} 값 {given!r}을(를) 쓸 수 없습니다: {wanted}"
    )
