"""Parts that are built once, when first asked for."""

from functools import cached_property


class Container:
    """Holds parts, each a `cached_property` of the class.

    Args:
        given: Parts to use instead of those that would be built, by their names.

    Raises:
        TypeError: Something is given that is no part of this class.
    """

    def __init__(self, **given: object) -> None:
        for name in given:
            if not isinstance(getattr(type(self), name, None), cached_property):
                raise TypeError(f"{type(self).__name__} has no part {name!r}")
        self.__dict__.update(given)

    def close(self) -> None:
        """Close what was built and holds something open; nothing unless a class says otherwise."""
