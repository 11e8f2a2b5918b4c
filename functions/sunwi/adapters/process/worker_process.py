"""The process of a worker function's environment."""

import os
import sys
from dataclasses import dataclass

import psutil
from typing_extensions import override

from sunwi.adapters.process.process_tree import child_pids, kill_trees, tree_usage
from sunwi.service.ports.job_engine import WorkerProcess

#: Status with which a process ends itself; Lambda tells the state machine of any as the function's death.
_EXIT_STATUS = 1


@dataclass(frozen=True, slots=True)
class OwnProcess(WorkerProcess):
    """This process; what it has started is below it."""

    @override
    def end_children(self) -> None:
        # Whoever has started a child collects it: collected here, it would look as if it had ended well.
        kill_trees(child_pids())

    @override
    def exit(self) -> None:
        sys.stdout.flush()
        # Neither waits for threads nor runs what would be run at the end: any of these may be what hangs.
        os._exit(_EXIT_STATUS)

    @override
    def memory_bytes(self) -> int | None:
        try:
            return tree_usage().rss_bytes
        except (psutil.Error, OSError):
            return None
