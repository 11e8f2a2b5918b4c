"""SAM CLI, in an environment of its own: it pins boto3 and click."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.local.stack.localise import ROOT
from infra.local.stack.session import REGION, ROOT_KEY

REQUIREMENT = ROOT / "infra" / "docker" / "sam-cli.txt"


def sam_command(*arguments: str) -> list[str]:
    """Give the command line of a SAM CLI call, of the version that the images are made with."""
    [requirement] = re.findall(r"^aws-sam-cli==\S+", REQUIREMENT.read_text(encoding="utf-8"), re.MULTILINE)
    return [str(Path(sys.executable).with_name("uv")), "tool", "run", "--from", requirement, "sam", *arguments]


def run_sam(arguments: Sequence[str], *, text: str | None = None) -> "subprocess.CompletedProcess[str]":
    """Run SAM CLI to its end, as an account that only the local stack knows.

    Args:
        arguments: Of the command line.
        text: Its standard input.
    """
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = {
        **own,
        "AWS_ACCESS_KEY_ID": ROOT_KEY,
        "AWS_SECRET_ACCESS_KEY": ROOT_KEY,
        "AWS_DEFAULT_REGION": REGION,
        "SAM_CLI_TELEMETRY": "0",
    }
    return subprocess.run(
        sam_command(*arguments),
        cwd=ROOT,
        env=environment,
        input=text or "",
        capture_output=True,
        text=True,
        check=False,
    )
