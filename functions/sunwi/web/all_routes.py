"""The routes of every module of `sunwi.web.routes`."""

from importlib import import_module
from pkgutil import walk_packages

from sunwi.web import routes
from sunwi.web.route import Route


def all_routes() -> tuple[Route, ...]:
    """Return all routes, by their modules' names.

    Raises:
        ValueError: Two have the same name, or the same method and path.
    """
    names = sorted(each.name for each in walk_packages(routes.__path__, f"{routes.__name__}.") if not each.ispkg)
    found: list[Route] = [route for name in names for route in import_module(name).ROUTES]
    for what in ([route.name for route in found], [f"{route.method} {route.path}" for route in found]):
        if twice := sorted({each for each in what if what.count(each) > 1}):
            raise ValueError(f"there are two routes {', '.join(twice)}")
    return tuple(found)
