"""Tables of agencies and clients, and what became of a merge."""

from collections.abc import Sequence

from sunwi.cli.screens.terminal import open_console, table_of
from sunwi.domain.owner import Agency, Client
from sunwi.service.owners.merge_owners import Merge
from sunwi.wording.plain_text import plain

_STAYING_SHOWN = 20


def show_agencies(agencies: Sequence[Agency]) -> None:
    """Print agencies by name."""
    rows = [[agency.id, agency.name, agency.trackings] for agency in agencies]
    open_console().print(table_of(["번호", "업체*", "추적"], rows))
    open_console().print(f"업체 {len(agencies)}곳")


def show_clients(clients: Sequence[Client]) -> None:
    """Print clients by agency and name."""
    rows = [[client.id, client.name, client.agency or "-", client.trackings] for client in clients]
    open_console().print(table_of(["번호", "광고주*", "업체*?", "추적"], rows))
    open_console().print(f"광고주 {len(clients)}곳")


def show_look_alikes(groups: Sequence[Sequence[tuple[int, str, str, int]]], command: str) -> None:
    """Print groups of id, name, agency and number of trackings; the one with the most trackings first to be kept."""
    if not groups:
        open_console().print("비슷한 이름이 없습니다")
        return
    rows = [[number, *row[:2], row[2] or "-", row[3]] for number, group in enumerate(groups, 1) for row in group]
    open_console().print(table_of(["묶음", "번호", "이름*", "업체*?", "추적"], rows))
    open_console().print(
        f"비슷한 이름 {len(groups)}묶음. 같은 곳이면: sunwi {command} merge 남길번호 합칠번호 (--apply 로 실행)"
    )


def show_merge(merge: Merge[Agency] | Merge[Client]) -> None:
    """Print what a merge did, or would do."""
    console = open_console()
    names = f"{merge.other.id}번 {merge.other.name} → {merge.kept.id}번 {merge.kept.name}"
    done = f"추적 {merge.moved}건을 옮겼습니다" if merge.is_applied else f"옮길 추적 {merge.moved}건 (--apply 로 실행)"
    console.print(plain(f"{names}: {done}"))
    for pair in merge.staying[:_STAYING_SHOWN]:
        twins = f"추적 {pair.stays}번과 {pair.equal_to}번 ({pair.keyword})"
        console.print(plain(f"양쪽에 있어 그대로 둡니다: {twins}. 하나를 종료하세요"))
    if len(merge.staying) > _STAYING_SHOWN:
        console.print(f"외 {len(merge.staying) - _STAYING_SHOWN}건 (모두 보기: --json)")


def show_named(kind: str, owner: Agency | Client) -> None:
    """Print an agency or a client that was added or renamed.

    Args:
        kind: 업체 or 광고주.
        owner: As it is now.
    """
    open_console().print(plain(f"{kind} {owner.id}번: {owner.name} (추적 {owner.trackings}건)"))
