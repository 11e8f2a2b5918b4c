"""A page that goes on to another one while it is read."""

from collections.abc import Iterator

import pytest

from sunwi.adapters.browser.chromium import ChromiumPageLoader
from sunwi.domain.observation import LoadedPage
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.errors import PageUnreachable
from sunwi.service.ports.reading_terms import UNLIMITED
from sunwi.sites.naver.pages import page_address
from sunwi.sites.naver.site import NAVER
from tests.integration.browser.conftest import page_loader
from tests.integration.browser.local_pages import LocalPages, serve_pages

KEY = PageKey(Surface.INTEGRATED, Device.PC, "성수동 김밥")
HOST = "http://search.naver.com"
STEPS = {
    "location.replace": "<html><head><script>location.replace('/there')</script></head><body>잠시만요</body></html>",
    "location.href": "<html><head></head><body>잠시만요<script>location.href = '/there'</script></body></html>",
    "on load": "<html><head><script>onload = () => location.replace('/there')</script></head><body>1</body></html>",
    "refresh": '<html><head><meta http-equiv="refresh" content="0; url=/there"></head><body>잠시만요</body></html>',
    "refresh in a long page": f'<html><head><meta content="0;url=/there" http-equiv=refresh></head>{"긴 글 " * 30_000}',
    "script in a long page": f"<html><script>location.replace('/there')</script>{'긴 글 ' * 30_000}",
}


@pytest.fixture(scope="module")
def local() -> Iterator[LocalPages]:
    with serve_pages() as local:
        yield local


@pytest.fixture(scope="module")
def moving(local: LocalPages) -> Iterator[ChromiumPageLoader]:
    loader = page_loader(local.address)
    yield loader
    loader.close()


@pytest.fixture(autouse=True)
def pages(local: LocalPages) -> dict[str, str]:
    local.asked.clear()
    local.pages.clear()
    local.pages["/there"] = f"<html><head></head><body>결과 {'줄 ' * 30_000}</body></html>"
    return local.pages


def open_path(loader: ChromiumPageLoader, path: str) -> LoadedPage:
    return loader.load(NAVER, page_address(KEY, HOST + path), fresh=True, limit=UNLIMITED)


@pytest.mark.parametrize("step", STEPS)
def test_a_page_that_goes_on_is_read_as_the_one_that_it_goes_on_to(
    local: LocalPages, moving: ChromiumPageLoader, step: str
) -> None:
    local.pages["/here"] = STEPS[step]
    served = open_path(moving, "/here").served
    assert served.html == local.pages["/there"]
    assert (served.requested_url, served.final_url) == (f"{HOST}/here", f"{HOST}/there")
    assert [path for path in local.asked if "icon" not in path] == ["/here", "/there"]


def test_the_redirects_of_the_second_page_are_followed(local: LocalPages, moving: ChromiumPageLoader) -> None:
    local.pages["/here"] = STEPS["location.replace"].replace("/there", "/redirect")
    local.pages["/redirect"] = f"{HOST}/there"
    assert open_path(moving, "/here").served.html == local.pages["/there"]


def test_a_page_that_goes_on_to_a_refusal_is_one(local: LocalPages, moving: ChromiumPageLoader) -> None:
    local.pages["/here"] = STEPS["location.replace"].replace("/there", "/refused")
    local.pages["/refused"] = "403 <html><body>검색 서비스 이용이 제한되었습니다</body></html>"
    served = open_path(moving, "/here").served
    assert (served.status, served.final_url) == (403, f"{HOST}/refused")


def test_a_page_that_goes_on_twice_is_looked_at_again_later(local: LocalPages, moving: ChromiumPageLoader) -> None:
    local.pages["/here"] = STEPS["location.replace"].replace("/there", "/between")
    local.pages["/between"] = STEPS["location.replace"]
    with pytest.raises(PageUnreachable, match="went on to another page"):
        open_path(moving, "/here")
    local.pages["/here"] = local.pages["/there"]
    assert open_path(moving, "/here").served.html == local.pages["/there"]


@pytest.mark.parametrize("target", ["http://evil.example/", "http://169.254.169.254/latest/meta-data/"])
def test_a_page_that_goes_on_to_a_host_that_is_not_allowed_is_not_read(
    local: LocalPages, moving: ChromiumPageLoader, target: str
) -> None:
    local.pages["/here"] = STEPS["location.replace"].replace("/there", target)
    with pytest.raises(PageUnreachable, match=r"went on to another page, http://.*, while it was read"):
        open_path(moving, "/here")


def test_a_refresh_for_browsers_without_scripts_is_none(local: LocalPages, moving: ChromiumPageLoader) -> None:
    local.pages["/here"] = f"<html><head><noscript>{STEPS['refresh']}</noscript></head><body>결과</body></html>"
    assert open_path(moving, "/here").served.html == local.pages["/here"]
    assert "/there" not in local.asked


def test_a_short_page_that_stays_is_read_as_it_is(local: LocalPages, moving: ChromiumPageLoader) -> None:
    local.pages["/here"] = (
        "<html><script>history.replaceState(null, '', '/elsewhere')</script><body>짧은 글</body></html>"
    )
    assert open_path(moving, "/here").served.html == local.pages["/here"]
