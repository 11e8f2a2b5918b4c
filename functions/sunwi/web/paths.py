"""Which methods a path takes."""

import re
from collections.abc import Iterable

from sunwi.web.route import Route


class Paths:
    """The paths of all routes; asked only where no route was found.

    Args:
        routes: All of them.
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        self._methods: dict[str, set[str]] = {}
        for route in routes:
            self._methods.setdefault(route.path, set()).add(route.method)

    def methods(self, path: str) -> list[str]:
        """Return the methods that a path takes, HEAD with GET; none of a path that leads nowhere.

        A path that is written out in a route is that route's, whatever parameters of others it fits.
        """
        found = self._methods.get(path) or {
            method for of, methods in self._methods.items() if path_pattern(of).fullmatch(path) for method in methods
        }
        return sorted(found | ({"HEAD"} if "GET" in found else set()))


def path_pattern(path: str) -> re.Pattern[str]:
    """Return what fits a route's path."""
    parts = re.split(r"(<\w+>)", path)
    return re.compile("".join("[^/]+" if part.startswith("<") else re.escape(part) for part in parts))
