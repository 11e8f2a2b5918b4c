from dataclasses import replace

from sunwi.domain.notice import SYSTEM_AUDIENCE, NoticeKind
from sunwi.domain.watch import Problem, ProblemKind
from sunwi.domain.watch_finding import WatchFinding
from sunwi.domain.watch_notice import key_of_failed_run, notice_of_finding
from tests.examples import DAY, NIGHT

RUN = "scheduled-20260102"


def found(kind: ProblemKind, extent: int = 1) -> WatchFinding:
    return WatchFinding(
        id=7,
        problem=Problem(kind=kind, subject=RUN, day=DAY, extent=extent, detail="1, 2"),
        first_seen_at=NIGHT,
        last_seen_at=NIGHT,
        resolved_at=None,
        repair=None,
        alarmed_extent=None,
    )


def test_a_problem_is_told_to_the_operators_with_all_that_its_words_need() -> None:
    notice = notice_of_finding(found(ProblemKind.TRACKING_EXPIRED, 2), advice="고치세요")
    assert notice is not None
    assert (notice.kind, notice.audience, notice.is_urgent) == (NoticeKind.WATCH, SYSTEM_AUDIENCE, True)
    assert notice.content == {
        "kind": "TRACKING_EXPIRED",
        "subject": RUN,
        "day": "2026-01-02",
        "extent": 2,
        "detail": "1, 2",
        "repair": None,
        "advice": "고치세요",
    }


def test_a_problem_that_grows_or_comes_back_is_told_again_and_the_same_one_is_not() -> None:
    seen = found(ProblemKind.TASK_STUCK)
    same, grown = (notice_of_finding(one, advice="") for one in (seen, found(ProblemKind.TASK_STUCK, 2)))
    back = notice_of_finding(replace(seen, id=8), advice="")
    assert same is not None
    assert grown is not None
    assert back is not None
    assert len({same.dedupe_key, grown.dedupe_key, back.dedupe_key}) == 3


def test_a_failed_run_is_told_of_once_whoever_sees_it_first() -> None:
    notice = notice_of_finding(found(ProblemKind.RUN_FAILED), advice="")
    assert notice is not None
    assert notice.dedupe_key == key_of_failed_run(RUN)


def test_that_nothing_is_sent_any_more_is_the_alarms_alone_to_tell() -> None:
    assert notice_of_finding(found(ProblemKind.TICK_SILENT), advice="") is None
