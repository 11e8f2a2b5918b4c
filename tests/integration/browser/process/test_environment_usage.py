import os
import time
from pathlib import Path

import pytest

from infra.local.standin import StandinSite
from sunwi.adapters.browser.environment_usage import EnvironmentUsage
from sunwi.adapters.process.process_tree import TreeUsage, tree_usage
from sunwi.domain.tracking import Device, PageKey, Surface
from tests.integration.browser.conftest import open_page, page_loader

KEY = PageKey(Surface.INTEGRATED, Device.PC, "성수동 김밥")
COLD = {"InitSeconds", "ImportSeconds", "LaunchSeconds", "FirstPageSeconds"}


def test_the_cold_start_is_told_once_and_the_rest_each_time(site: StandinSite) -> None:
    loader = page_loader(site.address)
    life = EnvironmentUsage(loader)
    imported = time.monotonic()
    before = life.measure(import_started=imported - 0.25, import_ended=imported)
    try:
        open_page(loader, KEY)
        first = life.measure(import_started=imported - 0.25, import_ended=imported)
        open_page(loader, KEY)
        second = life.measure(import_started=imported - 0.25, import_ended=imported)
    finally:
        loader.close()
    assert not COLD & before.keys()
    assert first.keys() > COLD
    assert first["ImportSeconds"] == pytest.approx(0.25)
    assert 0 < first["LaunchSeconds"] == loader.browser.launch_seconds
    assert not COLD & second.keys()
    assert [each["PagesOpened"] for each in (before, first, second)] == [0, 1, 2]
    assert [each["BrowserLaunches"] for each in (before, first, second)] == [0, 1, 1]
    assert first["TreeRssBytes"] > before["TreeRssBytes"] > 0


def test_files_in_the_temporary_folder_are_counted(
    site: StandinSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    life = EnvironmentUsage(page_loader(site.address))
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"x" * 100_000)
    figures = life.measure(import_started=0, import_ended=0)
    assert 100_000 <= figures["TemporaryBytes"] < 120_000


def test_an_ended_child_that_nobody_has_collected_is_counted() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert child in tree_usage().zombies
    os.waitpid(child, 0)
    assert child not in tree_usage().zombies


def test_only_what_the_invocation_before_has_left_is_a_zombie(
    site: StandinSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = iter([{1}, {2}, {2, 3}, {2, 3}, set()])
    monkeypatch.setattr(
        "sunwi.adapters.browser.environment_usage.tree_usage", lambda: TreeUsage(1, frozenset(next(seen)))
    )
    life = EnvironmentUsage(page_loader(site.address))
    assert [life.measure(import_started=0, import_ended=0)["Zombies"] for _ in range(5)] == [0, 0, 1, 2, 0]
