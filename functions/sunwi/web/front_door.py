"""Put the API together: all routes, the house behind them, and the guard in front of them."""

from functools import cache

from sunwi.bootstrap.command_line import CommandContainer
from sunwi.settings import load_settings
from sunwi.web.all_routes import all_routes
from sunwi.web.app import WebApp
from sunwi.web.protection.guard import AccountGuard


@cache
def front_door() -> WebApp:
    """Return the API, the same one for a warm function's next request; the house is the environment's at each."""
    house = CommandContainer.bootstrap
    guard = AccountGuard(
        entrance=lambda: house().accounts.entrance,
        failures=lambda: house().requests.count_failures,
        public_address=lambda: load_settings().public_address,
    )
    return WebApp(all_routes(), house=house, guard=guard)
