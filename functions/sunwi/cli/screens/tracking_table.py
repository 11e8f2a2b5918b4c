"""The table of trackings, with where each stands."""

from collections.abc import Mapping, Sequence

from sunwi.cli.screens.terminal import open_console, table_of
from sunwi.domain.exposure_criteria import ANY_AREA
from sunwi.service.trackings.list_trackings import TrackingLine, TrackingPage
from sunwi.wording.labels import DEVICES, KINDS, SURFACES, TRACKING_STATUSES, counting_words, describe_day
from sunwi.wording.plain_text import plain

_HEADINGS = (
    "번호",
    "키워드*",
    "광고주*?",
    "업체*?",
    "태그*?",
    "유형, 화면*",
    "집계*?",
    "상태",
    "회차*",
    "최근 순위*",
)


def show_page(page: TrackingPage) -> None:
    """Print one page of trackings, and how to see the next."""
    show_trackings(page.lines)
    if page.cursor is not None:
        open_console().print(plain(f"더 있습니다. 이어보기: 같은 옵션에 --after {page.cursor}"))


def show_trackings(lines: Sequence[TrackingLine]) -> None:
    """Print trackings with their session's progress."""
    console = open_console()
    console.print(table_of(_HEADINGS, [_cells(line) for line in lines]))
    console.print(f"추적 {len(lines)}건")


def show_tags(tags: Mapping[int, Sequence[str]]) -> None:
    """Print the tags of trackings as they are now."""
    for tracking_id, now in tags.items():
        open_console().print(plain(f"추적 {tracking_id}번: 태그 {', '.join(now) or '없음'}"))


def _cells(line: TrackingLine) -> list[object]:
    tracking = line.tracking
    return [
        tracking.id,
        tracking.keyword,
        tracking.client or "-",
        tracking.agency or "-",
        ", ".join(line.tags) or "-",
        f"{KINDS[tracking.target.kind]} {SURFACES[tracking.surface]} {DEVICES[tracking.device]}",
        "-" if tracking.counting == ANY_AREA else counting_words(tracking.counting),
        TRACKING_STATUSES[tracking.status],
        f"{tracking.current_session}회차 {line.exposed_days}/{tracking.session_days}{_finish(line)}",
        _latest(line),
    ]


def _finish(line: TrackingLine) -> str:
    return f" ({line.expected_finish:%m-%d} 종료 예정)" if line.expected_finish else ""


def _latest(line: TrackingLine) -> str:
    """Describe the latest measured day, and a later one that could not be measured."""
    days = [f"{line.last.date:%m-%d} {describe_day(line.last)}"] if line.last else []
    days += [f"{line.missed_on:%m-%d} 미측정"] if line.missed_on else []
    return ", ".join(days) or "-"
