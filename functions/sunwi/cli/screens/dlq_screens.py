"""What `sunwi dlq` prints, for people and as JSON."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.console import Console

from sunwi.cli.error_words import english_of, korean_of
from sunwi.cli.screens.dlq_table import show_group
from sunwi.cli.screens.terminal import open_console, show_json
from sunwi.domain.dead_letter import DeadLetter, QueueName
from sunwi.domain.failure import FailureCause
from sunwi.errors import Retryable
from sunwi.service.dead_letters.redrive_dead_letters import RedriveOrder, RedriveReport
from sunwi.service.dead_letters.view_dead_letters import DeadLetterReport
from sunwi.service.ports.dead_letters import Move, MoveStatus
from sunwi.wording.dead_letters.dead_letter_documents import (
    causes_document,
    count_trackings,
    move_document,
    queue_document,
    report_document,
)
from sunwi.wording.labels import FAILURE_CAUSES, MOVE_STATUSES, QUEUES
from sunwi.wording.plain_text import plain
from sunwi.wording.vendor_words import aws_words


@dataclass(frozen=True, slots=True, kw_only=True)
class RedriveResult:
    """How the redrive of one queue ended: by SQS itself, message by message, or not at all."""

    queue: QueueName
    move: Move | None = None
    report: RedriveReport | None = None
    error: Retryable | None = None

    @property
    def is_well(self) -> bool:
        """Whether everything that was asked for was sent back."""
        if self.move is not None:
            return self.move.status is MoveStatus.COMPLETED
        return self.report is not None and self.report.error is None and self.report.refused == 0


def show_list(reports: Sequence[DeadLetterReport], *, now: datetime) -> None:
    """Print what was seen, the most frequent cause first."""
    console = open_console()
    letters = [letter for report in reports for letter in report.letters]
    for cause, _count in _by_cause(letters):
        show_group(console, cause, [letter for letter in letters if letter.cause is cause], now=now)
    if letters:
        console.print(f"모두 메시지 {len(letters)}건, 추적 {count_trackings(letters)}건")
    _show_counts(console, reports)


def show_plan(reports: Sequence[DeadLetterReport], order: RedriveOrder, *, as_json: bool) -> None:
    """Print what a redrive would send back."""
    wanted = [letter for report in reports for letter in report.letters if order.wants(letter)]
    limit = order.limit
    count = sum(
        min(sum(order.wants(letter) for letter in report.letters), limit or len(report.letters)) for report in reports
    )
    if as_json:
        document = {"queues": [queue_document(report) for report in reports], "causes": causes_document(wanted)}
        show_json({"is_dry_run": True, "per_second": order.per_second, "would_send": count, **document})
        return
    console = open_console()
    for cause, number in _by_cause(wanted):
        console.print(f"{FAILURE_CAUSES[cause]} {number}건")
    minutes = count / order.per_second / 60
    console.print(f"다시 보낼 메시지 {count}건 (초당 {order.per_second:.2g}건이면 약 {minutes:.1f}분)")
    _show_counts(console, reports)


def show_results(results: Sequence[RedriveResult], order: RedriveOrder, *, as_json: bool) -> None:
    """Print what was sent back, queue by queue."""
    if as_json:
        show_json({"per_second": order.per_second, "queues": [_result_document(result) for result in results]})
    for result in results:
        console = open_console(is_error=not result.is_well)
        if not as_json or not result.is_well:
            console.print(plain(f"{QUEUES[result.queue]} 대기열: {_describe(result)}"))
    if not as_json:
        open_console().print("결과 확인: sunwi runs show RUN (마감 후 측정), sunwi dlq list")


def show_moves(moves: Mapping[QueueName, Move | None], *, as_json: bool) -> None:
    """Print the latest move of each queue."""
    if as_json:
        show_json({"moves": [{"queue": name.value, **move_document(move)} for name, move in moves.items() if move]})
        return
    for name, move in moves.items():
        told = "SQS가 옮긴 기록이 없습니다" if move is None else _describe_move(move)
        open_console().print(plain(f"{QUEUES[name]} 대기열: {told}"))


def _show_counts(console: Console, reports: Sequence[DeadLetterReport]) -> None:
    for report in reports:
        console.print(f"{QUEUES[report.queue]} 대기열: 약 {report.about}건 중 {len(report.letters)}건 확인")
        if report.left and report.is_end_reached:
            console.print(f"  약 {report.left}건은 다른 곳에서 읽는 중이라 보지 못했습니다; 잠시 뒤 다시 실행하세요")
        elif not report.is_end_reached:
            console.print(f"  약 {report.left}건은 읽지 않았습니다 (더 보기: --limit)")
        if report.still_hidden:
            console.print(f"  {report.still_hidden}건은 1분 안에 다시 나타납니다")


def _by_cause(letters: Sequence[DeadLetter]) -> list[tuple[FailureCause, int]]:
    return Counter(letter.cause for letter in letters).most_common()


def _result_document(result: RedriveResult) -> dict[str, Any]:
    common = {"queue": result.queue.value, "is_well": result.is_well}
    if result.move is not None:
        return {**common, "method": "move", **move_document(result.move)}
    report = result.report
    if report is None:
        return {**common, "method": None, "error": None if result.error is None else english_of(result.error)}
    return {**common, **report_document(report, describe=english_of)}


def _describe(result: RedriveResult) -> str:
    if result.move is not None:
        return _describe_move(result.move)
    report = result.report
    if report is None:
        return f"다시 보내지 못했습니다: {korean_of(result.error) if result.error else '-'}"
    told = [f"{report.moved.total()}건을 다시 보냈습니다"]
    told += [f"그대로 둔 {report.kept}건"] if report.kept else []
    told += [f"복사만 되고 남은 {report.doubled}건 (두 번 측정되지 않습니다)"] if report.doubled else []
    told += [f"대기열이 거절한 {report.refused}건"] if report.refused else []
    told += [f"중단됨: {korean_of(report.error)}"] if report.error else []
    return ", ".join(told)


def _describe_move(move: Move) -> str:
    """Describe how a move of SQS's own ended, and what to do when SQS does not know where messages came from."""
    total = "?" if move.to_move is None else move.to_move
    told = f"SQS 이동 {MOVE_STATUSES[move.status]}, {total}건 중 {move.moved}건"
    if move.failure and "CouldNotDetermineMessageSource" in move.failure:
        return f"{told}: SQS가 메시지의 원래 대기열을 모릅니다 (한 건씩 보내기: sunwi dlq redrive --rate 0.5)"
    return f"{told}: {aws_words(move.failure)} (영문 내용: --json)" if move.failure else told
