"""What is told to the people who run Sunwi."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One message about one thing.

    Attributes:
        title: One line, shorter than 100 characters.
        text: What happened, to which thing, and what to do; several lines.
        kind: For programs: what happened.
        subject: For programs: the run or queue it is about.
    """

    title: str
    text: str
    kind: str
    subject: str
