"""`setup.sh` among programs that only pretend: each writes down its call, and answers as the test's world says."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "infra/local/setup.sh"
REAL = ("bash", "dirname", "sed", "grep", "mktemp", "rm", "env", "cat", "touch", "mkdir", "cp", "ln", "basename")
PRETENDED = ("python3", "apt-get", "apt-cache", "id", "fc-list")

# $WORLD holds a file for everything that is there: packages, `browser`, `root`, `offers/PACKAGE` of apt.
PROGRAM = r"""#!/bin/bash
name=$(basename "$0")
echo "$name $*" >> "$WORLD/calls"
case "$name $*" in
    "id -u") [ -e "$WORLD/root" ] && echo 0 || echo 1000 ;;
    "python3 -c import sys"*) [ ! -e "$WORLD/old-python" ] ;;
    "python3 -c import ensurepip, venv") [ -e "$WORLD/python3-venv" ] ;;
    "python3 -m venv"*) rm -rf .venv; mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
    "python -m pip"*) cp "$0" .venv/bin/uv ;;
    "uv sync"*) cp "$0" .venv/bin/playwright ;;
    "python -m infra.local.try_browser")
        [ ! -e "$WORLD/broken" ] || { echo "ModuleNotFoundError" >&2; exit 1; }
        [ -e "$WORLD/browser" ] || { echo "no browser starts" >&2; exit 3; } ;;
    "python -m infra.deploy.sam_cli") [ ! -e "$WORLD/no-sam" ] ;;
    "playwright install"*) [ ! -e "$WORLD/playwright-cannot" ] && touch "$WORLD/browser" ;;
    "apt-cache policy"*) echo "  Candidate: $(cat "$WORLD/offers/$2" 2>/dev/null || echo '(none)')" ;;
    "apt-get -qq install"*)
        touch "$WORLD/${!#}"
        case "${!#}" in chromium*) touch "$WORLD/browser" ;; esac ;;
    "fc-list"*) [ -e "$WORLD/fonts-nanum" ] && echo NanumGothic ;;
esac
"""


@dataclass
class Machine:
    folder: Path
    world: Path
    programs: Path

    def has(self, *things: str) -> None:
        for thing in things:
            (self.world / thing).touch()

    def offers(self, package: str, version: str = "1.0") -> None:
        (self.world / "offers" / package).write_text(version)

    def set_up(self, part: str = "run") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(  # noqa: S603 - the script under test
            [str(self.programs / "bash"), str(self.folder / "infra/local/setup.sh"), part],
            env={"PATH": str(self.programs), "WORLD": str(self.world)},
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self, beginning: str) -> list[str]:
        return [call for call in (self.world / "calls").read_text().splitlines() if call.startswith(beginning)]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(folder=tmp_path / "a checkout", world=tmp_path / "world", programs=tmp_path / "bin")
    (made.folder / "infra/local").mkdir(parents=True)
    shutil.copy(SCRIPT, made.folder / "infra/local")
    (made.folder / "uv.lock").write_text('[[package]]\nname = "uv"\nversion = "1.2.3"\n')
    (made.world / "offers").mkdir(parents=True)
    (made.world / "calls").touch()
    made.programs.mkdir()
    for name in REAL:
        (made.programs / name).symlink_to(str(shutil.which(name)))
    for name in PRETENDED:
        (made.programs / name).write_text(PROGRAM)
        (made.programs / name).chmod(0o755)
    return made


def test_who_has_everything_needs_no_root_and_hears_nothing(machine: Machine) -> None:
    machine.has("python3-venv", "browser", "fonts-nanum")
    done = machine.set_up()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert machine.calls("python -m pip") == ["python -m pip -qq install uv==1.2.3"]
    assert machine.calls("uv sync") == ["uv sync --locked --quiet"]
    assert not machine.calls("apt-get")


def test_an_environment_that_works_is_kept(machine: Machine) -> None:
    machine.has("python3-venv", "browser", "fonts-nanum")
    machine.set_up()
    assert machine.set_up().returncode == 0
    assert len(machine.calls("python3 -m venv")) == 1
    assert len(machine.calls("uv sync")) == 2


def test_a_trial_that_breaks_installs_nothing_and_shows_why(machine: Machine) -> None:
    machine.has("python3-venv", "browser", "fonts-nanum", "broken", "root")
    done = machine.set_up()
    assert done.returncode == 1
    assert "ModuleNotFoundError" in done.stderr
    assert "the browser could not be tried" in done.stderr
    assert not machine.calls("apt-get")
    assert not machine.calls("playwright")


@pytest.mark.parametrize("left", ["nothing", "half an environment"])
def test_an_environment_that_is_gone_or_half_made_is_made_anew(machine: Machine, left: str) -> None:
    machine.has("python3-venv", "browser", "fonts-nanum")
    machine.set_up()
    shutil.rmtree(machine.folder / ".venv")
    if left == "half an environment":
        (machine.folder / ".venv/bin").mkdir(parents=True)
        shutil.copy(machine.programs / "python3", machine.folder / ".venv/bin/python")
    assert machine.set_up().returncode == 0
    assert machine.calls("python3 -m venv") == ["python3 -m venv --clear .venv"] * 2


def test_root_gets_the_virtual_environments_of_python_installed(machine: Machine) -> None:
    machine.has("root", "browser", "fonts-nanum")
    machine.offers("python3-venv")
    assert machine.set_up().returncode == 0
    assert machine.calls("apt-get -qq install") == ["apt-get -qq install -y --no-install-recommends python3-venv"]


def test_who_is_not_root_is_told_to_install_the_virtual_environments(machine: Machine) -> None:
    machine.has("browser")
    machine.offers("python3-venv")
    done = machine.set_up()
    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr
    assert not (machine.folder / ".venv").exists()


def test_an_old_python_is_refused_with_what_is_needed(machine: Machine) -> None:
    machine.has("old-python")
    done = machine.set_up()
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr


def test_debian_gets_the_small_browser_and_korean_fonts(machine: Machine) -> None:
    machine.has("root", "python3-venv")
    for package in ("chromium-headless-shell", "chromium", "fonts-nanum"):
        machine.offers(package)
    assert machine.set_up().returncode == 0
    installed = [call.split()[-1] for call in machine.calls("apt-get -qq install")]
    assert installed == ["chromium-headless-shell", "fonts-nanum"]
    assert len(machine.calls("apt-get -qq update")) == 1


def test_where_only_the_whole_browser_is_offered_it_is_taken(machine: Machine) -> None:
    machine.has("root", "python3-venv", "fonts-nanum")
    machine.offers("chromium")
    assert machine.set_up().returncode == 0
    assert [call.split()[-1] for call in machine.calls("apt-get -qq install")] == ["chromium"]


def test_ubuntu_whose_chromium_is_a_snap_gets_the_browser_of_playwright(machine: Machine) -> None:
    machine.has("root", "python3-venv", "fonts-nanum")
    machine.offers("chromium", "2:1snap1-0ubuntu2")
    assert machine.set_up().returncode == 0
    assert machine.calls("playwright") == ["playwright install --with-deps chromium-headless-shell"]
    assert not machine.calls("apt-get -qq install")


def test_who_is_not_root_gets_the_browser_of_playwright_too(machine: Machine) -> None:
    machine.has("python3-venv")
    done = machine.set_up()
    assert done.returncode == 0
    assert machine.calls("playwright") == ["playwright install chromium-headless-shell"]
    assert "no Korean font was found" in done.stderr


def test_who_can_get_no_browser_is_told_what_helps(machine: Machine) -> None:
    machine.has("python3-venv", "playwright-cannot")
    done = machine.set_up()
    assert done.returncode == 1
    assert "no browser starts" in done.stderr
    for remedy in ("apt-get install chromium-headless-shell", "playwright install --with-deps", "BROWSER_EXECUTABLE"):
        assert remedy in done.stderr


def test_the_server_of_the_tests_is_not_asked_for_by_a_run(machine: Machine) -> None:
    machine.has("root", "python3-venv", "browser", "fonts-nanum")
    machine.offers("postgresql")
    assert machine.set_up("run").returncode == 0
    assert not machine.calls("apt-get")


def test_a_server_that_is_there_is_enough_for_the_tests(machine: Machine) -> None:
    machine.has("python3-venv", "browser", "fonts-nanum")
    (machine.programs / "pg_ctl").symlink_to("/bin/true")
    machine.set_up("run")
    done = machine.set_up("test")
    assert (done.returncode, done.stderr) == (0, "")
    assert not machine.calls("apt-get")


def test_the_tests_get_the_sam_cli_and_a_run_does_not(machine: Machine) -> None:
    machine.has("python3-venv", "browser", "fonts-nanum")
    (machine.programs / "pg_ctl").symlink_to("/bin/true")
    machine.set_up("run")
    assert not machine.calls("python -m infra.deploy")
    machine.set_up("test")
    assert machine.calls("python -m infra.deploy") == ["python -m infra.deploy.sam_cli"]


def test_a_sam_cli_that_cannot_be_had_is_named(machine: Machine) -> None:
    machine.has("python3-venv", "browser", "fonts-nanum", "no-sam")
    (machine.programs / "pg_ctl").symlink_to("/bin/true")
    machine.set_up("run")
    done = machine.set_up("test")
    assert done.returncode == 1
    assert "the SAM CLI, which the tests of a deployment need, could not be installed" in done.stderr


def test_what_runs_the_images_is_only_installed_when_it_is_asked_for(machine: Machine) -> None:
    machine.has("root")
    for package in ("docker.io", "docker-cli", "iptables", "debootstrap"):
        machine.offers(package)
    assert machine.set_up("docker").returncode == 0
    installed = [call.split()[-1] for call in machine.calls("apt-get -qq install")]
    assert installed == ["docker.io", "docker-cli", "iptables", "debootstrap"]


def test_an_engine_that_cannot_be_had_is_named(machine: Machine) -> None:
    done = machine.set_up("docker")
    assert done.returncode == 1
    assert "apt-get install docker.io" in done.stderr


def test_a_registry_is_only_installed_when_it_is_asked_for(machine: Machine) -> None:
    machine.has("root")
    machine.offers("docker-registry")
    assert machine.set_up("registry").returncode == 0
    assert machine.calls("apt-get -qq install") == ["apt-get -qq install -y --no-install-recommends docker-registry"]


def test_a_registry_that_cannot_be_had_is_named(machine: Machine) -> None:
    done = machine.set_up("registry")
    assert done.returncode == 1
    assert "apt-get install docker-registry" in done.stderr
