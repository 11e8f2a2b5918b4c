"""The tender, measured."""

from .statements import counted

handler = counted("tender")
