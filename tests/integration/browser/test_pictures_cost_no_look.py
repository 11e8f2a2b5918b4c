"""What goes wrong while a page is drawn costs its picture alone, and drawing takes place within the pause."""

import signal
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from infra.local.standin import StandinSite
from sunwi.adapters.browser.chromium import ChromiumPageLoader
from sunwi.bootstrap.adapters import SystemClock
from sunwi.domain.observation import LoadedSurface
from sunwi.domain.pace import Turn
from sunwi.domain.picture import Drawing
from sunwi.domain.reading import PageVerdict
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.service.pages.keep_pace import Unpaced
from sunwi.service.pages.read_surface import ReadSurface
from sunwi.service.ports.reading_terms import TimeLimit
from tests.integration.browser.conftest import open_page, page_loader
from tests.integration.browser.process.test_warm_browser import signal_all
from tests.integration.browser.test_page_pictures import shown_page

KEY = PageKey(Surface.INTEGRATED, Device.PC, "성수동 김밥")
LIST = PageKey(Surface.PLACE_LIST, Device.PC, "성수동 김밥")


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a busy machine draw as long as it takes, unless a test says otherwise."""
    monkeypatch.setattr("sunwi.adapters.browser.page_picture._REDRAW_SECONDS", 60)
    monkeypatch.setattr("sunwi.adapters.browser.chromium.SCREENSHOT_SECONDS", 60)


@pytest.fixture
def warm(site: StandinSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChromiumPageLoader]:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    loader = page_loader(site.address)
    yield loader
    loader.close()


def read_with(
    loader: ChromiumPageLoader, monkeypatch: pytest.MonkeyPatch, key: PageKey, *, harm: object
) -> LoadedSurface:
    """Read a surface with pictures, and do harm before the first page is drawn."""
    draw, harmed = loader.draw, list[bool]()

    def harm_first(self: ChromiumPageLoader, drawing: Drawing, *, limit: TimeLimit) -> object:
        assert self is loader
        if not harmed:
            harmed.append(True)
            assert callable(harm)
            harm()
        return draw(drawing, limit=limit)

    monkeypatch.setattr(ChromiumPageLoader, "draw", harm_first)
    return ReadSurface(loader=loader, depths={Surface.PLACE_LIST: 100})(key, with_pictures=True)


def test_a_page_that_hangs_while_it_is_drawn_costs_the_picture_and_the_browser_is_replaced(
    warm: ChromiumPageLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sunwi.adapters.browser.chromium.SCREENSHOT_SECONDS", 1)

    def hang() -> None:
        shown_page(warm).evaluate("() => { setTimeout(() => { for (;;) { } }, 0); }")

    look = read_with(warm, monkeypatch, KEY, harm=hang)
    assert look.reading.verdict is PageVerdict.RECOGNISED
    assert look.pictures == {}
    assert open_page(warm, KEY).served.status == 200
    assert warm.browser.launches == 2


def test_a_list_is_read_to_its_depth_though_its_first_page_hung_while_it_was_drawn(
    warm: ChromiumPageLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sunwi.adapters.browser.chromium.SCREENSHOT_SECONDS", 1)

    def hang() -> None:
        shown_page(warm).evaluate("() => { setTimeout(() => { for (;;) { } }, 0); }")

    look = read_with(warm, monkeypatch, LIST, harm=hang)
    assert len(look.pages) == 2
    assert len(look.reading.cards) >= 100
    assert look.pictures == {}


@pytest.mark.parametrize(
    ("word", "number"),
    [("chrom", signal.SIGKILL), ("node", signal.SIGKILL), ("chrom", signal.SIGSTOP), ("node", signal.SIGSTOP)],
)
def test_a_browser_or_driver_that_dies_or_hangs_over_a_picture_costs_that_picture(
    warm: ChromiumPageLoader, monkeypatch: pytest.MonkeyPatch, word: str, number: signal.Signals
) -> None:
    monkeypatch.setattr("sunwi.adapters.browser.chromium.SCREENSHOT_SECONDS", 1)
    look = read_with(warm, monkeypatch, KEY, harm=lambda: signal_all(warm, word, number))
    assert look.reading.verdict is PageVerdict.RECOGNISED
    assert look.pictures == {}
    monkeypatch.setattr("sunwi.adapters.browser.chromium.SCREENSHOT_SECONDS", 60)
    assert set(ReadSurface(loader=warm)(KEY, with_pictures=True).pictures) == {1}


def test_a_page_is_drawn_within_the_pause_before_the_next_one(
    warm: ChromiumPageLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[tuple[str, datetime | None]] = []
    clock = SystemClock()

    class NotedPace(Unpaced):
        def wait_turn(self, site: str, *, limit: TimeLimit, turn: Turn | None = None) -> None:
            del site, limit, turn
            events.append(("turn", clock.now()))

        def record_load(self, site: str, at: datetime | None = None) -> None:
            del site
            events.append(("loaded", at))

    draw = warm.draw

    def noted(_self: ChromiumPageLoader, drawing: Drawing, *, limit: TimeLimit) -> object:
        events.append(("draw", clock.now()))
        return draw(drawing, limit=limit)

    monkeypatch.setattr(ChromiumPageLoader, "draw", noted)
    read = ReadSurface(loader=warm, depths={Surface.PLACE_LIST: 100}, pace=NotedPace())
    look = read(LIST, with_pictures=True)
    assert set(look.pictures) == {1, 2}
    assert [name for name, _ in events] == ["turn", "loaded", "draw"] * 2
    assert [at for name, at in events if name == "loaded"] == [page.fetched_at for page in look.pages]
    assert all(at is not None and at <= later for (_, at), (_, later) in pairwise(events) if later is not None)
