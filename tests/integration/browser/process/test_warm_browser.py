import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from errno import ENOSPC
from pathlib import Path

import psutil
import pytest

from infra.local.standin import StandinSite
from infra.local.standin.faults import Fault, FaultKind
from sunwi.adapters.browser.browser_folder import make_browser_folder
from sunwi.adapters.browser.chromium import ChromiumPageLoader
from sunwi.adapters.browser.warm_browser import MIN_FREE_BYTES
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.errors import PageTimedOut, SunwiError
from sunwi.service.ports.reading_terms import UNLIMITED
from sunwi.sites.naver.pages import page_address
from sunwi.sites.naver.read_page import read_page
from sunwi.sites.naver.site import NAVER
from tests.integration.browser.conftest import open_page, page_loader

KEY = PageKey(Surface.INTEGRATED, Device.PC, "성수동 김밥")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def warm(site: StandinSite, folder: Path) -> Iterator[ChromiumPageLoader]:  # noqa: ARG001 - the browser writes there
    loader = page_loader(site.address, timeout_seconds=4)
    yield loader
    loader.close()


def processes_of(loader: ChromiumPageLoader, word: str) -> list[psutil.Process]:
    found = []
    folder = str(loader.browser._folder)  # noqa: SLF001 - tells this browser's processes from another's
    for each in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if word in each.name() and folder in "".join(each.environ().values()):
                found.append(each)
    return found


def signal_all(loader: ChromiumPageLoader, word: str, number: signal.Signals) -> None:
    found = processes_of(loader, word)
    assert found
    for process in found:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)


@pytest.mark.parametrize("word", ["node", "chrom"])
def test_a_killed_driver_or_browser_is_replaced_within_the_same_load(warm: ChromiumPageLoader, word: str) -> None:
    open_page(warm, KEY)
    signal_all(warm, word, signal.SIGKILL)
    assert open_page(warm, KEY).served.status == 200
    assert warm.browser.launches == 2


def test_nothing_is_launched_and_nothing_is_asked_between_a_pages_turn_and_its_request(
    warm: ChromiumPageLoader, site: StandinSite
) -> None:
    site.requests.clear()
    warm.prepare(NAVER, page_address(KEY), fresh=True, limit=UNLIMITED)
    assert warm.browser.launches == 1
    assert site.requests.arrivals == []
    contexts = dict(warm._contexts)  # noqa: SLF001 - the load is to use what was readied
    warm.load(NAVER, page_address(KEY), fresh=True, limit=UNLIMITED)
    assert warm.browser.launches == 1
    assert warm._contexts == contexts  # noqa: SLF001


@pytest.mark.parametrize("word", ["node", "chrom"])
def test_what_ends_between_the_preparation_and_the_turn_is_replaced_by_the_load(
    warm: ChromiumPageLoader, word: str
) -> None:
    warm.prepare(NAVER, page_address(KEY), fresh=False, limit=UNLIMITED)
    signal_all(warm, word, signal.SIGKILL)
    assert open_page(warm, KEY).served.status == 200
    assert warm.browser.launches == 2


def test_a_browser_that_hangs_while_it_is_prepared_is_ended_and_the_load_is_fine(warm: ChromiumPageLoader) -> None:
    open_page(warm, KEY)
    signal_all(warm, "chrom", signal.SIGSTOP)
    warm._forget(next(iter(warm._contexts)))  # noqa: SLF001 - a context is to be made
    warm.prepare(NAVER, page_address(KEY), fresh=False, limit=UNLIMITED)
    assert open_page(warm, KEY).served.status == 200


def test_a_browser_that_hangs_is_ended_and_the_next_load_is_fine(warm: ChromiumPageLoader) -> None:
    open_page(warm, KEY)
    signal_all(warm, "chrom", signal.SIGSTOP)
    with pytest.raises(SunwiError):
        open_page(warm, KEY)
    assert open_page(warm, KEY).served.status == 200


def test_a_driver_that_hangs_is_ended_and_the_next_load_is_fine(warm: ChromiumPageLoader) -> None:
    open_page(warm, KEY)
    signal_all(warm, "node", signal.SIGSTOP)
    with pytest.raises(PageTimedOut, match="the browser hung, and was ended after 11 s"):
        open_page(warm, KEY)
    assert open_page(warm, KEY).served.status == 200


def test_nothing_stays_of_a_closed_browser(warm: ChromiumPageLoader, folder: Path) -> None:
    open_page(warm, KEY)
    assert len(list(folder.iterdir())) == 1
    started = [*processes_of(warm, "chrom"), *processes_of(warm, "node")]
    warm.close()
    assert list(folder.iterdir()) == []
    _, alive = psutil.wait_procs(started, timeout=10)
    assert alive == []


def test_a_driver_that_does_not_end_by_itself_is_ended_by_force(warm: ChromiumPageLoader, folder: Path) -> None:
    open_page(warm, KEY)
    signal_all(warm, "node", signal.SIGSTOP)
    warm.close()
    assert list(folder.iterdir()) == []


def test_a_browser_that_has_grown_too_big_is_launched_anew(site: StandinSite) -> None:
    loader = page_loader(site.address, max_memory_bytes=1)
    try:
        open_page(loader, KEY)
        open_page(loader, KEY)
        assert loader.browser.launches == 2
    finally:
        loader.close()


def test_the_folder_of_a_process_that_is_gone_is_removed_by_the_next_launch(
    warm: ChromiumPageLoader, folder: Path
) -> None:
    stale = folder / "sunwi-browser-999999999-abc"
    others = folder / f"sunwi-browser-{os.getppid()}-abc"
    for each in (stale, others):
        (each / "profile").mkdir(parents=True)
    open_page(warm, KEY)
    assert not stale.exists()
    assert others.exists()


def test_a_temporary_folder_that_cannot_be_written_fails_the_look_and_not_the_next_one(
    warm: ChromiumPageLoader, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(folder / "gone"))
    with pytest.raises(SunwiError, match="look at the memory and the temporary folder"):
        open_page(warm, KEY)
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    assert open_page(warm, KEY).served.status == 200


def test_a_browser_that_does_not_start_is_launched_once_more(
    warm: ChromiumPageLoader, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warm.close()
    tries: list[Path] = []

    def make() -> Path:
        tries.append(make_browser_folder())
        if len(tries) == 1:
            raise OSError(ENOSPC, "No space left on device")
        return tries[-1]

    monkeypatch.setattr("sunwi.adapters.browser.warm_browser.make_browser_folder", make)
    assert open_page(warm, KEY).served.status == 200
    assert [each.parent for each in tries] == [folder, folder]


def test_a_browser_is_replaced_when_its_temporary_folder_is_full(
    warm: ChromiumPageLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_page(warm, KEY)
    monkeypatch.setattr("sunwi.adapters.browser.warm_browser.free_temporary_bytes", lambda: MIN_FREE_BYTES - 1)
    open_page(warm, KEY)
    assert warm.browser.launches == 1
    warm.browser.is_alone = True
    monkeypatch.setattr("sunwi.adapters.browser.warm_browser.end_children", lambda: None)
    monkeypatch.setattr("sunwi.adapters.browser.warm_browser.empty_temporary_folder", lambda: None)
    open_page(warm, KEY)
    assert warm.browser.launches == 2


def is_unread(loader: ChromiumPageLoader) -> bool:
    try:
        return not read_page(open_page(loader, KEY).served, KEY).verdict.is_readable
    except SunwiError:
        return True


HOSTILE = [
    FaultKind.REDIRECT_LOOPBACK,
    FaultKind.REDIRECT_LINK_LOCAL,
    FaultKind.REDIRECT_FILE,
    FaultKind.ALERT,
    FaultKind.POPUPS,
    FaultKind.DOWNLOAD,
    FaultKind.ENDLESS_SCRIPT,
    FaultKind.UNBOUNDED_MEMORY,
    FaultKind.SERVICE_WORKER,
]


@pytest.mark.parametrize("kind", HOSTILE, ids=lambda kind: kind.value)
def test_a_hostile_page_costs_no_more_than_its_own_look(
    warm: ChromiumPageLoader, site: StandinSite, kind: FaultKind
) -> None:
    site.set_fault(KEY.keyword, Fault(kind=kind))
    assert is_unread(warm)
    site.clear_faults()
    healthy: Callable[[], bool] = lambda: read_page(open_page(warm, KEY).served, KEY).verdict.is_readable  # noqa: E731
    assert healthy()
    assert warm.browser.launches <= 2
    running = warm.browser.running(NAVER)
    # Each context keeps an empty page, and with it its process.
    assert [[page.url for page in context.pages] for context in running.contexts] == [["about:blank"]]
