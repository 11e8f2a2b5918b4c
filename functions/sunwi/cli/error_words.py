"""What an error says on a screen: Korean, whoever raised it; JSON and logs have the English."""

from typer import TyperException

from sunwi.cli.usage_words import usage_words
from sunwi.domain.failure import FailureCause, cause_of
from sunwi.errors import SunwiError
from sunwi.wording.failure_words import failure_words

#: Causes of what is no page's doing, and says in its own words what is wrong.
_OF_NO_PAGE = frozenset({FailureCause.OTHER, FailureCause.UNUSABLE, FailureCause.BAD_MESSAGE})


def korean_of(error: Exception, *, command: str = "sunwi") -> str:
    """Describe an error in Korean.

    One of a page has no Korean of its own: its class says what happened, and its English text adds status or code.

    Args:
        error: Of Sunwi's, or Typer's.
        command: As far as it was understood, for how it is written.
    """
    if isinstance(error, TyperException):
        return usage_words(error, command)
    if isinstance(error, SunwiError) and error.has_korean:
        return error.korean
    if (cause := cause_of(error)) not in _OF_NO_PAGE:
        return failure_words(cause, str(error))
    return f"{type(error).__name__} 오류입니다 (영문 내용: --json)"
