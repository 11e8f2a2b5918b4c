"""The worker, measured."""

from .statements import counted

handler = counted("worker")
