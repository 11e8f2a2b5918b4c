"""What is wrong with a command as it was typed, in Korean; Typer says it in English."""

import re

from typer import TyperException

#: What Typer says, and what it means; the groups of the first match fill the fields.
_USAGE = (
    (r"No such command '(.*)'\. Did you mean (.+)\?", "'{}'이라는 명령은 없습니다 (혹시 {}?)"),
    (r"No such command '(.*)'", "'{}'이라는 명령은 없습니다"),
    (r"No such option: (\S+) \(Possible options: (.+)\)", "{} 옵션은 없습니다 (혹시 {}?)"),
    (r"No such option: (.+)", "{} 옵션은 없습니다"),
    (r"Missing command", "할 일을 쓰지 않았습니다"),
    (r"Missing (?:argument|option|parameter) '(.*?)'", "{}을(를) 쓰지 않았습니다"),
    (r"unexpected extra arguments?(?:\(s\))? \((.*)\)", "필요 없는 말이 더 있습니다: {}"),
    (r"Option '(.*?)' does not take a value", "{} 옵션에는 값을 쓰지 않습니다"),
    (r"Option '(.*?)' requires", "{} 옵션의 값을 쓰지 않았습니다"),
)

_OF_A_VALUE = re.compile(r"Invalid value(?: for '(.*?)')?: (.*)", re.DOTALL)

#: The same of what Typer says about one value.
_VALUE = (
    (r"greater than or equal to (\S+)", "{} 이상의 값을 쓰세요"),
    (r"less than or equal to (\S+)", "{} 이하의 값을 쓰세요"),
    (r"valid integer", "정수를 쓰세요"),
    (r"valid number|finite", "숫자를 쓰세요"),
    (r"'(.*)' is not one of (.+?)\.?$", "'{}'은(는) 없습니다. {} 가운데 하나를 쓰세요"),
    (r"'(.*)' does not match the formats? '%Y-%m-%d'", "'{}'은(는) 날짜가 아닙니다. 2026-01-02처럼 쓰세요"),
    (r"'(.*)' does not exist", "'{}'이(가) 없습니다"),
    (r"'(.*)' is a directory", "'{}'은(는) 폴더입니다. 파일을 쓰세요"),
    (r"'(.*)' is a file", "'{}'은(는) 파일입니다. 폴더를 쓰세요"),
    (r"'(.*)' is not readable", "'{}'을(를) 읽을 권한이 없습니다"),
    (r"'(.*)' is not writable", "'{}'에 쓸 권한이 없습니다"),
)


def usage_words(error: TyperException, command: str = "sunwi") -> str:
    """Describe what is wrong with what was typed, and where to read how it is written.

    Args:
        error: Typer's.
        command: As far as it was understood, `sunwi runs list` for instance.
    """
    message = error.format_message()
    found = _OF_A_VALUE.match(message)
    if found:
        name, said = found.groups()
        told = f"{name or '입력'} 값을 쓸 수 없습니다: {_translate(_VALUE, said) or '값을 확인하세요'}"
    else:
        told = _translate(_USAGE, message) or "명령을 이해하지 못했습니다"
    return f"{told} (사용법: {command} --help)"


def _translate(table: tuple[tuple[str, str], ...], text: str) -> str | None:
    for sign, meaning in table:
        if found := re.search(sign, text, re.DOTALL):
            return meaning.format(*found.groups())
    return None
