from collections.abc import Iterator

import pytest

from infra.local.standin import StandinSite
from sunwi.adapters.browser.chromium import ChromiumPageLoader
from sunwi.adapters.browser.warm_browser import WarmBrowser
from sunwi.bootstrap.adapters import SystemClock
from sunwi.domain.observation import LoadedPage
from sunwi.domain.tracking import PageKey
from sunwi.errors import BrowserLost
from sunwi.service.ports.reading_terms import UNLIMITED, TimeLimit
from sunwi.sites.naver.pages import page_address
from sunwi.sites.naver.site import NAVER


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandinSite]:
    with StandinSite(seed=11, state_dir=tmp_path_factory.mktemp("standin")) as running:
        yield running


@pytest.fixture(autouse=True)
def healthy(site: StandinSite) -> None:
    site.clear_faults()
    site.requests.clear()


@pytest.fixture(scope="module")
def loader(site: StandinSite) -> Iterator[ChromiumPageLoader]:
    running = page_loader(site.address)
    yield running
    running.close()


def open_page(loader: ChromiumPageLoader, key: PageKey, limit: TimeLimit = UNLIMITED) -> LoadedPage:
    """Open a page and leave it, as a look does that wants no picture: with a fresh browser where the last one ended."""
    try:
        try:
            return loader.load(NAVER, page_address(key), fresh=False, limit=limit)
        except BrowserLost:
            return loader.load(NAVER, page_address(key), fresh=False, limit=limit)
    finally:
        loader.leave()


def page_loader(
    address: str, *, timeout_seconds: float = 10, max_pages: int = 1000, max_memory_bytes: int = 8 << 30
) -> ChromiumPageLoader:
    browser = WarmBrowser(
        executable=None, max_pages=max_pages, max_memory_bytes=max_memory_bytes, standin_address=address
    )
    return ChromiumPageLoader(clock=SystemClock(), browser=browser, page_timeout_seconds=timeout_seconds)
