"""Events as a table."""

from sunwi.cli.screens.terminal import open_console, table_of
from sunwi.domain.evaluation import EventState
from sunwi.domain.evaluation_list import EventPage, ListedEvent, write_cursor
from sunwi.domain.tracking import Device, Surface
from sunwi.wording.evaluation.event_words import EVENT_KINDS, EVENT_STATES, event_words
from sunwi.wording.labels import DEVICES, SURFACES


def show_events(page: EventPage, *, more: str) -> None:
    """Print a page of events.

    Args:
        page: To print.
        more: The command that shows the next page, without its cursor.
    """
    console = open_console()
    if not page.events:
        console.print("변화가 없습니다")
        return
    headings = ["날짜", "변화", "추적", "키워드*", "화면", "광고주*?", "내용*", "상태?"]
    console.print(table_of(headings, [_row(listed) for listed in page.events]))
    if page.next is not None:
        console.print(f"다음: {more} --after {write_cursor(page.next)}")


def _row(listed: ListedEvent) -> list[object]:
    event = listed.event
    is_withdrawn = listed.stored.state is EventState.WITHDRAWN
    return [
        event.day,
        EVENT_KINDS[event.kind],
        event.tracking_id,
        listed.keyword,
        f"{SURFACES[Surface(listed.surface)]} {DEVICES[Device(listed.device)]}",
        listed.client or "-",
        event_words(event.kind, event.day, event.compared, event.facts),
        EVENT_STATES[EventState.WITHDRAWN] if is_withdrawn else "-",
    ]
