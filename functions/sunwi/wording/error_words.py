"""What an error says to a person: Korean, whoever raised it; JSON and logs have the English."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from inspect import signature
from string import Formatter
from typing import Any

from typing_extensions import override

from sunwi.domain.actor import Role
from sunwi.domain.failure import FailureCause, cause_of
from sunwi.domain.job import JobState
from sunwi.domain.job_priority import Priority
from sunwi.domain.notice import NoticeState
from sunwi.domain.schedule import KST
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput, SunwiError
from sunwi.service.trackings.parse_areas import AREA_NAMES
from sunwi.wording.accounts.account_words import ROLES
from sunwi.wording.error_sentences import SENTENCES
from sunwi.wording.evaluation.threshold_words import THRESHOLDS
from sunwi.wording.failure_words import failure_words
from sunwi.wording.jobs.job_words import JOB_STATES, PRIORITIES, work_words
from sunwi.wording.labels import KINDS
from sunwi.wording.link_words import LINK_FORMS, WANTED_LINKS
from sunwi.wording.notices.notice_labels import NOTICE_STATES
from sunwi.wording.vendor_words import aws_words

#: Causes of what is no page's doing, and says in its own words what is wrong.
_OF_NO_PAGE = frozenset({FailureCause.OTHER, FailureCause.UNUSABLE, FailureCause.BAD_MESSAGE})

#: Fields of a tracking, as the columns of a file are named.
_FIELDS = {
    "kind": "유형",
    "keyword": "키워드",
    "surface": "화면",
    "device": "기기",
    "client": "광고주",
    "agency": "업체",
}

_AREAS = {area.value: names[0] for area, names in AREA_NAMES.items()}


def find_words(error: SunwiError, sentences: Mapping[str, str | Callable[..., str]] = SENTENCES) -> str | None:
    """Describe an error in Korean, if anything is known of it.

    One of a page has no sentence of its own: its class says what happened, and its English text adds status or code.

    Args:
        error: Of Sunwi's.
        sentences: By code.
    """
    if isinstance(error, InvalidInput) and error.problems:
        return "; ".join(error_words(problem) for problem in error.problems)
    if (sentence := sentences.get(error.code)) is not None:
        return fill_sentence(sentence, error.fields)
    if (cause := cause_of(error)) not in _OF_NO_PAGE:
        return failure_words(cause, str(error))
    return None


def error_words(error: SunwiError) -> str:
    """Describe an error in Korean, and in its own words where nothing is known of it."""
    return find_words(error) or str(error)


def fill_sentence(sentence: str | Callable[..., str], fields: Mapping[str, Any]) -> str:
    """Put an error's fields in a sentence of a table.

    Args:
        sentence: Text with `{field}`, `{field:word}` or Python's own formats; or what builds one of its named fields.
        fields: Of the error.
    """
    if isinstance(sentence, str):
        return _SentenceFormatter().vformat(sentence, (), fields)
    return sentence(**{name: fields[name] for name in signature(sentence).parameters if name in fields})


class _SentenceFormatter(Formatter):
    """Knows the words that may stand behind a field's colon."""

    @override
    def format_field(self, value: Any, format_spec: str) -> str:
        words = WORDS_OF_FIELDS.get(format_spec)
        return str(super().format_field(value, format_spec)) if words is None else words(value)


def _kst(at: datetime) -> str:
    return f"{at.astimezone(KST):%m-%d %H:%M}"


def _kst_time(at: datetime) -> str:
    return f"{at.astimezone(KST):%Y-%m-%d %H:%M:%S} KST"


def _joined(texts: Iterable[str]) -> str:
    return ", ".join(texts)


def _areas(codes: Iterable[str]) -> str:
    return _joined(_AREAS.get(code, code) for code in codes)


def _priority(name: str) -> str:
    return PRIORITIES[Priority[name.upper()]]


#: What may stand behind a field's colon, and what it makes of the field.
WORDS_OF_FIELDS: Mapping[str, Callable[[Any], str]] = {
    "areas": _areas,
    "aws": aws_words,
    "error": error_words,
    "field": _FIELDS.__getitem__,
    "job_state": lambda state: JOB_STATES[JobState(state)],
    "join": _joined,
    "kind": KINDS.__getitem__,
    "kst": _kst,
    "kst_time": _kst_time,
    "link_form": LINK_FORMS.__getitem__,
    "notice_state": lambda state: NOTICE_STATES[NoticeState(state)],
    "or_none": lambda value: str(value or "없음"),
    "paste": WANTED_LINKS.__getitem__,
    "priorities": lambda names: _joined(map(_priority, names)),
    "priority": _priority,
    "quote": quote,
    "role": lambda role: ROLES[Role(role)],
    "threshold": THRESHOLDS.__getitem__,
    "work": work_words,
}
