"""The `sunwi` command: what people do by hand, in Korean on screen and as JSON for programs."""

from sunwi.cli.app import main

__all__ = ["main"]
