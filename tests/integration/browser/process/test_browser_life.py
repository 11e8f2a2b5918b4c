import os
import signal
from pathlib import Path

import pytest

from infra.local.standin import StandinSite
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.errors import PageUnreachable
from tests.integration.browser.conftest import open_page, page_loader
from tests.stack.daily_run import descendants

KEY = PageKey(Surface.INTEGRATED, Device.PC, "성수동 김밥")
MARK = "not-for-the-browser"


def environment_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def test_driver_and_browser_get_no_credentials(site: StandinSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", MARK)
    monkeypatch.setenv("DATABASE_URL", f"postgresql://{MARK}")
    loader = page_loader(site.address)
    before = set(descendants(os.getpid()))
    try:
        open_page(loader, KEY)
        started = set(descendants(os.getpid())) - before
        environments = [text for pid in started if (text := environment_of(pid))]
        assert len(environments) > 1
        assert not [text for text in environments if MARK.encode() in text]
        assert os.environ["AWS_SECRET_ACCESS_KEY"] == MARK
    finally:
        loader.close()


def test_a_dead_browser_is_replaced_once_and_nothing_is_left_behind(site: StandinSite) -> None:
    loader = page_loader(site.address)
    before = set(descendants(os.getpid()))
    try:
        open_page(loader, KEY)
        browsers = {
            pid: command
            for pid, command in descendants(os.getpid()).items()
            if pid not in before and "chrom" in command
        }
        for pid, command in browsers.items():
            if "--type=" not in command:
                os.kill(pid, signal.SIGKILL)
        assert open_page(loader, KEY).served.status == 200
    finally:
        loader.close()
    assert not [pid for pid, command in descendants(os.getpid()).items() if pid not in before and "chrom" in command]


def test_the_browser_is_launched_anew_after_its_share_of_pages(site: StandinSite) -> None:
    loader = page_loader(site.address, max_pages=2)
    before = set(descendants(os.getpid()))

    def browsers() -> set[int]:
        below = descendants(os.getpid())
        return {pid for pid, cmd in below.items() if pid not in before and "chrom" in cmd and "--type=" not in cmd}

    try:
        open_page(loader, KEY)
        first = browsers()
        open_page(loader, KEY)
        assert browsers() == first
        open_page(loader, KEY)
        assert browsers().isdisjoint(first)
    finally:
        loader.close()


def test_an_unreachable_site_is_named_with_the_browsers_own_reason() -> None:
    loader = page_loader("127.0.0.1:1")
    try:
        with pytest.raises(PageUnreachable, match=r"https://search\.naver\.com/.* could not be opened: .*ERR_"):
            open_page(loader, KEY)
    finally:
        loader.close()
