"""The worker's handler in an image, with nobody to be told: mounted into a container under another name."""

from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.backup import BackupContainer
from worker.handler import handler

__all__ = ["handler"]

Adapters.bootstrap().compose(BackupContainer, post=lambda _tx, notices, *, at: len(notices) if at else 0)
