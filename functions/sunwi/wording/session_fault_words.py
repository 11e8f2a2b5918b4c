"""What is wrong with a session that the rules cannot explain."""

from sunwi.domain.session_fault import SessionFault, SessionFaultKind

_WORDS = {
    SessionFaultKind.NOT_BEGUN: "추적은 아직 {current}회차인데 이 회차의 기록이 있습니다",
    SessionFaultKind.SKIPPED: "건너뛴 회차가 있습니다 (추적은 {current}회차)",
    SessionFaultKind.OVER_FULL: "노출 {counted}일이 집계되어 {length}일을 넘었습니다",
    SessionFaultKind.WITHHELD: "노출 {counted}/{length}일인데 초과 노출로 표시된 날이 {over}일 있습니다",
    SessionFaultKind.CLOSED_EARLY: "정정 없이 노출 {counted}/{length}일로 끝났습니다",
    SessionFaultKind.STILL_OPEN: "정정 없이 노출 {counted}/{length}일이 찼는데 다음 회차로 넘어가지 않았습니다",
}


def fault_words(fault: SessionFault) -> str:
    """Name a session, and what is wrong with it, in Korean."""
    sums = fault.sums
    wrong = _WORDS[fault.kind].format(
        counted=sums.counted, over=sums.over_exposed, current=sums.current, length=sums.session_days
    )
    return f"추적 {sums.tracking_id}번 {sums.number}회차: {wrong}"


def name_fault(fault: SessionFault) -> str:
    """Name a session, and what is wrong with it, in English."""
    sums = fault.sums
    return (
        f"tracking {sums.tracking_id} session {sums.number} is {fault.kind}: {sums.counted} days count, "
        f"{sums.over_exposed} do not"
    )
