"""A picture of a page against the load of that page: time, bytes, and cards that were found."""

import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.standin import StandinSite
from sunwi.adapters.browser.chromium import ChromiumPageLoader
from sunwi.adapters.browser.page_picture import draw_page
from sunwi.adapters.browser.warm_browser import WarmBrowser
from sunwi.bootstrap.adapters import SystemClock
from sunwi.domain.picture import MAX_PICTURE_BYTES, PagePicture
from sunwi.domain.reading import ServedPage
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.service.ports.reading_terms import UNLIMITED
from sunwi.sites.naver.lists.card_names import describe_drawing
from sunwi.sites.naver.page_addresses import first_page_url
from sunwi.sites.naver.pages import page_address
from sunwi.sites.naver.read_page import read_page
from sunwi.sites.naver.site import NAVER

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

ROUNDS = 5
#: A load from this machine takes a tenth of one from Naver.
MAX_RATIO = 10
_BESIDE_THE_PROJECT = Path(__file__).parents[2].parent / "shared" / "samples"
SAMPLES = Path(os.environ.get("SUNWI_SAMPLES", _BESIDE_THE_PROJECT))
CAPTURED = {
    "integrated-place-pc": (Device.PC, "김밥"),
    "integrated-popular": (Device.PC, "트러블크림"),
    "integrated-single-boxes": (Device.PC, "등드름해초필링"),
    "one-place-pc": (Device.PC, "가상백화점 모의점 시범옥"),
    "video-card-mobile": (Device.MOBILE, "모의"),
}
#: Naver's style sheets are not kept with a page; without any, an icon is as wide as the column.
STYLE = "<style>svg { width: 16px; height: 16px; } #main_pack { width: 700px; }</style></head>"


@pytest.fixture(scope="module")
def loader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromiumPageLoader]:
    with StandinSite(seed=11, state_dir=tmp_path_factory.mktemp("standin")) as site:
        browser = WarmBrowser(executable=None, max_pages=1000, max_memory_bytes=8 << 30, standin_address=site.address)
        running = ChromiumPageLoader(clock=SystemClock(), browser=browser, page_timeout_seconds=60)
        yield running
        running.close()


def show(name: str, loads: list[float], draws: list[float], picture: PagePicture) -> float:
    """Print one row, and return the ratio of the medians."""
    load, draw = 1000 * statistics.median(loads), 1000 * statistics.median(draws)
    found = sum(each.rectangle is not None for each in picture.cards)
    print(
        f"\n{name}: loaded in {load:.0f} ms, drawn in {draw:.0f} ms, ratio {draw / load:.2f}; {len(picture.data):,} "
        f"bytes, {picture.width} x {picture.height} at {picture.scale:.2f}, {found} of {len(picture.cards)} cards"
    )
    return draw / load


@pytest.mark.parametrize("device", Device)
@pytest.mark.parametrize("surface", Surface)
def test_a_picture_costs_little_beside_the_load_of_its_page(
    loader: ChromiumPageLoader, surface: Surface, device: Device
) -> None:
    key = PageKey(surface, device, "제주 흑돼지 맛집")
    loads, draws = [], []
    for _ in range(ROUNDS):
        loaded = loader.load(NAVER, page_address(key), fresh=False, limit=UNLIMITED)
        reading = read_page(loaded.served, key)
        started = time.monotonic()
        picture = loader.draw(
            describe_drawing(loaded.served, cards=reading.cards, left_out=reading.left_out), limit=UNLIMITED
        )
        draws.append(time.monotonic() - started)
        loads.append(loaded.load_seconds)
        loader.leave()
    assert picture is not None
    assert show(f"{surface} {device}", loads, draws, picture) <= MAX_RATIO
    assert len(picture.data) <= MAX_PICTURE_BYTES


@pytest.mark.parametrize("name", CAPTURED)
def test_a_picture_of_a_captured_page_is_small(loader: ChromiumPageLoader, name: str) -> None:
    path = SAMPLES / f"{name}.html"
    if not path.exists():
        pytest.skip(f"no captured page at {path}: set SUNWI_SAMPLES to the folder that has it")
    device, keyword = CAPTURED[name]
    key, html = PageKey(Surface.INTEGRATED, device, keyword), path.read_text(encoding="utf-8")
    served = ServedPage(requested_url=first_page_url(key), final_url=first_page_url(key), status=200, html=html)
    reading = read_page(served, key)
    context = loader.browser.running(NAVER).new_context(
        viewport={"width": 412 if device is Device.MOBILE else 1440, "height": 900}
    )
    loads, draws = [], []
    for _ in range(ROUNDS):
        page = context.new_page()
        started = time.monotonic()
        page.set_content(html.replace("</head>", STYLE, 1), wait_until="domcontentloaded")
        loads.append(time.monotonic() - started)
        started = time.monotonic()
        drawing = describe_drawing(served, cards=reading.cards, left_out=reading.left_out)
        picture = draw_page(page, drawing, NAVER.layout)
        draws.append(time.monotonic() - started)
        page.close()
    context.close()
    assert picture is not None
    show(f"{name}, {len(html.encode()) / 1e6:.1f} MB", loads, draws, picture)
    assert len(picture.data) <= MAX_PICTURE_BYTES
