"""The argument that commands of schedules share."""

from typing import Annotated

import typer

NameArgument = Annotated[
    str,
    typer.Argument(metavar="NAME", help="Name of a schedule, as in sunwi schedules list: backup, 백업 (일정 이름)."),
]
