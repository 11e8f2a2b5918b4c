"""Looks that no row of the ledger states, for people and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console

from sunwi.cli.terminal import plain
from sunwi.cli.words import RUN_KINDS, area_words, describe_rank
from sunwi.domain.correction import Finding
from sunwi.domain.proof import LookBeside
from sunwi.domain.schedule import KST

#: The latest ones, which are asked about.
_LOOKS_SHOWN = 10


def show_looks_beside(console: Console, looks: Sequence[LookBeside]) -> None:
    """Print what was seen beside the ledger, the latest last."""
    if not looks:
        return
    console.print(f"\n장부에 없는 조회 {len(looks)}건 (그날의 기록은 다른 조회입니다)")
    if len(looks) > _LOOKS_SHOWN:
        console.print(f"  앞의 {len(looks) - _LOOKS_SHOWN}건은 생략 (모두 보기: --json)")
    for look in looks[-_LOOKS_SHOWN:]:
        at = look.fetched_at.astimezone(KST).strftime("%m-%d %H:%M")
        console.print(plain(f"  {at} {RUN_KINDS[look.run_kind]}: {describe_finding(look.found)}"))


def look_beside_document(look: LookBeside) -> dict[str, Any]:
    """Write one of them."""
    return {
        "date": look.date.isoformat(),
        "run_id": look.run_id,
        "run_kind": look.run_kind.value,
        "fetched_at": look.fetched_at.isoformat(),
        **asdict(look.found),
    }


def describe_finding(found: Finding, *, note: str = "") -> str:
    """Say what a look found: its rank and area, or how much was read."""
    where = f"{found.depth}칸 확인" if found.rank is None else area_words(found.area or "-")
    return f"{describe_rank(found.rank)} ({where}{note})"
