from dataclasses import replace

import pytest

from sunwi.domain.session_fault import SessionFault, SessionFaultKind, SessionSums, find_fault

FULL = SessionSums(
    tracking_id=1,
    number=1,
    counted=25,
    over_exposed=0,
    current=2,
    previous=0,
    latest=1,
    gained=0,
    lost=0,
    session_days=25,
)
OPEN = replace(FULL, counted=24, current=1)


@pytest.mark.parametrize(
    "sums",
    [
        FULL,
        OPEN,
        replace(FULL, number=2, previous=1, latest=2, current=3),
        replace(FULL, over_exposed=2),
        replace(FULL, counted=23, lost=2),
        replace(OPEN, counted=25, gained=1),
        replace(OPEN, counted=0),
        replace(FULL, counted=10, session_days=10),
        replace(OPEN, counted=99, session_days=100),
        replace(FULL, counted=1, over_exposed=3, session_days=1),
    ],
)
def test_what_the_rules_explain_is_no_fault(sums: SessionSums) -> None:
    assert find_fault(sums) is None


@pytest.mark.parametrize(
    ("sums", "kind"),
    [
        (replace(FULL, counted=26), SessionFaultKind.OVER_FULL),
        (replace(OPEN, counted=26, gained=2), SessionFaultKind.OVER_FULL),
        (replace(FULL, counted=24, lost=1, over_exposed=1), SessionFaultKind.WITHHELD),
        (replace(OPEN, over_exposed=1), SessionFaultKind.WITHHELD),
        (replace(FULL, counted=23, lost=1), SessionFaultKind.CLOSED_EARLY),
        (replace(OPEN, counted=25), SessionFaultKind.STILL_OPEN),
        (replace(FULL, session_days=10), SessionFaultKind.OVER_FULL),
        (replace(FULL, session_days=26), SessionFaultKind.CLOSED_EARLY),
        (replace(OPEN, counted=10, session_days=10), SessionFaultKind.STILL_OPEN),
        (replace(FULL, over_exposed=1, session_days=26), SessionFaultKind.WITHHELD),
        (replace(FULL, current=3), SessionFaultKind.SKIPPED),
        (replace(FULL, number=3, previous=1, latest=3, current=4), SessionFaultKind.SKIPPED),
        (replace(OPEN, number=2, latest=2, current=2), SessionFaultKind.SKIPPED),
        (replace(OPEN, number=0, latest=0), SessionFaultKind.SKIPPED),
        (replace(FULL, number=2, previous=1, latest=2, current=1), SessionFaultKind.NOT_BEGUN),
    ],
)
def test_what_they_do_not_explain_is_named(sums: SessionSums, kind: SessionFaultKind) -> None:
    assert find_fault(sums) == SessionFault(kind, sums)
