"""What a page may take, in real Chromium: the time limit of its reading goes before every timeout of its own."""

import time
from pathlib import Path

import pytest

from infra.local.standin import StandinSite
from infra.local.standin.faults import Fault, FaultKind
from sunwi.adapters.browser import chromium
from sunwi.adapters.browser.chromium import ChromiumPageLoader
from sunwi.bootstrap.adapters import SystemClock
from sunwi.domain.picture import Drawing
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.errors import PageTimedOut
from sunwi.service.ports.reading_terms import UNLIMITED, TimeLimit
from sunwi.sites.naver.pages import page_address
from sunwi.sites.naver.site import NAVER
from tests.integration.browser.conftest import open_page

KEY = PageKey(Surface.INTEGRATED, Device.PC, "성수동 김밥")
LIST = PageKey(Surface.PLACE_LIST, Device.MOBILE, "가상역 국밥")
#: What a busy machine may add to a limit.
SLACK = 3


def limit(seconds: float) -> TimeLimit:
    return TimeLimit.after(seconds, SystemClock())


def test_a_page_that_comes_too_late_for_its_reading_is_timed_out_by_then(
    site: StandinSite, loader: ChromiumPageLoader
) -> None:
    open_page(loader, KEY)
    site.set_fault(KEY.keyword, Fault(kind=FaultKind.SLOW, times=1, delay_seconds=9))
    began = time.monotonic()
    with pytest.raises(PageTimedOut):
        open_page(loader, KEY, limit(3))
    assert time.monotonic() - began < 3 + SLACK
    site.clear_faults()
    assert open_page(loader, KEY).served.status == 200


def test_a_launch_counts_against_the_time_of_a_page(
    loader: ChromiumPageLoader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hanging = tmp_path / "browser"
    hanging.write_text("#!/bin/sh\nexec sleep 60\n")
    hanging.chmod(0o755)
    loader.close()
    monkeypatch.setattr(loader.browser, "executable", str(hanging))
    began = time.monotonic()
    with pytest.raises(PageTimedOut, match="the time for the page was over: no browser could be started"):
        open_page(loader, KEY, limit(4))
    assert time.monotonic() - began < 4 + SLACK
    monkeypatch.undo()
    assert open_page(loader, KEY).served.status == 200


def test_rows_that_never_come_are_waited_for_no_longer_than_the_reading_may_take(
    site: StandinSite, loader: ChromiumPageLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chromium, "RENDER_SECONDS", 60)
    site.set_fault(LIST.keyword, FaultKind.ROWS_MISSING)
    began = time.monotonic()
    assert open_page(loader, LIST, limit(6)).served.status == 200
    assert time.monotonic() - began < 6 + SLACK


def test_no_picture_is_drawn_that_has_no_time(loader: ChromiumPageLoader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "SCREENSHOT_SECONDS", 60)

    url = "https://search.naver.com/search.naver?where=nexearch&query=김밥"
    loader.load(NAVER, page_address(KEY, url), fresh=False, limit=UNLIMITED)
    assert loader.draw(Drawing(), limit=limit(60)) is None
    assert loader.draw(Drawing(), limit=UNLIMITED) is not None
    loader.leave()
