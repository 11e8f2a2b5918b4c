"""What a person typed about tags, session days and target rank → what is stored of them."""

import re
import unicodedata
from collections.abc import Collection

from sunwi.domain.session import DEFAULT_SESSION_DAYS, MAX_SESSION_DAYS, MIN_SESSION_DAYS
from sunwi.domain.spreadsheet_formula import find_formula
from sunwi.domain.tag import check_tag_count, normalise_tag
from sunwi.domain.tracking import MAX_TARGET_RANK, NewTracking, TrackingTerms
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput

_SEPARATORS = re.compile(r"[,;|\n]")


def parse_tags(text: str) -> frozenset[str]:
    """Read tags, separated by `,` `;` `|` or a new line; none is none.

    Raises:
        InvalidInput: One cannot be used, or there are too many.
    """
    tags = frozenset(_parse_tag(part) for part in _SEPARATORS.split(text) if part.strip())
    check_tag_count(len(tags))
    return tags


def _parse_tag(text: str) -> str:
    tag = normalise_tag(text)
    if reason := find_formula(tag):
        raise InvalidInput(
            f"the tag {quote(tag)} would run as a formula in a spreadsheet ({reason}): write it without the first sign",
            code="tag_is_formula",
            tag=tag,
        )
    return tag


def parse_session_days(text: str) -> int:
    """Read how many exposed days a session sells, `10` or `10일`; nothing means the default.

    Raises:
        InvalidInput: It is no number from `MIN_SESSION_DAYS` to `MAX_SESSION_DAYS`.
    """
    days = _parse_number(text, unit="일")
    if days is None:
        return DEFAULT_SESSION_DAYS
    if not MIN_SESSION_DAYS <= days <= MAX_SESSION_DAYS:
        raise InvalidInput(
            f"the session days (회차 일수) {quote(text.strip())} are no number from {MIN_SESSION_DAYS} to "
            f"{MAX_SESSION_DAYS}: write how many exposed days a session sells",
            code="session_days_unusable",
            text=text.strip(),
            least=MIN_SESSION_DAYS,
            most=MAX_SESSION_DAYS,
        )
    return days


def parse_target_rank(text: str) -> int | None:
    """Read the worst rank that was promised, `5` or `5위`; nothing means none was.

    Raises:
        InvalidInput: It is no number from 1 to `MAX_TARGET_RANK`.
    """
    rank = _parse_number(text, unit="위")
    if rank is not None and not 1 <= rank <= MAX_TARGET_RANK:
        raise InvalidInput(
            f"the target rank (목표 순위) {quote(text.strip())} is no number from 1 to {MAX_TARGET_RANK}: write the "
            "worst rank that was promised, or nothing",
            code="target_rank_unusable",
            text=text.strip(),
            most=MAX_TARGET_RANK,
        )
    return rank


def _parse_number(text: str, *, unit: str) -> int | None:
    """Read a whole number, with or without its unit; None of nothing, -1 of what is none."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).removesuffix(unit)
    if not text.strip():
        return None
    return int(plain) if re.fullmatch(r"[0-9]{1,4}", plain) else -1


def name_differences(wanted: NewTracking, stored: TrackingTerms, stored_tags: Collection[str]) -> tuple[str, ...]:
    """Name the fields in which a tracking that is there already differs from the one that was to be stored.

    What the new one leaves open, a rank or tags, is no difference; what counts as exposed is told apart.
    """
    differs = {
        "session_days": wanted.session_days != stored.session_days,
        "target_rank": wanted.target_rank is not None and wanted.target_rank != stored.target_rank,
        "tags": not wanted.tags <= set(stored_tags),
    }
    return tuple(name for name, is_other in differs.items() if is_other)
