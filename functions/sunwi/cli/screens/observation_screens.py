"""Observations that no row of the ledger states."""

from collections.abc import Sequence

from rich.console import Console

from sunwi.domain.correction import LedgerStatement
from sunwi.domain.proof import ObservationBesideLedger
from sunwi.domain.schedule import KST
from sunwi.wording.labels import RUN_KINDS, area_words, describe_rank
from sunwi.wording.plain_text import plain

#: The latest ones, which are asked about.
_OBSERVATIONS_SHOWN = 10


def show_observations_beside_ledger(console: Console, observations: Sequence[ObservationBesideLedger]) -> None:
    """Print what was seen beside the ledger, the latest last."""
    if not observations:
        return
    console.print(f"\n장부에 없는 조회 {len(observations)}건 (그날의 기록은 다른 조회입니다)")
    if len(observations) > _OBSERVATIONS_SHOWN:
        console.print(f"  앞의 {len(observations) - _OBSERVATIONS_SHOWN}건은 생략 (모두 보기: --json)")
    for observation in observations[-_OBSERVATIONS_SHOWN:]:
        at = observation.fetched_at.astimezone(KST).strftime("%m-%d %H:%M")
        console.print(plain(f"  {at} {RUN_KINDS[observation.run_kind]}: {describe_finding(observation.found)}"))


def describe_finding(found: LedgerStatement, *, note: str = "") -> str:
    """Describe what was observed: its rank and area, or how much was read."""
    where = f"{found.depth}칸 확인" if found.rank is None else area_words(found.area or "-")
    return f"{describe_rank(found.rank)} ({where}{note})"
