"""What the doctor says of sessions that the rules cannot explain: what is wrong, and which command to use."""

from collections.abc import Sequence

from sunwi.domain.session_fault import SessionFault, SessionFaultKind
from sunwi.wording.session_fault_words import fault_words

#: Sessions that one message names before it says that there are more.
_NAMED = 10

_RECOUNT = "청구 내역과 대조한 뒤 sunwi trackings recount {id} 로 바뀔 날을 보고 --apply 로 고치세요"
_COMPARE = "데이터베이스를 직접 고친 적이 있는지 확인하고, sunwi trackings show {id} 를 백업과 대조하세요"

_REMEDIES = {
    SessionFaultKind.NOT_BEGUN: _COMPARE,
    SessionFaultKind.SKIPPED: _COMPARE,
    SessionFaultKind.OVER_FULL: _RECOUNT,
    SessionFaultKind.WITHHELD: _RECOUNT,
    SessionFaultKind.CLOSED_EARLY: _COMPARE,
    SessionFaultKind.STILL_OPEN: (
        "다음 측정 때 넘어갑니다. 지금 넘기려면 sunwi runs start --tracking {id} 로 측정하세요"
    ),
}


def describe_faults(faults: Sequence[SessionFault]) -> str:
    """Name each session, what is wrong with it, and what to do; the first ten in full, and how many more there are."""
    named = " / ".join(_describe(fault) for fault in faults[:_NAMED])
    return f"{named} / 외 {len(faults) - _NAMED}건" if len(faults) > _NAMED else named


def _describe(fault: SessionFault) -> str:
    return f"{fault_words(fault)}. {_REMEDIES[fault.kind].format(id=fault.sums.tracking_id)}"
