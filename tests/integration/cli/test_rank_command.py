"""`sunwi rank` and `sunwi serp read` in processes of their own, in real Chromium on the stand-in site."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.standin import FaultKind, StandinSite
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.sites.naver.page_addresses import first_page_url
from tests.hostile import TAKEN
from tests.integration.standin.client import Client

KEYWORD = "가상역 국밥"
NOWHERE = "https://m.place.naver.com/restaurant/1234567890"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandinSite]:
    with StandinSite(seed=11, state_dir=tmp_path_factory.mktemp("standin")) as running:
        yield running


@pytest.fixture(autouse=True)
def healthy(site: StandinSite) -> None:
    site.clear_faults()
    site.requests.clear()


def sunwi(site: StandinSite, folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "BROWSER_EXECUTABLE") if name in os.environ}
    settings = {"STANDIN_ADDRESS": site.address, "CRAWL_DELAY_SECONDS": "0", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "sunwi.cli", *arguments]
    return subprocess.run(  # noqa: S603 - this project's own command
        command, cwd=folder, env={**kept, **settings}, capture_output=True, text=True, encoding="utf-8", check=False
    )


def document(done: "subprocess.CompletedProcess[str]") -> Any:
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("surface", "device", "keyword"),
    [
        (Surface.INTEGRATED, Device.PC, KEYWORD),
        (Surface.INTEGRATED, Device.MOBILE, KEYWORD),
        (Surface.PLACE_LIST, Device.PC, KEYWORD),
        (Surface.BLOG_TAB, Device.MOBILE, "임플란트 비용"),
        (Surface.CAFE_TAB, Device.PC, "수분크림 후기"),
    ],
)
def test_a_target_stands_where_the_site_put_it(
    site: StandinSite, tmp_path: Path, surface: Surface, device: Device, keyword: str
) -> None:
    cards = site.truth(keyword, device, surface).cards[:90]
    card = next(card for card in reversed(cards) if card.rank > 1 and not card.id.startswith("web:"))

    done = sunwi(site, tmp_path, "rank", keyword, card.item.url, "--surface", surface, "--device", device, "--json")

    found = document(done)
    assert (done.returncode, done.stderr, found["verdict"]) == (0, "", "recognised")
    outcome = found["outcome"]
    assert (outcome["outcome"], outcome["target"], outcome["matched_by"]) == ("exposed", card.id, "own")
    assert (outcome["rank"], outcome["page_rank"]) == (card.rank, card.page_rank)
    assert found["urls"][0].startswith("https://")


def test_only_areas_that_count_give_a_rank(site: StandinSite, tmp_path: Path) -> None:
    card = next(card for card in site.truth(KEYWORD).cards if card.id.startswith(("blog:", "cafe:")))
    counted = document(sunwi(site, tmp_path, "rank", KEYWORD, card.item.url, "--areas", card.area, "--json"))
    assert (counted["outcome"]["area"], counted["outcome"]["rank"]) == (card.area, card.rank)
    missed = document(sunwi(site, tmp_path, "rank", KEYWORD, card.item.url, "--areas", "ugB_zzR", "--json"))["outcome"]
    assert (missed["outcome"], missed["matched_by"], missed["block_absent"]) == ("not_exposed", "elsewhere", True)
    assert (missed["near_area"], missed["near_rank"]) == (card.area, card.rank)


def test_a_target_that_is_nowhere_is_not_exposed_and_no_failure(site: StandinSite, tmp_path: Path) -> None:
    done = sunwi(site, tmp_path, "rank", KEYWORD, NOWHERE)
    assert done.returncode == 0
    assert "미노출 (" in done.stdout
    assert "까지 확인" in done.stdout


@pytest.mark.parametrize("name", ["markup", "shell"])
def test_a_keyword_that_could_be_obeyed_is_only_looked_up_and_shown(
    site: StandinSite, tmp_path: Path, name: str
) -> None:
    keyword = TAKEN[name]
    listed = document(sunwi(site, tmp_path, "rank", "--json", "--", keyword, NOWHERE))
    assert (listed["keyword"], listed["verdict"]) == (keyword, "recognised")
    shown = sunwi(site, tmp_path, "rank", "--", keyword, NOWHERE)
    assert keyword in shown.stdout
    assert site.requests.documents == {keyword: 2}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fault", [FaultKind.CAPTCHA, FaultKind.RESET_BEFORE_HEADERS])
def test_a_page_that_cannot_be_read_is_not_measured(site: StandinSite, tmp_path: Path, fault: FaultKind) -> None:
    site.set_fault(KEYWORD, fault)
    done = sunwi(site, tmp_path, "rank", KEYWORD, NOWHERE, "--json")
    assert (done.returncode, done.stderr) == (1, "")
    outcome = document(done)["outcome"]
    assert outcome["reason"]
    assert (outcome["outcome"], outcome["rank"], outcome["depth"]) == ("not_measured", None, None)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["https://blog.naver.com/writer"], "글 번호가 없는 블로그"),
        (["https://example.com/x"], "네이버가 아닌 example.com"),
        ([NOWHERE, "--kind", "blog"], "유형을 플레이스(으)로"),
        ([NOWHERE, "--surface", "blog_tab"], "이 화면에는 이 유형이 나오지 않습니다"),
        ([NOWHERE, "--location", "126.9,37.5"], "이 화면에는 좌표를 쓸 수 없습니다"),
    ],
)
def test_what_cannot_be_looked_up_is_refused_before_a_page_is_opened(
    site: StandinSite, tmp_path: Path, arguments: list[str], complaint: str
) -> None:
    done = sunwi(site, tmp_path, "rank", KEYWORD, *arguments)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert site.requests.documents == {}


def test_a_live_page_and_its_stored_file_say_the_same(site: StandinSite, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(Client(site).search(KEYWORD).body)
    url = first_page_url(PageKey(Surface.INTEGRATED, Device.PC, KEYWORD))
    options = ("--kind", "cafe", "--surface", "integrated", "--json")
    stored = document(sunwi(site, tmp_path, "serp", "read", "page.html", *options))
    live = document(sunwi(site, tmp_path, "serp", "read", url, *options))
    assert stored == live
    posts = [card for card in site.truth(KEYWORD).cards if ":" in card.id]
    assert [(entry["area"], entry["rank"], entry["page_rank"], entry["id"]) for entry in stored["entries"]] == [
        (card.area, card.rank, card.page_rank, card.id) for card in posts
    ]


def test_the_browser_leaves_no_process_behind(site: StandinSite, tmp_path: Path) -> None:
    command = [sys.executable, "-c", LEFT_BEHIND, "rank", KEYWORD, NOWHERE]
    settings = {"STANDIN_ADDRESS": site.address, "CRAWL_DELAY_SECONDS": "0", "PATH": os.environ["PATH"]}
    done = subprocess.run(  # noqa: S603 - this project's own command
        command, cwd=tmp_path, env=settings, capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


#: Runs the command, then prints the processes that it started and that are still there.
LEFT_BEHIND = """
import sys
from pathlib import Path
from sunwi.cli.app import app
app(sys.argv[1:], standalone_mode=False)
print([child for task in Path("/proc/self/task").iterdir() for child in (task / "children").read_text().split()])
"""
