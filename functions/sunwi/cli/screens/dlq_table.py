"""Dead letters as people read them, grouped by their cause."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from rich.console import Console

from sunwi.cli.screens.terminal import table_of
from sunwi.domain.dead_letter import DeadLetter
from sunwi.domain.failure import FailureCause
from sunwi.wording.dead_letters.dead_letter_documents import count_trackings
from sunwi.wording.failure_words import failure_words
from sunwi.wording.labels import FAILURE_CAUSES, QUEUES, TASK_STATES

#: Different reasons that are told of one cause.
_REASONS_SHOWN = 5

_HEADINGS = ("배치", "추적?", "키워드*?", "시도", "수신", "경과*", "현재*?")


def show_group(console: Console, cause: FailureCause, letters: Sequence[DeadLetter], *, now: datetime) -> None:
    """Print the letters of one cause, each of their reasons once above them."""
    trackings = count_trackings(letters)
    told = f" (추적 {trackings}건)" if 0 < trackings < len(letters) else ""
    console.print(f"{FAILURE_CAUSES[cause]} {len(letters)}건{told}")
    reasons = Counter(failure_words(cause, letter.reason) for letter in letters).most_common()
    for reason, count in reasons[:_REASONS_SHOWN]:
        console.print(f"  사유: {reason}" if len(reasons) == 1 else f"  사유 ({count}건): {reason}")
    if len(reasons) > _REASONS_SHOWN:
        console.print(f"  외 사유 {len(reasons) - _REASONS_SHOWN}가지 (모두 보기: --json)")
    console.print(table_of(_HEADINGS, [_cells(letter, now=now) for letter in letters]))


def _cells(letter: DeadLetter, *, now: datetime) -> list[object]:
    receipt, history = letter.message.receipt, letter.history
    return [
        letter.run_id or f"- ({QUEUES[letter.queue]})",
        letter.tracking_id or "-",
        history.keyword if history else "-",
        history.attempts if history else 0,
        receipt.receive_count,
        describe_age(now - receipt.sent_at),
        _describe_now(letter),
    ]


def _describe_now(letter: DeadLetter) -> str:
    """Describe how the task stands by now, which decides what a redrive would do."""
    if letter.history is None:
        return "-"
    if letter.history.is_late:
        return "마감 후 측정됨"
    return TASK_STATES[letter.history.state]


def describe_age(age: timedelta) -> str:
    """Write how long ago something was, in its two largest units."""
    minutes = max(0, int(age.total_seconds()) // 60)
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days}일 {hours}시간"
    return f"{hours}시간 {minutes % 60}분" if hours else f"{minutes}분"
