"""Reading a page outside the browser, against a bare decode and parse of the same bytes."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from infra.local.standin.naver.generator import page_html
from infra.local.standin.naver.markup.places.place_list import render_place_list
from infra.local.standin.naver.markup.places.place_list_state import ListPage
from infra.local.standin.naver.place_lists import place_list_truth
from sunwi.domain.reading import PageVerdict, ServedPage
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.sites.naver.page_addresses import first_page_url
from sunwi.sites.naver.read_page import read_page

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(300)]

SEED = 11
ROUNDS = 15
MAX_RATIO = 4
MAX_EXTRA_MB = 40
MB = 1_000_000
_BESIDE_THE_PROJECT = Path(__file__).parents[2].parent / "shared" / "samples"
SAMPLES = Path(os.environ.get("SUNWI_SAMPLES", _BESIDE_THE_PROJECT))
CAPTURED = {
    "integrated-place-pc": "김밥",
    "integrated-popular": "트러블크림",
    "integrated-single-boxes": "등드름해초필링",
}
#: Reads a page in a process of its own, which says in kB how far its memory grew: by the bare parse, by reading.
MEASURE = """
import pathlib, sys
from selectolax.lexbor import LexborHTMLParser
from sunwi.domain.reading import ServedPage
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.sites.naver.page_addresses import first_page_url
from sunwi.sites.naver.read_page import read_page

def peak(work):
    pathlib.Path("/proc/self/clear_refs").write_text("5")
    before = memory("VmHWM")
    work()
    return memory("VmHWM") - before

def memory(name):
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(name + ":")))

def read():
    page = ServedPage(requested_url=url, final_url=url, status=200, html=body.decode())
    assert read_page(page, key).verdict.is_readable

body = pathlib.Path(sys.argv[1]).read_bytes()
key = PageKey(Surface(sys.argv[2]), Device.PC, sys.argv[3])
url = first_page_url(key)
first = peak(read)
print(first, peak(lambda: LexborHTMLParser(body.decode())))
"""


def key_of(surface: str, keyword: str) -> PageKey:
    return PageKey(Surface(surface), Device.PC, keyword)


def read_bytes(body: bytes, key: PageKey) -> PageVerdict:
    url = first_page_url(key)
    return read_page(ServedPage(requested_url=url, final_url=url, status=200, html=body.decode()), key).verdict


def place_list_html(keyword: str) -> str:
    truth = place_list_truth(SEED, keyword)
    page = ListPage(truth=truth, path="place", start=1, display=70, rows=truth.page(1, 70), ads=())
    return render_place_list(page, has_ids=True)


def captured(name: str) -> bytes:
    path = SAMPLES / f"{name}.html"
    if not path.exists():
        pytest.skip(f"no captured page at {path}: set SUNWI_SAMPLES to the folder that has it")
    return path.read_bytes()


PAGES: dict[str, tuple[str, str, Callable[[], bytes]]] = {
    "integrated": ("integrated", "가상역 국밥", lambda: page_html(SEED, "가상역 국밥").encode()),
    "place list": ("place_list", "가상역 국밥", lambda: place_list_html("가상역 국밥").encode()),
    **{name: ("integrated", keyword, partial(captured, name)) for name, keyword in CAPTURED.items()},
}


def seconds(work: Callable[[], object]) -> float:
    """Processor time: what else the machine does is not counted."""
    started = time.process_time()
    work()
    return time.process_time() - started


@pytest.mark.parametrize("name", PAGES)
def test_reading_costs_at_most_four_bare_parses(name: str) -> None:
    surface, keyword, make = PAGES[name]
    body, key = make(), key_of(surface, keyword)
    assert read_bytes(body, key).is_readable
    pairs = [
        (seconds(lambda: read_bytes(body, key)), seconds(lambda: LexborHTMLParser(body.decode())))
        for _ in range(ROUNDS)
    ]
    ratio = statistics.median(read / floor for read, floor in pairs)
    read, floor = (1000 * statistics.median(times) for times in zip(*pairs, strict=True))
    size = f"{len(body) / MB:.2f} MB"
    print(f"\n{name}, {size}: read in {read:.1f} ms, bare decode and parse {floor:.1f} ms; ratio {ratio:.2f}")
    assert ratio <= MAX_RATIO


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured by Linux's own account of it")
@pytest.mark.parametrize("name", PAGES)
def test_reading_takes_at_most_forty_megabytes(name: str, tmp_path: Path) -> None:
    surface, keyword, make = PAGES[name]
    page = tmp_path / "page.html"
    page.write_bytes(make())
    done = subprocess.run(  # noqa: S603 - the tests' own interpreter
        [sys.executable, "-c", MEASURE, str(page), surface, keyword],
        check=True,
        capture_output=True,
        cwd=Path(__file__).parents[2],
        text=True,
    )
    read, parsed = (int(kilobytes) / 1000 for kilobytes in done.stdout.split())
    print(
        f"\n{name}, {page.stat().st_size / MB:.2f} MB: {read:.1f} MB to read it, {parsed:.1f} MB for a later bare parse"
    )
    assert 0 < read <= MAX_EXTRA_MB
