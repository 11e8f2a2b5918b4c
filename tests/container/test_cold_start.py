"""What a cold start takes in the images, against the least that it could take there."""

import json
import subprocess
import sys

import pytest

from infra.local.containers.build_template import image_targets
from infra.local.containers.images import Image
from infra.local.stack.localise import FUNCTION, read_template

pytestmark = [pytest.mark.benchmark]

ROUNDS = 11
MAX_IMPORT_RATIO = 1.3
MAX_FIRST_PAGE_RATIO = 1.2

HANDLERS = {
    name: resource["Properties"]["ImageConfig"]["Command"][0]
    for name, resource in read_template()["Resources"].items()
    if resource["Type"] == FUNCTION
}

#: Prints what a module loads that is neither its own nor Python's, in the order in which it is loaded.
LOADED = """
import sys, json, {module}
packages = []
for name, loaded in list(sys.modules.items()):
    spec = getattr(loaded, "__spec__", None)
    if spec and spec.name == name and (spec.origin or "").startswith("/opt/python/"):
        packages.append(name)
print(json.dumps(packages))
"""

#: Runs programs in turn, each in an interpreter of its own; prints the seconds that each says, round by round.
TURNS = """
import json, subprocess, sys
programs, rounds = json.load(sys.stdin)
for number in range(rounds + 1):
    said = [subprocess.check_output([sys.executable, "-c", each], text=True) for each in programs]
    if number:  # the first finds nothing in the file system's cache
        print(json.dumps([float(each) for each in said]))
"""

#: Gives what imports a handler before it is served.
AS_SERVED = "import sys; sys.path.append('/usr/local/lib/sunwi'); from serve_function import import_handler"

#: Imports keep one processor busy and wait for nothing, so its time is theirs, whatever else runs here.
TIMED = """
import time
started = time.{clock}()
{body}
print(time.{clock}() - started, flush=True)
{ending}
"""

BARE_PAGE = """
playwright = sync_playwright().start()
browser = playwright.chromium.launch(executable_path="/usr/bin/chromium-headless-shell", args=["--no-sandbox"])
page = browser.new_context().new_page()
page.goto("about:blank")
"""
OWN_PAGE = """
loader = PageContainer.bootstrap().loader
loader.follow("about:blank")
"""
BARE_IMPORTS = "from playwright.sync_api import sync_playwright"
OWN_IMPORTS = "import crawler.handler; from sunwi.bootstrap.pages import PageContainer"


def inside(image: Image, program: str, given: str = "") -> str:
    """Run a Python program in an image, as confined as on Lambda, and return what it prints."""
    command = ["docker", "run", "--rm", "--interactive", "--network", "none", "--read-only", "--tmpfs", "/tmp:size=1g"]  # noqa: S108 - Lambda's
    done = subprocess.run(  # noqa: S603 - our own words
        [*command, image.name, "python3", "-c", program], input=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def compare(image: Image, what: str, *, ours: str, floor: str) -> float:
    """Measure two programs in turn, print the least that each took, and return the ratio of the two."""
    said = inside(image, TURNS, json.dumps([[ours, floor], ROUNDS])).splitlines()
    rounds = [json.loads(line) for line in said]
    ours_seconds, floor_seconds = (min(each[number] for each in rounds) for number in (0, 1))
    ratio: float = ours_seconds / floor_seconds
    sys.stdout.write(f"\n{what}: {ours_seconds:.3f} s against {floor_seconds:.3f} s, ratio {ratio:.2f}\n")
    return ratio


@pytest.mark.parametrize("function", sorted(HANDLERS))
def test_a_handler_s_imports_take_little_more_than_those_of_its_packages(
    images: dict[str, Image], function: str
) -> None:
    image, module = images[image_targets(read_template())[function]], HANDLERS[function].rpartition(".")[0]
    packages = json.loads(inside(image, LOADED.format(module=module)))
    assert len(packages) > 100
    floor = "\n".join(f"import {name}" for name in packages)
    ratio = compare(
        image,
        f"imports of {function}",
        ours=AS_SERVED + TIMED.format(body=f"import_handler({HANDLERS[function]!r})", clock="process_time", ending=""),
        floor=TIMED.format(body=floor, clock="process_time", ending=""),
    )
    assert ratio <= MAX_IMPORT_RATIO


def test_the_first_page_is_ready_about_as_soon_as_by_a_bare_script(images: dict[str, Image]) -> None:
    ratio = compare(
        images["crawler"],
        "first page ready",
        ours=OWN_IMPORTS + TIMED.format(body=OWN_PAGE, clock="perf_counter", ending="loader.close()"),
        floor=BARE_IMPORTS
        + TIMED.format(body=BARE_PAGE, clock="perf_counter", ending="browser.close(); playwright.stop()"),
    )
    assert ratio <= MAX_FIRST_PAGE_RATIO
