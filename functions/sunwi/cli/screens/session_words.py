"""What the doctor says of sessions that the rules cannot explain."""

from collections.abc import Sequence

from sunwi.domain.session_fault import SessionFault, SessionFaultKind

#: Sessions that one message names before it says that there are more.
_NAMED = 10

_RECOUNT = "청구 내역과 대조한 뒤 sunwi trackings recount {id} 로 바뀔 날을 보고 --apply 로 고치세요"
_COMPARE = "데이터베이스를 직접 고친 적이 있는지 확인하고, sunwi trackings show {id} 를 백업과 대조하세요"

#: What is wrong, and what to do.
_WORDS = {
    SessionFaultKind.NOT_BEGUN: ("추적은 아직 {current}회차인데 이 회차의 기록이 있습니다", _COMPARE),
    SessionFaultKind.SKIPPED: ("건너뛴 회차가 있습니다 (추적은 {current}회차)", _COMPARE),
    SessionFaultKind.OVER_FULL: ("노출 {counted}일이 집계되어 {length}일을 넘었습니다", _RECOUNT),
    SessionFaultKind.WITHHELD: (
        "노출 {counted}/{length}일인데 초과 노출로 표시된 날이 {over}일 있습니다",
        _RECOUNT,
    ),
    SessionFaultKind.CLOSED_EARLY: ("정정 없이 노출 {counted}/{length}일로 끝났습니다", _COMPARE),
    SessionFaultKind.STILL_OPEN: (
        "정정 없이 노출 {counted}/{length}일이 찼는데 다음 회차로 넘어가지 않았습니다",
        "다음 측정 때 넘어갑니다. 지금 넘기려면 sunwi runs start --tracking {id} 로 측정하세요",
    ),
}


def describe_faults(faults: Sequence[SessionFault]) -> str:
    """Name each session, what is wrong with it, and what to do; the first ten in full, and how many more there are."""
    named = " / ".join(_describe(fault) for fault in faults[:_NAMED])
    return f"{named} / 외 {len(faults) - _NAMED}건" if len(faults) > _NAMED else named


def name_faults(faults: Sequence[SessionFault]) -> str:
    """Name each session and what is wrong with it, for programs."""
    return "; ".join(
        f"tracking {sums.tracking_id} session {sums.number} is {fault.kind}: {sums.counted} days count, "
        f"{sums.over_exposed} do not"
        for fault in faults
        for sums in (fault.sums,)
    )


def _describe(fault: SessionFault) -> str:
    sums = fault.sums
    values = {
        "id": sums.tracking_id,
        "counted": sums.counted,
        "over": sums.over_exposed,
        "current": sums.current,
        "length": sums.session_days,
    }
    wrong, remedy = (words.format(**values) for words in _WORDS[fault.kind])
    return f"추적 {sums.tracking_id}번 {sums.number}회차: {wrong}. {remedy}"
