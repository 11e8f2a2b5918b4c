"""`sunwi clients thresholds`: what is worth telling a client."""

from dataclasses import replace
from typing import Annotated, Any

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.container import MAX_ID, JsonOption, open_container
from sunwi.cli.screens.evaluation.threshold_screens import show_thresholds
from sunwi.cli.screens.terminal import show_json
from sunwi.domain.evaluation import EventKind
from sunwi.domain.evaluation_thresholds import DEFAULT_THRESHOLDS, LIMITS
from sunwi.errors import InvalidInput
from sunwi.wording.evaluation.evaluation_documents import client_thresholds_document

_DROP, _GAP = LIMITS["drop_places"], LIMITS["gap_days"]
_UNMEASURED, _ENDS_SOON = LIMITS["unmeasured_nights"], LIMITS["ends_soon_days"]

ClientArgument = Annotated[
    int, typer.Argument(metavar="CLIENT", min=1, max=MAX_ID, help="Number, as in sunwi clients list (광고주).")
]
DropOption = Annotated[
    int | None, typer.Option(min=_DROP[0], max=_DROP[1], help="So many places further down are a drop (급락).")
]
GapOption = Annotated[
    int | None, typer.Option(min=_GAP[0], max=_GAP[1], help="Measured days further apart are not compared (간격).")
]
UnmeasuredOption = Annotated[
    int | None,
    typer.Option(min=_UNMEASURED[0], max=_UNMEASURED[1], help="Nights running without a measurement (미측정)."),
]
EndsSoonOption = Annotated[
    int | None,
    typer.Option(min=_ENDS_SOON[0], max=_ENDS_SOON[1], help="Days that a session has left (회차 종료 임박)."),
]
TellOption = Annotated[list[EventKind] | None, typer.Option(help="Tell only these kinds (알리는 것); may be repeated.")]
DailyOption = Annotated[
    bool | None, typer.Option("--daily/--no-daily", help="A digest on days without news, too (매일 요약).")
]
DefaultOption = Annotated[bool, typer.Option("--default", help="Take everything back to the defaults (기본값).")]


def thresholds(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    client_id: ClientArgument,
    *,
    drop: DropOption = None,
    gap: GapOption = None,
    unmeasured: UnmeasuredOption = None,
    ends_soon: EndsSoonOption = None,
    tell: TellOption = None,
    daily: DailyOption = None,
    default: DefaultOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show what is worth telling a client, or set it from the next night on (알림 기준).

    What is left out stays as it is.
    """
    given: dict[str, Any] = {
        "drop_places": drop,
        "gap_days": gap,
        "unmeasured_nights": unmeasured,
        "ends_soon_days": ends_soon,
        "told": frozenset(tell) if tell else None,
        "is_daily": daily,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    if default and changes:
        raise InvalidInput("--default takes back everything: leave the others out", code="thresholds_reset_and_set")
    manage = open_container(ctx).evaluation.manage_thresholds
    actor = actor_of_cli()
    found = manage.show(actor, client_id)
    if default or changes:
        before = DEFAULT_THRESHOLDS if default else (found.coming.thresholds if found.coming else found.thresholds)
        found = manage.set(actor, client_id, replace(before, **changes))
    if as_json:
        show_json(client_thresholds_document(found))
    else:
        show_thresholds(found)
