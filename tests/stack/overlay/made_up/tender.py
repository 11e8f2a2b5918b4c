"""The tender, with the made-up kinds."""

from importlib import import_module

from .registry import use_made_up_kinds

use_made_up_kinds()
handler = import_module("tender.handler").handler
