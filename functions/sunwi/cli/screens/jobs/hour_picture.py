"""Hours as a row of bars."""

from collections.abc import Sequence

from sunwi.domain.job_figures import HourFigures
from sunwi.domain.schedule import KST

_HEIGHTS = "▁▂▃▄▅▆▇█"
_NOTHING = "·"


def draw_hours(hours: Sequence[HourFigures]) -> list[str]:
    """Draw a row of bars for what succeeded and one for what failed, on one scale, over a scale of time.

    Args:
        hours: The oldest first.

    Returns:
        Three lines; nothing where no job ended.
    """
    good = [one.figures.succeeded for one in hours]
    bad = [one.figures.failed + one.figures.expired for one in hours]
    most = max((*good, *bad), default=0)
    if not most:
        return []
    first, last = (f"{one.hour.astimezone(KST):%m-%d %H시}" for one in (hours[0], hours[-1]))
    gap = max(1, len(hours) - len(first) - len(last) - 2)
    return [
        f"성공 {_row(good, most)} {sum(good)}건",
        f"실패 {_row(bad, most)} {sum(bad)}건",
        f"     {first}{'':{gap}}{last} (가장 높은 칸 {most}건)",
    ]


def _row(counts: Sequence[int], most: int) -> str:
    """Draw one bar for each count; what is not nothing never looks like nothing."""
    top = len(_HEIGHTS) - 1
    return "".join(_HEIGHTS[round(count / most * top)] if count else _NOTHING for count in counts)
