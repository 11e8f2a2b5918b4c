"""Run the main job on this machine: one scheduled event, to a closed run.

`python -m infra.local.run [--json] [--keep] [--docker | --jobs]` starts the local stack, imports the demo trackings,
fires the scheduled event, shows how far the run is, prints its summary, and stops what it started. It ends with 0 when
the run closed in balance, with 1 when it did not or could not be made, with 128 + N when it was stopped by signal N.
With `--jobs` it submits 30 jobs instead, cancels one, kills the worker of another, and shows how all of them end.
"""

import argparse
import os
import signal
import sys
from contextlib import ExitStack
from types import FrameType

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.containers.engine import running_engine
from infra.local.containers.images import MEGABYTE, build_images
from infra.local.demo_accounts import describe_accounts, make_accounts
from infra.local.jobs_demo import JobsDemo
from infra.local.measure_demo import DemoRun
from infra.local.parameters import choose_parameters
from infra.local.running_stack import StackEnded, running_stack, say
from infra.local.serve import forget_account
from infra.local.stack.localise import read_template
from infra.local.state import StackState
from sunwi.errors import SunwiError

#: What explains itself; anything else is a defect, and shows where it is.
EXPLAINED = (StackEnded, SunwiError, TimeoutError, ClientError, BotoCoreError, OSError)
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """A signal asked us to stop; like KeyboardInterrupt, nobody handles it on the way out."""

    def __init__(self, number: int) -> None:
        """Keep which one."""
        super().__init__(number)
        self.number = number


def main() -> int:
    """Run the demo, or stop its stack; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument("--keep", action="store_true", help="leave the stack up (stop it with: make stop)")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--jobs", action="store_true", help="run jobs, with a crash and a cancel among them")
    ways.add_argument("--docker", action="store_true", help="run the functions' images, on PostgreSQL")
    parser.add_argument("--stop", action="store_true", help="stop a stack that was left up")
    options = parser.parse_args()
    for number in SIGNALS:
        signal.signal(number, _stop)
    forget_account()
    try:
        return _stop_stack() if options.stop else _run(options)
    except EXPLAINED as error:
        say(f"make run failed: {error}")
        return 1
    except Stopped as stopped:
        say("stopped, with everything that was started")
        return 128 + stopped.number


def _run(options: argparse.Namespace) -> int:
    state = StackState()
    choose_parameters(os.environ, read_template())
    with ExitStack() as running:
        running.enter_context(state.locked())
        if options.docker:
            running.enter_context(running_engine())
            _build()
        stack = running.enter_context(running_stack(state, keep=options.keep, in_containers=options.docker))
        demo = JobsDemo if options.jobs else DemoRun
        status = demo(state=state, stack=stack, as_json=options.json).run()
        # In containers the stack answers at a number that no browser takes for a secure place.
        if options.keep and not options.docker and stack.settings.get("PUBLIC_ADDRESS"):
            say(describe_accounts(stack.settings["PUBLIC_ADDRESS"], make_accounts(stack.settings)))
        return status


def _build() -> None:
    say("building the functions' images, where something has changed; the first time takes some minutes")
    for image in build_images():
        say(f"{image.name} has {image.size_bytes / MEGABYTE:.0f} MB")


def _stop_stack() -> int:
    say("the local stack is down" if StackState().stop() else "no local stack is up")
    return 0


def _stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - a signal handler's signature
    """Break off once; a second signal must not disturb the clearing up."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    say("\nstopping what was started")
    raise Stopped(number)


if __name__ == "__main__":
    sys.exit(main())
