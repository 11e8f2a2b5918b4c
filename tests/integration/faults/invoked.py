"""What every case invokes a handler with."""

from collections.abc import Callable

from sunwi.bootstrap.command_line import CommandContainer

#: Invokes a handler, and looks at its answer.
Case = Callable[[CommandContainer], None]


class Context:
    aws_request_id = "0a1b2c3d-0000"

    def get_remaining_time_in_millis(self) -> int:
        return 300_000
