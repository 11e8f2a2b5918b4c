"""`python -m infra.local.containers.invoke FUNCTION EVENT`: one event through one function's image, by SAM CLI.

The event is brought to the present and the database to what it speaks of; Naver is the stand-in, AWS the local one.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.deploy.sam_cli import sam_command
from infra.local.containers.build_template import BUILT_TEMPLATE, image_targets
from infra.local.containers.engine import engine_architecture, running_engine
from infra.local.containers.images import BuildFailed, build_images, local_environment
from infra.local.containers.stamp_event import stamp_event
from infra.local.containers.surroundings import servers
from infra.local.stack.localise import ROOT, image_of, read_template
from infra.local.stack.session import REGION
from sunwi.errors import InvalidInput, SunwiError

#: The built template with the variables that the cloud's has no need of; beside it, for its paths.
INVOKED_TEMPLATE = BUILT_TEMPLATE.with_name("invoked.json")
#: A secret's form is all that is asked for: DATABASE_URL goes before it.
PARAMETERS = f"DatabaseSecretArn=arn:aws:secretsmanager:{REGION}:123456789012:secret:none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of an invocation.

    Attributes:
        document: What the function returned, or its error as Lambda tells it.
        log: What it and the emulator printed.
    """

    document: Any
    log: str

    @property
    def is_error(self) -> bool:
        """Whether the function raised."""
        return isinstance(self.document, dict) and "errorType" in self.document


def invoke(function: str, event: str, *, environment: Mapping[str, str], network: str) -> Answer:
    """Invoke a function, as the template names it, once, in a container of its own.

    Args:
        function: Built already.
        event: JSON, passed on as it is.
        environment: Variables that the function gets on top of the template's own, or instead of them.
        network: Of the engine, on which the function finds what they name.

    Raises:
        InvalidInput: SAM CLI gave no answer; shows what it said.
    """
    _write_template(environment)
    _make_image(image_targets(read_template())[function])
    with tempfile.TemporaryDirectory(prefix="sunwi-invoke-") as folder:
        variables, payload = Path(folder, "variables.json"), Path(folder, "event.json")
        variables.write_text(json.dumps({"Parameters": dict(environment)}), encoding="utf-8")
        payload.write_text(event, encoding="utf-8")
        done = subprocess.run(
            sam_command(
                *("local", "invoke", function, "--template", str(INVOKED_TEMPLATE), "--event", str(payload)),
                *("--env-vars", str(variables), "--docker-network", network),
                *("--skip-pull-image", "--force-image-build"),
                *("--parameter-overrides", PARAMETERS, f"Architecture={engine_architecture()}"),
            ),
            cwd=ROOT,
            env=local_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    try:
        return Answer(document=json.loads(done.stdout.strip().splitlines()[-1]), log=done.stderr)
    except (IndexError, ValueError) as error:
        raise InvalidInput(f"{function} gave no answer:\n{done.stdout}{done.stderr}") from error


def _write_template(environment: Mapping[str, str]) -> None:
    """Declare every variable, since `sam local invoke` sets declared ones only, and name the images to invoke."""
    template = read_template(BUILT_TEMPLATE)
    for function, target in image_targets(template).items():
        template["Resources"][function]["Properties"]["ImageUri"] = _invoked_image(target)
    declared = template["Globals"]["Function"]["Environment"]["Variables"]
    declared.update({name: "" for name in environment if name not in declared})
    INVOKED_TEMPLATE.write_text(json.dumps(template), encoding="utf-8")


def _make_image(target: str) -> None:
    """Make an image from which SAM CLI can make its own: it adds an emulator, as the image's user.

    The entrypoint leaves root again before it runs anything.
    """
    made = subprocess.run(
        ["docker", "build", "--quiet", "--tag", _invoked_image(target), "-"],
        input=f"FROM {image_of(target)}\nUSER root\n",
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise BuildFailed(f"the image of {target} cannot be invoked: {made.stderr.strip()}")


def _invoked_image(target: str) -> str:
    return f"{image_of(target)}-invoked:latest"


def main() -> int:
    """Invoke a function with a file's event, and print its answer; return 1 when it raised."""
    parser = argparse.ArgumentParser(prog="make invoke", description=__doc__)
    parser.add_argument("function", choices=sorted(image_targets(read_template())), help="FN=, as in template.yaml")
    parser.add_argument("event", type=Path, help="EVENT=, for example tests/events/scheduled.json")
    options = parser.parse_args()
    try:
        event = options.event.read_text(encoding="utf-8")
        with running_engine(), tempfile.TemporaryDirectory(prefix="sunwi-invoke-") as folder:
            build_images()
            with servers(Path(folder)) as running, running.surroundings() as around:
                around.prepare(event)
                event = stamp_event(event, datetime.now(UTC))
                network = running.network.name
                answer = invoke(options.function, event, environment=around.environment, network=network)
    except (OSError, SunwiError) as error:
        sys.stderr.write(f"make invoke failed: {error}\n")
        return 1
    sys.stderr.write(answer.log)
    sys.stdout.write(json.dumps(answer.document, ensure_ascii=False, indent=2) + "\n")
    return int(answer.is_error)


if __name__ == "__main__":
    sys.exit(main())
