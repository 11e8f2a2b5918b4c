import pytest

from infra.local.standin import FaultKind, StandinSite
from infra.local.standin.faults import HOSTILE
from infra.local.standin.naver.pages.hostile_pages import DOWNLOAD_PATH, WORKER_PATH
from sunwi.domain.tracking import Surface
from tests.integration.standin.client import Client

KEYWORD = "수분크림 후기"
SCRIPTS = {
    FaultKind.ALERT: "alert(",
    FaultKind.POPUPS: "window.open(",
    FaultKind.DOWNLOAD: DOWNLOAD_PATH,
    FaultKind.ENDLESS_SCRIPT: "for (;;) { }",
    FaultKind.UNBOUNDED_MEMORY: "new Uint8Array(",
    FaultKind.SERVICE_WORKER: f'serviceWorker.register("{WORKER_PATH}")',
}
REDIRECTS = {
    FaultKind.REDIRECT_LOOPBACK: "http://127.0.0.1:",
    FaultKind.REDIRECT_LINK_LOCAL: "http://169.254.169.254/",
    FaultKind.REDIRECT_FILE: "file:///",
}


def test_every_hostile_page_is_known_here() -> None:
    assert set(SCRIPTS) | set(REDIRECTS) == HOSTILE


@pytest.mark.parametrize(("kind", "target"), REDIRECTS.items())
def test_a_redirect_leads_where_no_browser_must_go(
    site: StandinSite, client: Client, kind: FaultKind, target: str
) -> None:
    site.set_fault(KEYWORD, kind)
    answer = client.search(KEYWORD)
    assert answer.status == 302
    assert answer.headers["Location"].startswith(target)


def test_the_loopback_redirect_names_the_port_of_the_site(site: StandinSite, client: Client) -> None:
    site.set_fault(KEYWORD, FaultKind.REDIRECT_LOOPBACK)
    assert client.search(KEYWORD).headers["Location"] == f"http://{site.address}/_standin/health"


@pytest.mark.parametrize(("kind", "script"), SCRIPTS.items())
def test_a_hostile_script_is_all_there_is_on_its_small_page(
    site: StandinSite, client: Client, kind: FaultKind, script: str
) -> None:
    site.set_fault(KEYWORD, kind)
    for answer in (client.search(KEYWORD), client.tab(Surface.BLOG_TAB, KEYWORD)):
        assert answer.status == 200
        assert script in answer.text
        assert len(answer.body) < 1000


def test_the_download_and_the_worker_are_served(client: Client) -> None:
    download = client.ask("search.naver.com", DOWNLOAD_PATH)
    assert download.headers["Content-Disposition"].startswith("attachment;")
    assert len(download.body) == 1024
    assert client.ask("search.naver.com", WORKER_PATH).headers["Content-Type"].startswith("application/javascript")
