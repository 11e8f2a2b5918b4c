from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from infra.local.standin import StandinSite
from sunwi.adapters.browser.browser_profile import choose_machine
from sunwi.adapters.browser.chromium import ChromiumPageLoader
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.service.pages.read_surface import ReadSurface
from sunwi.service.ports.reading_terms import UNLIMITED
from sunwi.sites.naver.pages import page_address
from sunwi.sites.naver.site import NAVER
from tests.integration.browser.conftest import open_page, page_loader

KEYS = [PageKey(Surface.INTEGRATED, Device.PC, keyword) for keyword in ("김밥", "국수", "만두", "떡볶이")]


@pytest.fixture(scope="module")
def pooled(site: StandinSite) -> Iterator[ChromiumPageLoader]:
    running = page_loader(site.address)
    running.profile_pool = 2
    yield running
    running.close()


def test_each_page_is_opened_by_its_own_profile_and_a_fresh_look_by_another(pooled: ChromiumPageLoader) -> None:
    with capture_logs() as logs:
        for key in KEYS:
            open_page(pooled, key)
            pooled.load(NAVER, page_address(key), fresh=True, limit=UNLIMITED)
            open_page(pooled, key)
    used = [entry["profile"] for entry in logs if entry["event"] == "page_loaded"]
    wanted = [
        choose_machine(page_address(key), pool=2, fresh=fresh).name for key in KEYS for fresh in (False, True, False)
    ]
    assert used == wanted
    assert len(set(used)) == 2


def test_all_pages_of_a_look_are_opened_by_one_profile(pooled: ChromiumPageLoader) -> None:
    key = PageKey(Surface.BLOG_TAB, Device.MOBILE, "임플란트 비용")
    with capture_logs() as logs:
        look = ReadSurface(loader=pooled)(key, fresh=True)
    used = [entry["profile"] for entry in logs if entry["event"] == "page_loaded"]
    assert len(look.pages) == len(used) > 1
    assert set(used) == {choose_machine(page_address(key), pool=2, fresh=True).name}
