"""What an error says on a screen and in JSON: its message, and what a command can do about it."""

from typer import TyperException

from sunwi.cli.command_sentences import COMMAND_SENTENCES
from sunwi.cli.remedies import REMEDIES
from sunwi.cli.usage_words import usage_words
from sunwi.errors import InvalidInput, SunwiError
from sunwi.wording.error_sentences import SENTENCES
from sunwi.wording.error_words import fill_sentence, find_words

_SENTENCES = {**SENTENCES, **COMMAND_SENTENCES}


def korean_of(error: Exception, *, command: str = "sunwi") -> str:
    """Describe an error in Korean.

    Args:
        error: Of Sunwi's, or Typer's.
        command: As far as it was understood, for how it is written.
    """
    if isinstance(error, TyperException):
        return usage_words(error, command)
    if isinstance(error, InvalidInput) and error.problems:
        return "; ".join(korean_of(problem) for problem in error.problems)
    if isinstance(error, SunwiError) and (words := find_words(error, _SENTENCES)) is not None:
        remedy = REMEDIES.get(error.code)
        return words if remedy is None else words + fill_sentence(remedy.korean, error.fields)
    return f"{type(error).__name__} 오류입니다 (영문 내용: --json)"


def english_of(error: Exception) -> str:
    """Describe an error in English, for JSON.

    Args:
        error: Of Sunwi's, or Typer's.
    """
    if isinstance(error, TyperException):
        return str(error.format_message())
    if isinstance(error, InvalidInput) and error.problems:
        return "; ".join(map(english_of, error.problems))
    remedy = REMEDIES.get(error.code) if isinstance(error, SunwiError) else None
    if remedy is None or not isinstance(error, SunwiError):
        return str(error)
    return str(error) + fill_sentence(remedy.english, error.fields)
