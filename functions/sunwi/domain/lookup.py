"""Look a tracking up in a stored page reading, and decide whether that reading is enough."""

from collections.abc import Iterable

from sunwi.domain.observation import StoredReading
from sunwi.domain.outcome import Exposed, NotExposed, NotMeasured, look_up
from sunwi.domain.tracking import Tracking


def look_up_in(reading: StoredReading, tracking: Tracking) -> Exposed | NotExposed | NotMeasured:
    """Describe where a stored reading has a tracking's target, by what the tracking counts."""
    return look_up(reading.reading, tracking.target, tracking.counting)


def lacks_block(outcome: Exposed | NotExposed | NotMeasured) -> bool:
    """Return whether a page has no block for the kind."""
    return isinstance(outcome, NotExposed) and outcome.block_absent


def needs_second_reading(
    outcome: Exposed | NotExposed | NotMeasured, *, was_exposed: bool, is_confirmed: bool = False
) -> bool:
    """Decide whether the page is read once more, because a block that was there the last time has gone.

    Args:
        outcome: What the page says.
        was_exposed: The last row of the tracking's rank history is exposed.
        is_confirmed: The page has been read twice already, and both readings lack the block.
    """
    return lacks_block(outcome) and was_exposed and not is_confirmed


def confirms_absence(reading: StoredReading, tracking: Tracking, earlier: Iterable[StoredReading]) -> bool:
    """Decide whether a reading confirms that a tracking's block is gone.

    A second reading that another tracking asked for confirms only what a reading before it lacked, too.

    Args:
        reading: It lacks the block.
        tracking: Whose block it is.
        earlier: Readings of the same page before it; asked for a second reading only.
    """
    return reading.is_second_look and any(lacks_block(look_up_in(before, tracking)) for before in earlier)
