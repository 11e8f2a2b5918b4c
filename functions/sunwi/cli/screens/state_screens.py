"""What a rebuild of the latest states found."""

from sunwi.cli.screens.terminal import open_console
from sunwi.service.ledger.rebuild_states import RebuiltStates

#: Numbers of trackings that a person reads.
_SHOWN = 20


def show_rebuilt(rebuilt: RebuiltStates) -> None:
    """Print how many states were worked out, and which of them were others before."""
    console = open_console()
    console.print(f"추적 {rebuilt.trackings}건의 상태를 다시 계산했습니다: 달랐던 추적 {len(rebuilt.differing)}건")
    if rebuilt.differing:
        more = " …" if len(rebuilt.differing) > _SHOWN else ""
        console.print(f"달랐던 추적: {', '.join(map(str, rebuilt.differing[:_SHOWN]))}{more}")
