"""The migrator, with the made-up kinds, so that it creates the schedules of all of them."""

from importlib import import_module

from .registry import use_made_up_kinds

use_made_up_kinds()
handler = import_module("migrator.handler").handler
