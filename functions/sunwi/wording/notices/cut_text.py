"""Texts of others and long lists, made short enough to be sent: one line each, and as many as are read."""

from collections.abc import Callable, Sequence

from sunwi.domain.typed_text import without_invisible


def one_line(text: str, most: int) -> str:
    """Return a text on one line, without what is not seen, cut off where it is longer than anybody reads.

    Args:
        text: As it was typed or stored.
        most: Characters, with the mark of the cut.
    """
    line = " ".join(without_invisible(text).split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def cut_lines(lines: Sequence[str], draw: Callable[[str], str], *, most_lines: int, most_characters: int) -> list[str]:
    """Return as many lines as fit, and a last one that counts those left out (외 N건).

    Args:
        lines: The most important first, as they were stored.
        draw: Makes of one what is sent.
        most_lines: Without the last one.
        most_characters: Of all that are sent, with their breaks, without the last one.
    """
    used = 0
    kept: list[str] = []
    for line in lines[:most_lines]:
        drawn = draw(line)
        used += len(drawn) + 1
        if used > most_characters:
            break
        kept.append(drawn)
    left = len(lines) - len(kept)
    return [*kept, count_left(left)] if left else kept


def count_left(count: int) -> str:
    """Say how many more there are."""
    return f"외 {count:,}건"
