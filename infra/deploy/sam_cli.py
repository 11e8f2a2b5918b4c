"""The SAM CLI, in an environment of its own: it pins boto3 and click."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: What to install, with hashes; the images take the runtime interface emulator from the same wheel.
REQUIREMENT = ROOT / "infra" / "docker" / "sam-cli.txt"


class SamFailed(Exception):
    """The SAM CLI ended with an error, which it has printed."""


def sam_command(*arguments: str) -> list[str]:
    """Return the command line of a SAM CLI call."""
    [requirement] = re.findall(r"^aws-sam-cli==\S+", REQUIREMENT.read_text(encoding="utf-8"), re.MULTILINE)
    uv = Path(sys.executable).with_name("uv")
    return [str(uv), "tool", "run", "--from", requirement, "sam", *arguments]


def run_sam(*arguments: str) -> None:
    """Run one of the SAM CLI's commands in the repository; what it says goes to the person.

    Raises:
        SamFailed: It ended with an error.
    """
    status = subprocess.run(  # noqa: S603 - our own words
        sam_command(*arguments), cwd=ROOT, check=False, env={**os.environ, "SAM_CLI_TELEMETRY": "0"}
    ).returncode
    if status != 0:
        after = " What CloudFormation had begun it takes back: the first FAILED is the reason." * (
            arguments[0] == "deploy"
        )
        raise SamFailed(f"sam {arguments[0]} ended with status {status}: what it says stands above.{after}")


def overrides(parameters: Mapping[str, str]) -> list[str]:
    """Return template parameters as the SAM CLI takes them; none when there are none."""
    if not parameters:
        return []
    return [
        "--parameter-overrides",
        *(f"ParameterKey={name},ParameterValue={value}" for name, value in parameters.items()),
    ]


if __name__ == "__main__":  # as the tests' set-up does, so that uv has it
    run_sam("--version")
