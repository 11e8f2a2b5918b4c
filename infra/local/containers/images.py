"""`python -m infra.local.containers.images`: build every image that the template names, and print their sizes."""

import os
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from infra.deploy.sam_cli import overrides, sam_command
from infra.local.containers.build_template import BUILD_TEMPLATE, image_targets, write_build_template
from infra.local.containers.engine import EngineUnavailable, engine_architecture, running_engine
from infra.local.stack.localise import ROOT, image_of, read_template
from infra.local.stack.session import REGION, ROOT_KEY
from sunwi.errors import SunwiError

BASE_SCRIPT = ROOT / "infra" / "docker" / "base.sh"
BROWSER = "chromium-headless-shell"
MEGABYTE = 1_000_000


class BuildFailed(SunwiError):
    """An image could not be built; shows the end of the builder's output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image on this machine.

    Attributes:
        target: Of the Dockerfile.
        name: Under which the engine knows it.
        size_bytes: Of all its layers, uncompressed.
    """

    target: str
    name: str
    size_bytes: int


def build_images() -> list[Image]:
    """Build by `sam build` what is not built yet, and give one image for each of the Dockerfile's targets.

    Raises:
        EngineUnavailable: No base image can be made, no container runs, or Lambda has no such processor.
        BuildFailed: The build itself broke.
    """
    own = overrides({"Architecture": engine_architecture()})
    command = sam_command("build", "--template", str(prepare_build()), *own)
    built = subprocess.run(command, cwd=ROOT, env=local_environment(), capture_output=True, text=True, check=False)
    if built.returncode:
        raise BuildFailed(f"the images could not be built:\n{(built.stdout + built.stderr).strip()[-3000:]}")
    return [_keep(target, function) for target, function in _one_function_each().items()]


def prepare_build() -> Path:
    """Prepare what `sam build` starts from, and return the template to build.

    Raises:
        EngineUnavailable: No base image can be made, or no container runs.
    """
    base = prepare_base()
    write_build_template(
        {
            "BASE_IMAGE": base,
            "CHROMIUM_VERSION": newest_browser(base),
            "VERSION": tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"],
            "REVISION": _revision(),
        }
    )
    return BUILD_TEMPLATE


def local_environment() -> dict[str, str]:
    """Return an environment for the SAM CLI: no account but the local stack's, no Python paths but its own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
    return {
        **own,
        "AWS_ACCESS_KEY_ID": ROOT_KEY,
        "AWS_SECRET_ACCESS_KEY": ROOT_KEY,
        "AWS_DEFAULT_REGION": REGION,
        "SAM_CLI_TELEMETRY": "0",
    }


def prepare_base() -> str:
    """Make the image that the Dockerfile starts from, see that it runs, and give its name.

    Raises:
        EngineUnavailable: It cannot be had, or does not run; the message says why.
    """
    made = subprocess.run(["bash", str(BASE_SCRIPT)], capture_output=True, text=True, check=False)
    if made.returncode:
        raise EngineUnavailable(f"the images' base cannot be made: {' / '.join(made.stderr.strip().splitlines()[-3:])}")
    base = made.stdout.strip()
    tried = docker("run", "--rm", base, "true")
    if tried.returncode:
        raise EngineUnavailable(f"the Docker engine runs no container: {tried.stderr.strip()}")
    return base


def newest_browser(base: str) -> str:
    """Ask the base image's package sources for the browser's newest version; empty when they cannot be reached."""
    script = f"apt-get -qq update --error-on=any && apt-cache policy {BROWSER} | sed -n 's/^  Candidate: //p'"
    return docker("run", "--rm", base, "sh", "-c", script).stdout.strip()


def docker(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run one of Docker's commands to its end."""
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)


def _one_function_each() -> dict[str, str]:
    """Return one function for each target: SAM CLI names images by function."""
    functions = image_targets(read_template()).items()
    return {target: function for function, target in sorted(functions, reverse=True)}


def _keep(target: str, function: str) -> Image:
    """Name a target's image by its target."""
    tag = read_template()["Resources"][function]["Metadata"]["DockerTag"]
    name = image_of(target)
    docker("tag", f"{function.lower()}:{tag}", name)
    found = docker("image", "inspect", "--format", "{{.Size}}", name)
    if found.returncode:
        raise BuildFailed(f"sam build left no image of {function}: {found.stderr.strip()}")
    return Image(target=target, name=name, size_bytes=int(found.stdout))


def _revision() -> str:
    """Return the commit that is checked out, marked when files differ from it."""
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return described.stdout.strip() or "unknown"


def main() -> int:
    """Build the images and print each one's size."""
    try:
        with running_engine():
            for image in build_images():
                sys.stdout.write(f"{image.name:<16} {image.size_bytes / MEGABYTE:6.1f} MB\n")
    except SunwiError as error:
        sys.stderr.write(f"make images failed: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
