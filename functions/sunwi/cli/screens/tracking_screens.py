"""A tracking: its history, session by session, and what was changed of it."""

from collections import Counter
from collections.abc import Sequence

from rich.box import SQUARE
from rich.console import Console
from rich.table import Table

from sunwi.cli.screens.observation_screens import show_observations_beside_ledger
from sunwi.cli.screens.terminal import open_console
from sunwi.domain.matching import MatchedBy
from sunwi.domain.session import LedgerRow
from sunwi.domain.tracking import Tracking, TrackingStatus
from sunwi.service.trackings.show_tracking import SessionHistory, TrackingHistory
from sunwi.wording.failure_words import failure_words
from sunwi.wording.labels import (
    DEVICES,
    KINDS,
    SURFACES,
    TRACKING_STATUSES,
    area_words,
    counting_words,
    describe_counted,
    sold_words,
)
from sunwi.wording.plain_text import plain

_BOXES_PER_LINE = 5


def show_status_change(before: Sequence[Tracking], status: TrackingStatus) -> None:
    """Print what was paused, resumed or ended."""
    for tracking in before:
        change = f"{TRACKING_STATUSES[tracking.status]} → {TRACKING_STATUSES[status]}"
        open_console().print(plain(f"추적 {tracking.id}번 ({tracking.keyword}): {change}"))


def show_counting(trackings: Sequence[Tracking]) -> None:
    """Print what counts for trackings from now on."""
    for tracking in trackings:
        terms = f"집계 {counting_words(tracking.counting)}{sold_words(tracking)}"
        now = f"추적 {tracking.id}번 ({tracking.keyword}): {terms}"
        open_console().print(plain(f"{now} (다음 조회부터, 지난 기록은 그대로)"))


def show_history(history: TrackingHistory) -> None:
    """Print a tracking's sessions, each as a box per day it sells and what lies between them."""
    tracking = history.tracking
    console = open_console()
    console.print(plain(f"추적 {tracking.id}번  {KINDS[tracking.target.kind]}  {tracking.keyword}"))
    console.print(plain(f"대상 {tracking.target_url}"))
    where = f"{SURFACES[tracking.surface]} {DEVICES[tracking.device]}"
    owners = f"광고주 {tracking.client or '-'}, 업체 {tracking.agency or '-'}"
    console.print(plain(f"{where}, {owners}, 상태 {TRACKING_STATUSES[tracking.status]}"))
    console.print(plain(f"집계 {counting_words(tracking.counting)}{sold_words(tracking)}"))
    if history.tags:
        console.print(plain(f"태그 {', '.join(history.tags)}"))
    if history.expected_finish is not None:
        console.print(f"이번 회차 종료 예정 {history.expected_finish:%Y-%m-%d} (이번 회차의 노출 비율대로라면)")
    for session in reversed(history.sessions):
        _show_session(console, session)
    for correction in history.corrections:
        old = describe_counted(correction.old.rank, counts=correction.old_counts)
        new = describe_counted(correction.new.rank, counts=correction.new_counts)
        readers = f"판독기 {correction.old_parser_version} → {correction.new_parser_version}"
        console.print(plain(f"정정 {correction.date:%m-%d}: {old} → {new} ({readers}, {correction.reason})"))
    show_observations_beside_ledger(console, history.observations_beside_ledger)


def _show_session(console: Console, session: SessionHistory) -> None:
    state = "부족" if session.is_short else "완료" if session.is_closed or session.is_full else "진행"
    console.print(f"\n{session.number}회차 ({state})  노출 {len(session.exposed)}/{session.session_days}일")
    boxes = [f"{row.date:%m-%d} {row.rank}위{' 묶음' if _is_bundled(row) else ''}" for row in session.exposed]
    boxes += ["·"] * (session.session_days - len(boxes))
    grid = Table(box=SQUARE, show_header=False, show_lines=True)
    for _ in range(_BOXES_PER_LINE):
        grid.add_column(justify="center", min_width=10, no_wrap=True)
    for start in range(0, len(boxes), _BOXES_PER_LINE):
        grid.add_row(*boxes[start : start + _BOXES_PER_LINE])
    console.print(grid)
    if areas := Counter(row.area for row in session.exposed if row.area):
        days = ", ".join(f"{area_words(area)} {count}일" for area, count in areas.most_common())
        console.print(plain(f"노출 영역: {days}"))
    if over := ", ".join(f"{row.date:%m-%d} {row.rank}위" for row in session.over_exposed):
        console.print(f"초과 노출 {len(session.over_exposed)}일 (집계하지 않음): {over}")
    missed = ", ".join(f"{row.date:%m-%d} ({row.depth}칸 확인{_describe_near(row)})" for row in session.not_exposed)
    console.print(f"미노출 {len(session.not_exposed)}일{': ' if missed else ''}{missed}")
    console.print(f"미측정 {len(session.not_measured)}일")
    for day in session.not_measured:
        why = failure_words(day.failure.cause, day.failure.reason) if day.failure else "배치 기록이 없습니다"
        console.print(f"  {day.date:%m-%d} {why}")


def _is_bundled(row: LedgerRow) -> bool:
    return row.matched_by == MatchedBy.BUNDLED


def _describe_near(row: LedgerRow) -> str:
    """Describe where the target stood without counting, if it did."""
    if row.near_area is None or row.matched_by not in {MatchedBy.ELSEWHERE, MatchedBy.BUNDLED}:
        return ""
    how = "다른 글에 묶임" if _is_bundled(row) else "다른 영역"
    return f", {how} {area_words(row.near_area)} {row.near_rank}위"
