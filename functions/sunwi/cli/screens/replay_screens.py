"""What `sunwi serp replay` prints, for people and as JSON.

Source: docs/serp-json.md.
"""

from typing import Any

from sunwi.cli.screens.terminal import add_row, new_table, open_console
from sunwi.domain.correction import LedgerStatement, StoredObservation
from sunwi.domain.failure import FailureCause
from sunwi.service.ledger.replay_run import Change, ReplayReport, Unread
from sunwi.wording.documents import finding_document
from sunwi.wording.failure_words import failure_words
from sunwi.wording.plain_text import plain
from sunwi.wording.reason_words import reason_words


def replay_document(report: ReplayReport) -> dict[str, Any]:
    """Write a replay."""
    return {
        "run_id": report.run_id,
        "parser_version": report.parser_version,
        "is_applied": report.is_applied,
        "readings": report.readings,
        "looks": report.looks,
        "changes": [_change_document(change) for change in report.changes],
        "unreadable": [
            {**_observation_document(unread.observation), "reason": unread.reason} for unread in report.unread
        ],
        "short": [
            {
                "tracking_id": session.tracking_id,
                "session": session.number,
                "exposed": session.exposed,
                "session_days": session.session_days,
            }
            for session in report.short
        ],
    }


def show_replay(report: ReplayReport) -> None:
    """Print what changed, or would."""
    console = open_console()
    console.print(
        plain(
            f"배치 {report.run_id}: 판독 {report.readings}건을 판독기 {report.parser_version}(으)로 다시 읽었습니다, "
            f"관측 {report.looks}건"
        )
    )
    if report.changes:
        table = new_table("추적", "키워드*", "날짜", "저장된 결과*", "다시 읽은 결과*", "판독기*", "정정")
        for change in report.changes:
            observation = change.observation
            add_row(
                table,
                observation.tracking.id,
                observation.tracking.keyword,
                observation.date,
                "미측정" if observation.found is None else _describe(observation.found),
                _describe(change.now),
                f"{observation.parser_version} → {report.parser_version}",
                _describe_state(change),
            )
        console.print(table)
    for change in report.changes:
        if change.counts_instead:
            day, tracking_id = change.observation.date, change.observation.tracking.id
            console.print(f"추적 {tracking_id}번: {day} 대신 초과 노출이던 {change.counts_instead}을(를) 집계")
    for unread in report.unread:
        observation = unread.observation
        console.print(
            plain(
                f"다시 읽을 수 없음: 추적 {observation.tracking.id}번 {observation.date} ({_describe_unread(unread)})"
            )
        )
    for session in report.short:
        days = f"노출 {session.exposed}/{session.session_days}일"
        console.print(f"부족: 추적 {session.tracking_id}번 {session.number}회차, {days}")
    console.print(_describe_counts(report))


def _describe_counts(report: ReplayReport) -> str:
    applied = sum(change.is_applied for change in report.changes)
    waiting = sum(change.can_apply for change in report.changes) - applied
    counts = f"달라진 관측 {len(report.changes)}건, 다시 읽을 수 없음 {len(report.unread)}건"
    if report.is_applied:
        return f"{counts}; 장부 정정 {applied}건"
    return f"{counts}; 정정할 장부 {waiting}건 (--apply 로 정정)" if waiting else f"{counts}; 정정할 장부 없음"


def _describe_unread(unread: Unread) -> str:
    """Describe why in Korean: by the page's fault, or because there is no page."""
    is_of_page = unread.cause is not FailureCause.OTHER
    return failure_words(unread.cause, unread.reason) if is_of_page else reason_words(unread.reason)


def _describe_state(change: Change) -> str:
    if not change.can_apply:
        return "장부에 없음"
    state = "정정함" if change.is_applied else "정정 가능"
    return f"{state}, 초과 노출" if change.is_over_exposed else state


def _describe(finding: LedgerStatement) -> str:
    if finding.rank is None:
        return f"미노출 ({finding.depth}개까지 확인)"
    return f"{finding.rank}위 ({finding.area}, 페이지 {finding.page_rank}번째)"


def _change_document(change: Change) -> dict[str, Any]:
    observation = change.observation
    return {
        **_observation_document(observation),
        "old": finding_document(observation.found) if observation.found else None,
        "new": finding_document(change.now),
        "old_parser_version": observation.parser_version,
        "in_ledger": change.can_apply,
        "is_applied": change.is_applied,
        "counts": change.counts,
        "counts_instead": change.counts_instead.isoformat() if change.counts_instead else None,
    }


def _observation_document(observation: StoredObservation) -> dict[str, Any]:
    return {
        "tracking_id": observation.tracking.id,
        "keyword": observation.tracking.keyword,
        "target": observation.tracking.target.id,
        "date": observation.date.isoformat(),
        "page_reading_id": observation.page_reading_id,
    }
