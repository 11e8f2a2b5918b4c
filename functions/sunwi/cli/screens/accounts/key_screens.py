"""Keys: a list of them, and one that was made or revoked."""

from datetime import datetime

from sunwi.cli.screens.runs.run_status import describe_moment
from sunwi.cli.screens.terminal import open_console, table_of
from sunwi.domain.account_list import KeyPage, ListedKey
from sunwi.domain.schedule import KST
from sunwi.service.accounts.manage_keys import MadeKey
from sunwi.wording.accounts.account_words import SCOPES, key_state_words
from sunwi.wording.plain_text import plain


def show_made_key(made: MadeKey) -> None:
    """Print a new key, this once."""
    console, key = open_console(), made.listed.key
    until = "" if key.expires_at is None else f", {_day(key.expires_at)}까지"
    console.print(plain(f"키를 발급했습니다: {key.name} ({made.listed.email}, {SCOPES[key.scope]}{until})"))
    console.print(f"키 (다시 보여 주지 않습니다): {made.secret}")


def show_keys(page: KeyPage, *, now: datetime) -> None:
    """Print a page of keys."""
    console = open_console()
    if not page.keys:
        console.print("키가 없습니다: sunwi keys make 이름 으로 발급하세요")
        return
    headings = ["이름*", "앞부분", "계정*", "범위", "상태", "기한?", "최근 사용?", "번호*"]
    console.print(table_of(headings, [_row(listed, now=now) for listed in page.keys]))
    if page.next is not None:
        console.print(f"더 보기: --after {page.next}")


def show_revoked_key(listed: ListedKey) -> None:
    """Print a key that was ended."""
    open_console().print(plain(f"키를 폐기했습니다: {listed.key.name} ({listed.key.prefix}…)"))


def _row(listed: ListedKey, *, now: datetime) -> list[object]:
    key = listed.key
    return [
        key.name,
        f"{key.prefix}…",
        listed.email,
        SCOPES[key.scope],
        key_state_words(key, now=now),
        "-" if key.expires_at is None else _day(key.expires_at),
        "-" if key.last_used_at is None else describe_moment(key.last_used_at),
        key.id,
    ]


def _day(at: datetime) -> str:
    return f"{at.astimezone(KST):%Y-%m-%d}"
