"""What the walk knows of each route: a module per resource, with `ENTRIES` by the route's name."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from tests.unit.web.walk.entry import Entry


def all_entries() -> Mapping[str, Entry]:
    """Return the entries of all modules.

    Raises:
        ValueError: Two modules have the same route.
    """
    found: dict[str, Entry] = {}
    for module in sorted(each.name for each in iter_modules(__path__)):
        entries = import_module(f"{__name__}.{module}").ENTRIES
        if twice := found.keys() & entries.keys():
            raise ValueError(f"{sorted(twice)} stand twice on the walk, the second time in {module}")
        found.update(entries)
    return found
