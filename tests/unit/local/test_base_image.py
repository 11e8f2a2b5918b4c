"""`base.sh` among programs that only pretend: each writes down its call, and answers as the test's world says."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "infra/docker/base.sh"
REAL = (
    *("bash", "basename", "cat", "cp", "date", "env", "find", "grep", "mkdir", "mktemp", "rm"),
    *("sed", "tail", "tar", "timeout", "touch", "true"),
)
PRETENDED = ("docker", "debootstrap", "chroot", "apt-get", "apt-config", "id")

# $WORLD holds a file for each image that is there (its date of making in it), and for `root` and `registry`.
PROGRAM = r"""#!/bin/bash
name=$(basename "$0")
echo "$name $*" >> "$WORLD/calls"
case "$name $*" in
    "id -u") [ -e "$WORLD/root" ] && echo 0 || echo 1000 ;;
    "docker image inspect"*) cat "$WORLD/images/${!#}" ;;
    "docker manifest"*) [ -e "$WORLD/registry" ] ;;
    "docker import"*) cat > /dev/null ;;
    "docker build"*) cp "${!#}/Dockerfile" "$WORLD/Dockerfile" ;;
    "debootstrap"*) mkdir -p "$3"/etc/apt/apt.conf.d "$3"/etc/dpkg/dpkg.cfg.d "$3"/usr/share/doc
        echo "deb ${4:-http://default/debian} trixie main" > "$3/etc/apt/sources.list" ;;
    "chroot"*) cp "$1/etc/apt/sources.list" "$WORLD/sources" ;;
    "apt-get indextargets"*) cat "$WORLD/mirrors" ;;
    "apt-config dump") cat "$WORLD/apt" ;;
esac
"""


@dataclass
class Machine:
    world: Path
    programs: Path

    def prepare(self, **variables: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(  # noqa: S603 - the script under test
            [str(self.programs / "bash"), str(SCRIPT), "base"],
            env={
                "PATH": str(self.programs),
                "WORLD": str(self.world),
                "ADDED_AUTHORITIES": str(self.world / "none"),
                **variables,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self, beginning: str) -> list[str]:
        return [call for call in (self.world / "calls").read_text().splitlines() if call.startswith(beginning)]

    @property
    def dockerfile(self) -> list[str]:
        return (self.world / "Dockerfile").read_text().splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(world=tmp_path / "world", programs=tmp_path / "bin")
    (made.world / "images").mkdir(parents=True)
    for name in ("calls", "mirrors", "apt"):
        (made.world / name).touch()
    made.programs.mkdir()
    for name in REAL:
        (made.programs / name).symlink_to(str(shutil.which(name)))
    for name in PRETENDED:
        (made.programs / name).write_text(PROGRAM)
        (made.programs / name).chmod(0o755)
    return made


def has_image(machine: Machine, name: str, days: int) -> None:
    then = subprocess.run(  # noqa: S603 - fixed words
        ["/usr/bin/env", "date", "--date", f"{days} days ago", "+%FT%T.123456789Z"],
        capture_output=True,
        text=True,
        check=True,
    )
    (machine.world / "images" / name).write_text(then.stdout)


def test_a_base_of_this_week_is_taken_as_it_is(machine: Machine) -> None:
    has_image(machine, "base", days=5)
    done = machine.prepare()
    assert (done.returncode, done.stdout) == (0, "base\n")
    assert machine.calls("docker") == ["docker image inspect --format {{.Created}} base"]


def test_an_old_base_is_made_anew_from_the_registry_where_one_answers(machine: Machine) -> None:
    has_image(machine, "base", days=8)
    (machine.world / "registry").touch()
    done = machine.prepare()
    assert (done.returncode, done.stdout) == (0, "base\n")
    assert machine.calls("docker pull") == ["docker pull --quiet debian:trixie-slim"]
    assert machine.dockerfile == ["FROM debian:trixie-slim"]
    assert not machine.calls("debootstrap")


def test_without_a_registry_root_makes_it_of_the_packages_of_its_own_mirror_with_the_security_fixes(
    machine: Machine,
) -> None:
    (machine.world / "root").touch()
    (machine.world / "mirrors").write_text("http://here/debian/\nhttp://here/debian-security/\n")
    done = machine.prepare()
    assert (done.returncode, done.stdout) == (0, "base\n"), done.stderr
    assert machine.calls("debootstrap")[0].endswith("/root http://here/debian")
    assert (machine.world / "sources").read_text().splitlines() == [
        "deb http://here/debian trixie main",
        "deb http://here/debian trixie-updates main",
        "deb http://here/debian-security trixie-security main",
    ]
    assert machine.dockerfile == ["FROM sunwi-debootstrap:trixie"]


def test_without_a_registry_and_without_root_it_is_said_what_to_do(machine: Machine) -> None:
    done = machine.prepare()
    assert done.returncode == 1
    assert "no registry gives debian:trixie-slim" in done.stderr
    assert done.stdout == ""


def test_what_the_machine_needs_to_reach_its_registries_goes_on_top_of_either(machine: Machine, tmp_path: Path) -> None:
    (machine.world / "registry").touch()
    (machine.world / "apt").write_text('Acquire::http::Proxy "http://proxy:3128";\nAPT::Other "1";\n')
    bundle = tmp_path / "authorities.pem"
    bundle.write_text("of this machine")
    done = machine.prepare(PIP_CERT=str(bundle), HTTPS_PROXY="http://proxy:3128")
    assert done.returncode == 0
    assert machine.dockerfile == [
        "FROM debian:trixie-slim",
        "COPY 95build-machine /etc/apt/apt.conf.d/",
        "COPY authorities.pem /etc/build-machine/",
        "ENV PIP_CERT=/etc/build-machine/authorities.pem",
        "ENV SSL_CERT_FILE=/etc/build-machine/authorities.pem",
        'ENV HTTPS_PROXY="http://proxy:3128"',
    ]
