"""What is known against the packages that get into the images."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.stack.localise import ROOT

UV = str(Path(sys.executable).with_name("uv"))
AUDITOR = "pip-audit==2.10.1"
EXPORT = ("export", "--frozen", "--no-default-groups", "--group", "image", "--no-emit-project", "--quiet")

#: Known faults that do not reach us, by their number, with the reason.
EXCEPTIONS: dict[str, str] = {}


def test_nothing_is_known_against_the_packages_of_the_images(tmp_path: Path) -> None:
    requirements = tmp_path / "requirements.txt"
    subprocess.run([UV, *EXPORT, "--output-file", str(requirements)], cwd=ROOT, check=True)  # noqa: S603 - our own words
    done = subprocess.run(  # noqa: S603 - our own words
        [
            *(UV, "tool", "run", "--from", AUDITOR, "pip-audit", "--disable-pip", "--require-hashes"),
            *("--format", "json", "--progress-spinner", "off", "--requirement", str(requirements)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.stdout.strip():
        pytest.skip(f"no service that knows faults of packages answers: {done.stderr.strip().splitlines()[-1]}")
    audited = json.loads(done.stdout)["dependencies"]
    assert len(audited) > 20
    if all("skip_reason" in package for package in audited):
        pytest.skip("the package index in use keeps no list of known faults: the packages were not audited")
    found = {fault["id"]: package["name"] for package in audited for fault in package.get("vulns", [])}
    assert {number: name for number, name in found.items() if number not in EXCEPTIONS} == {}
