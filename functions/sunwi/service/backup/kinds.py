"""The kinds `backup`, `verify` and `restore` (백업, 백업 검증, 복원)."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict

from sunwi.domain.actor import Role
from sunwi.domain.backup import BACKUP, PREFIX, RESTORE, VERIFY
from sunwi.domain.job_priority import Priority
from sunwi.domain.work import LONGEST_ATTEMPT_SECONDS, BackOff, Place, Work
from sunwi.service.jobs.parse_params import parse_params

#: Who may ask for them: a backup holds what everybody has.
_OPERATORS = frozenset({Role.ADMIN, Role.SYSTEM})

#: Three attempts in all, exactly five minutes apart.
TRIES, PAUSE = 3, timedelta(seconds=300)
#: After so long an attempt is ended.
LIMIT_SECONDS = 600

_KEY = re.compile(re.escape(PREFIX) + r"(?:daily|monthly)/[A-Za-z0-9_.-]{1,200}")
_NAME = re.compile(r"[A-Za-z0-9_]{1,63}")


def _check_key(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError(f"it is no key of a backup, {PREFIX}daily/sunwi_prod_20260102_030000.dump for instance")
    return key


def _check_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("it is no name of a database: use up to 63 letters, digits and _")
    return name


class BackupParams(BaseModel):
    """A backup needs nothing to be said."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class VerifyParams(BaseModel):
    """Which backup is read again."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    key: Annotated[str, AfterValidator(_check_key)]


class RestoreParams(BaseModel):
    """Which backup is restored, and the name of the empty database on the same server that it goes into."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    key: Annotated[str, AfterValidator(_check_key)]
    into: Annotated[str, AfterValidator(_check_name)]


def parse_backup(params: Mapping[str, Any]) -> dict[str, Any]:
    """Check the params of a backup.

    Raises:
        InvalidInput: There are some.
    """
    return parse_params(BackupParams, params).model_dump()


def parse_verify(params: Mapping[str, Any]) -> dict[str, Any]:
    """Check the params of a verification.

    Raises:
        InvalidInput: Something cannot be used; everything is named.
    """
    return parse_params(VerifyParams, params).model_dump()


def parse_restore(params: Mapping[str, Any]) -> dict[str, Any]:
    """Check the params of a restore.

    Raises:
        InvalidInput: Something cannot be used; everything is named.
    """
    return parse_params(RestoreParams, params).model_dump()


BACKUP_WORK = Work(
    name=BACKUP,
    parse=parse_backup,
    place=Place.CORE,
    steps=("prepare", "dump", "verify"),
    soft_seconds=LIMIT_SECONDS,
    hard_seconds=LIMIT_SECONDS,
    limit_seconds=TRIES * LIMIT_SECONDS,
    # The next night's is due by then.
    expires_after=timedelta(hours=24),
    back_off=BackOff(tries=TRIES - 1, first=PAUSE, factor=1, longest=PAUSE, has_jitter=False),
    submitted_by=_OPERATORS,
    priority=Priority.CRITICAL,
)

VERIFY_WORK = Work(
    name=VERIFY,
    parse=parse_verify,
    place=Place.CORE,
    steps=("prepare", "verify"),
    soft_seconds=LIMIT_SECONDS,
    hard_seconds=LIMIT_SECONDS,
    limit_seconds=TRIES * LIMIT_SECONDS,
    back_off=BackOff(tries=TRIES - 1),
    submitted_by=_OPERATORS,
)

RESTORE_WORK = Work(
    name=RESTORE,
    parse=parse_restore,
    place=Place.CORE,
    steps=("prepare", "restore", "compare"),
    submitted_by=_OPERATORS,
    back_off=BackOff(tries=TRIES - 1),
    limit_seconds=TRIES * LONGEST_ATTEMPT_SECONDS,
    priority=Priority.HIGH,
)
