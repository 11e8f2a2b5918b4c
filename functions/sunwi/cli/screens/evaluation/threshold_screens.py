"""What a client wants to be told."""

from sunwi.cli.screens.terminal import open_console, table_of
from sunwi.service.evaluation.manage_thresholds import ClientAndThresholds
from sunwi.wording.evaluation.threshold_words import threshold_rows
from sunwi.wording.plain_text import plain


def show_thresholds(found: ClientAndThresholds) -> None:
    """Print what holds for a client, and what will."""
    console = open_console()
    agency = f" ({found.client.agency})" if found.client.agency else ""
    since = "기본값" if found.since is None else f"{found.since}부터"
    console.print(plain(f"광고주 {found.client.id}번 {found.client.name}{agency}: {since}"))
    coming = found.coming
    if coming is None:
        console.print(table_of(["기준", "값*"], threshold_rows(found.thresholds)))
        return
    rows = zip(threshold_rows(found.thresholds), threshold_rows(coming.thresholds), strict=True)
    headings = ["기준", "지금*", f"{coming.since}부터*"]
    console.print(table_of(headings, [(name, now, later) for (name, now), (_, later) in rows]))
