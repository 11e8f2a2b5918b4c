import ast
import re
from pathlib import Path

import pytest

from infra.local.stack.localise import ROOT
from sunwi.adapters.browser.warm_browser import launch_arguments
from sunwi.domain.site import Site
from sunwi.sites.naver import markup_marks
from sunwi.sites.naver.site import NAVER

ADAPTER = ROOT / "functions" / "sunwi" / "adapters" / "browser"
MODULES = sorted(ADAPTER.glob("*.py"))
#: Hosts, codes and attributes of Naver's; Hangul, since all words that a page is asked for are a site's.
WORDS = re.compile(
    r"naver|pstatic|pcmap|ugc|doc-id|data-url|main_pack|#ct\b|ncaptcha|nmb_|place_list|blog_tab|cafe_tab", re.IGNORECASE
)
HANGUL = re.compile(r"[가-힣]")


def imported(path: Path) -> set[str]:
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, (ast.Import, ast.ImportFrom))]
    froms = {f"{node.module}.{name.name}" for node in nodes if isinstance(node, ast.ImportFrom) for name in node.names}
    return froms | {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}


def korean_for_people(tree: ast.AST) -> set[str]:
    """Texts that errors show to people: these are no site's words."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    words = [word.value for call in calls for word in call.keywords if word.arg == "korean"]
    return {str(text.value) for word in words for text in ast.walk(word) if isinstance(text, ast.Constant)}


def test_there_are_modules_to_look_at() -> None:
    assert len(MODULES) >= 10


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_nothing_of_naver_is_left_in_the_browsers_adapter(path: Path) -> None:
    assert WORDS.findall(path.read_text()) == []
    assert not [name for name in imported(path) if name.startswith(("sunwi.sites", "sunwi.domain.tracking.PageKey"))]
    assert not [name for name in imported(path) if name.endswith((".Surface", ".Kind"))]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_words_of_a_page_stand_in_the_browsers_adapter(path: Path) -> None:
    tree = ast.parse(path.read_text())
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert [text for text in texts - korean_for_people(tree) if HANGUL.search(text)] == []


def test_the_words_that_are_looked_for_are_those_of_naver() -> None:
    naver = (ROOT / "functions" / "sunwi" / "sites" / "naver" / "site.py").read_text()
    found = [WORDS.findall(text) for text in (naver, str(NAVER), str(vars(markup_marks)))]
    assert all(found)


SHOP = Site(name="shop", hosts=("shop.co.kr", "*.shop.co.kr"))


def rules_of(arguments: list[str]) -> str:
    [rules] = [word for word in arguments if word.startswith("--host-resolver-rules=")]
    return rules.partition("=")[2]


def test_a_sites_hosts_resolve_and_no_others() -> None:
    assert rules_of(launch_arguments(SHOP, None)) == "MAP * ~NOTFOUND, EXCLUDE shop.co.kr, EXCLUDE *.shop.co.kr"
    checked = (("a.shop.co.kr", "125.209.222.141"), ("b.shop.co.kr", "2406:da12::1"))
    entered = Site(name="entered", hosts=("a.shop.co.kr", "b.shop.co.kr", "shop.co.kr"), checked=checked)
    assert rules_of(launch_arguments(entered, None)) == (
        "MAP a.shop.co.kr 125.209.222.141, MAP b.shop.co.kr [2406:da12::1], MAP * ~NOTFOUND, EXCLUDE shop.co.kr"
    )
    assert rules_of(launch_arguments(SHOP, "127.0.0.1:81")) == (
        "MAP shop.co.kr 127.0.0.1:81, MAP *.shop.co.kr 127.0.0.1:81, MAP * ~NOTFOUND"
    )
