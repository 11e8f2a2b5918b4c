"""How much of each surface a run could read."""

from rich.console import Console

from sunwi.domain.canary import CanaryState
from sunwi.domain.recognition import BLOCKED_ALARM_SHARE, LAYOUT_ALARM_SHARE, PageFinding, SurfaceCounts
from sunwi.domain.run import RunKind
from sunwi.service.runs.show_run import RunView
from sunwi.wording.labels import CANARY_STATES, DEVICES, HELD_TO_THE_END, PAGE_FINDINGS, SURFACES
from sunwi.wording.plain_text import plain


def show_recognition(console: Console, view: RunView) -> None:
    """Print what became of each surface's pages, and what gives reason to look into it."""
    for counts in view.surfaces:
        console.print(f"화면 인식: {describe_counts(counts)}")
    if view.run.kind is RunKind.ON_DEMAND:
        return
    for counts in view.surfaces:
        if counts.has_layout_alarm:
            served = counts.recognised + counts.layout_unknown
            share = f"열린 {served}쪽 가운데 {counts.recognised}쪽만 알아보았습니다 (기준 {LAYOUT_ALARM_SHARE:.0%})"
            console.print(f"주의: {_name(counts)}의 구조가 바뀐 것 같습니다. {share}")
        if counts.has_block_alarm:
            share = f"{counts.pages}쪽 가운데 {counts.blocked}쪽 차단 (기준 {BLOCKED_ALARM_SHARE:.0%})"
            console.print(f"주의: {_name(counts)}을(를) 네이버가 막고 있습니다. {share}")


def show_canary(console: Console, view: RunView) -> None:
    """Print how the canary let a run start."""
    state = view.run.canary
    if state is None:
        return
    if view.canary_check is not None:
        for counts in view.canary_check.surfaces:
            console.print(f"카나리아: {describe_counts(counts)}")
    held = f" (보류 {view.held_seconds:g}초)" if view.held_seconds else ""
    if state is CanaryState.RECOGNISED:
        if held:
            console.print(f"카나리아: 다시 인식되어 배치를 시작했습니다{held}")
        return
    was_held_to_the_end = state is CanaryState.HELD and not view.run.is_held
    console.print(f"주의: {HELD_TO_THE_END if was_held_to_the_end else CANARY_STATES[state]}{held}")
    for failure in view.canary_check.failures if view.canary_check else ():
        console.print(plain(f"  {failure}"))


def describe_counts(counts: SurfaceCounts) -> str:
    """Describe in one line what became of a surface's pages."""
    others = {
        PageFinding.LAYOUT_UNKNOWN: counts.layout_unknown,
        PageFinding.BLOCKED: counts.blocked,
        PageFinding.UNREACHABLE: counts.unreachable,
    }
    missed = "".join(f", {PAGE_FINDINGS[finding]} {count}쪽" for finding, count in others.items() if count)
    return f"{_name(counts)} {counts.recognised}/{counts.pages}쪽 ({counts.recognised_share:.1%}){missed}"


def _name(counts: SurfaceCounts) -> str:
    return f"{SURFACES[counts.surface]} {DEVICES[counts.device]}"
