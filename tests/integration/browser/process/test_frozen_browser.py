"""A browser between two messages: frozen with its function, ended meanwhile, or unwilling to close."""

import resource
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from infra.local.standin import StandinSite
from sunwi.adapters.browser.chromium import ChromiumPageLoader
from sunwi.adapters.browser.warm_browser import CLOSE_SECONDS
from sunwi.domain.tracking import Device, PageKey, Surface
from tests.integration.browser.conftest import open_page, page_loader

KEY = PageKey(Surface.INTEGRATED, Device.PC, "성수동 김밥")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def warm(site: StandinSite, folder: Path) -> Iterator[ChromiumPageLoader]:  # noqa: ARG001 - the browser writes there
    """A browser that has opened a page, as after a message."""
    loader = page_loader(site.address, timeout_seconds=4)
    open_page(loader, KEY)
    yield loader
    loader.close()


def started_with(loader: ChromiumPageLoader) -> dict[str, list[psutil.Process]]:
    """The processes of this browser: the driver's and its own."""
    found: dict[str, list[psutil.Process]] = {"driver": [], "browser": []}
    folder = str(loader.browser._folder)  # noqa: SLF001 - tells this browser's processes from another's
    for each in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if folder in "".join(each.environ().values()):
                found["browser" if "chrom" in each.name() else "driver"].append(each)
    assert found["driver"]
    assert found["browser"]
    return found


def signal_each(processes: list[psutil.Process], number: signal.Signals) -> None:
    for each in processes:
        with suppress(psutil.NoSuchProcess):
            each.send_signal(number)


def await_stopped(processes: list[psutil.Process]) -> None:
    """Wait until the system has stopped them: it does so when it next looks at each."""
    end = time.monotonic() + 10
    while any(each.status() != psutil.STATUS_STOPPED for each in processes):
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_browser_that_died_while_everything_was_frozen_is_replaced_within_the_next_load(
    warm: ChromiumPageLoader,
) -> None:
    found = started_with(warm)
    signal_each([*found["browser"], *found["driver"]], signal.SIGSTOP)
    signal_each(found["browser"], signal.SIGKILL)
    signal_each(found["driver"], signal.SIGCONT)
    assert open_page(warm, KEY).served.status == 200
    assert warm.browser.launches == 2


def test_a_browser_that_was_frozen_and_thawed_goes_on(warm: ChromiumPageLoader) -> None:
    found = started_with(warm)
    signal_each([*found["browser"], *found["driver"]], signal.SIGSTOP)
    await_stopped(found["browser"])
    signal_each([*found["browser"], *found["driver"]], signal.SIGCONT)
    assert open_page(warm, KEY).served.status == 200
    assert warm.browser.launches == 1


@pytest.mark.parametrize("hanging", ["driver", "browser"])
def test_a_close_that_hangs_is_ended_by_force_and_leaves_nothing(
    warm: ChromiumPageLoader, folder: Path, hanging: str
) -> None:
    found = started_with(warm)
    signal_each(found[hanging], signal.SIGSTOP)
    before = time.monotonic()
    warm.close()
    assert time.monotonic() - before < 4 * CLOSE_SECONDS
    _, alive = psutil.wait_procs([*found["browser"], *found["driver"]], timeout=10)
    assert alive == []
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("ended", ["driver", "browser"])
def test_what_ends_again_and_again_leaves_one_profile_and_no_core_file(
    warm: ChromiumPageLoader, folder: Path, ended: str
) -> None:
    for _ in range(3):
        signal_each(started_with(warm)[ended], signal.SIGABRT)
        assert open_page(warm, KEY).served.status == 200
    assert warm.browser.launches == 4
    assert [path.name for path in folder.iterdir()] == [warm.browser._folder.name]  # type: ignore[union-attr]  # noqa: SLF001 - it runs
    assert not list(folder.rglob("core*"))


def test_no_process_of_the_browser_may_write_an_image_of_its_memory(site: StandinSite) -> None:
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    loader = page_loader(site.address)
    try:
        open_page(loader, KEY)
        found = started_with(loader)
        limits = {each.rlimit(psutil.RLIMIT_CORE)[0] for each in (*found["driver"], *found["browser"])}
        assert limits == {0}
        assert resource.getrlimit(resource.RLIMIT_CORE) == (before[1], before[1])
    finally:
        loader.close()
        resource.setrlimit(resource.RLIMIT_CORE, before)
