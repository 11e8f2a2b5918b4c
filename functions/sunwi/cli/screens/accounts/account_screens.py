"""Accounts and their sessions: lists, and what became of one."""

from collections.abc import Sequence
from datetime import datetime

from sunwi.cli.screens.runs.run_status import describe_moment
from sunwi.cli.screens.terminal import open_console, table_of
from sunwi.domain.account import WebSession
from sunwi.domain.account_list import AccountPage, ListedAccount
from sunwi.service.accounts.manage_accounts import InvitedAccount
from sunwi.wording.accounts.account_words import INVITATIONS, ROLES, account_state_words
from sunwi.wording.plain_text import plain

#: Letters of a session's id that tell it from others.
_SHOWN = 12


def show_invited(invited: InvitedAccount) -> None:
    """Print a new account, and what became of its invitation."""
    console = open_console()
    console.print(plain(f"계정: {invited.listed.account.email} ({_rights(invited.listed)})"))
    console.print(f"{INVITATIONS[invited.invitation]}")


def show_accounts(page: AccountPage) -> None:
    """Print a page of accounts."""
    console = open_console()
    if not page.accounts:
        console.print("계정이 없습니다: sunwi accounts invite 메일주소 --role admin 으로 초대하세요")
        return
    headings = ["메일 주소*", "역할", "소속*?", "상태", "최근 사용?", "번호*"]
    console.print(table_of(headings, [_row(listed) for listed in page.accounts]))
    if page.next is not None:
        console.print(f"더 보기: --after {page.next}")


def show_changed(listed: ListedAccount) -> None:
    """Print an account that was changed."""
    account = listed.account
    open_console().print(plain(f"계정: {account.email} ({_rights(listed)}, {account_state_words(account)})"))


def show_sessions(sessions: Sequence[WebSession]) -> None:
    """Print the sessions of an account, the latest sign-in first."""
    console = open_console()
    if not sessions:
        console.print("로그인한 곳이 없습니다")
        return
    rows = [
        [
            describe_moment(one.created_at),
            describe_moment(one.last_seen_at),
            one.address or "-",
            one.browser or "-",
            one.id_hash[:_SHOWN],
        ]
        for one in sessions
    ]
    console.print(table_of(["로그인", "최근 사용", "접속한 곳?", "브라우저*?", "번호"], rows))


def show_signed_out(ended: int) -> None:
    """Print how many sessions were ended."""
    open_console().print(f"로그인 {ended}건을 끝냈습니다" if ended else "끝낼 로그인이 없습니다")


def _row(listed: ListedAccount) -> list[object]:
    account = listed.account
    return [
        account.email,
        ROLES[account.role],
        _owner(listed) or "-",
        account_state_words(account),
        _moment(account.last_seen_at),
        account.id,
    ]


def _rights(listed: ListedAccount) -> str:
    return ": ".join(filter(None, (ROLES[listed.account.role], _owner(listed))))


def _owner(listed: ListedAccount) -> str:
    """Name whom an account belongs to: the client with its agency, or the agency."""
    if listed.client and listed.agency:
        return f"{listed.client} ({listed.agency})"
    return listed.client or listed.agency


def _moment(at: datetime | None) -> str:
    return "-" if at is None else describe_moment(at)
