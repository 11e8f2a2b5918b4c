"""Deterministic choices: the same labels always yield the same draws."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """A stream of choices that depends on its labels alone."""

    def __init__(self, *labels: object) -> None:
        self._random = Random("\x1f".join(str(label) for label in labels))  # noqa: S311 - repeatable, not secret

    def number(self, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return self._random.randint(low, high)

    def chance(self, percent: int) -> bool:
        """Return True in so many of a hundred draws."""
        return self._random.randrange(100) < percent

    def pick(self, options: Sequence[T]) -> T:
        """Draw one of the options."""
        return options[self._random.randrange(len(options))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return the items in another order."""
        return self._random.sample(items, len(items))

    def token(self, length: int) -> str:
        """Draw letters and digits as they stand in Naver's opaque names."""
        return "".join(self._random.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", k=length))
