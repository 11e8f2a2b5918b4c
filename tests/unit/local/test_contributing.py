"""What README, CONTRIBUTING and docs/ name is there: files, folders, modules, targets and settings."""

import re
from functools import cache
from pathlib import Path

import pytest

from infra.local.stack.localise import ROOT
from sunwi.settings import Settings

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
    if path.name != "CHANGELOG.md"  # a record: what a release named may be gone since
)
EXAMPLES = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in CONTRIBUTING.partition("## Where do I change")[2].partition("\n## ")[0].splitlines()
    if line.startswith("| ") and not line.startswith("| what |")
]

#: Files that are not in the repository, and who makes them.
MADE_LATER = {
    "docs/faults.md": "make chaos TABLE=docs/faults.md",
    "infra/docker/certificates/global-bundle.pem": "whoever deploys to RDS",
}
#: Settings that a deployment, Lambda or the local stack makes, and nobody else.
OF_NO_PAGE = {
    "aws_lambda_function_memory_size",
    "crawl_allow_stale_events",
    "crawler_timeout_seconds",
    "log_level",
    "metrics_namespace",
    "owns_sandbox",
    "standin_address",
}

_PATH = re.compile(
    r"(?<![\w./<-])((?:functions|infra|tests|docs|domain|sites|service|wording|adapters|bootstrap|cli)/[\w./-]*)"
)
_FILE = re.compile(r"`([\w/]+\.(?:py|csv|json|yaml|toml|txt|sh))`")
_MODULE = re.compile(r"\b((?:sunwi|infra)(?:\.[A-Za-z]\w*)+)")
_LINK = re.compile(r"\]\(([^)#]+)\)")


@cache
def files() -> frozenset[str]:
    """Every file of the repository that a page may name without its folder."""
    folders = ("functions", "infra", "tests")
    return frozenset(path.as_posix() for folder in folders for path in (ROOT / folder).rglob("*.*"))


def is_there(path: str, page: str) -> bool:
    """Whether a path leads somewhere, from the root, from the package or from the page itself."""
    places = (ROOT, ROOT / "functions/sunwi", (ROOT / page).parent)
    return path in MADE_LATER or any((place / path).exists() for place in places)


def is_module(name: str) -> bool:
    """Whether a dotted name is a module, or a name that stands in one."""
    parts = name.split(".")
    base = ROOT / "functions" if parts[0] == "sunwi" else ROOT
    for length in range(len(parts), 0, -1):
        place = base.joinpath(*parts[:length])
        source = place.with_suffix(".py") if place.with_suffix(".py").exists() else place / "__init__.py"
        if source.exists():
            rest = parts[length:]
            return not rest or re.search(rf"\b{rest[0]}\b", source.read_text(encoding="utf-8")) is not None
    return False


def missing_names(page: str, text: str) -> list[str]:
    """The paths, files, modules and links of a page that lead nowhere."""
    paths = {path.rstrip(".") for path in _PATH.findall(text)}
    names = {name for name in _FILE.findall(text) if not name.startswith("/")}
    return [
        *(path for path in sorted(paths) if not is_there(path, page)),
        *(
            name
            for name in sorted(names)
            if not is_there(name, page) and not any(file.endswith(f"/{name}") for file in files())
        ),
        *(name for name in sorted(set(_MODULE.findall(text))) if not is_module(name)),
        *(
            link
            for link in sorted(set(_LINK.findall(text)))
            if not link.startswith("http") and not (ROOT / page).parent.joinpath(link).exists()
        ),
    ]


@pytest.mark.parametrize("page", PAGES)
def test_every_path_file_and_module_that_a_page_names_is_there(page: str) -> None:
    assert missing_names(page, (ROOT / page).read_text(encoding="utf-8")) == []


def test_a_name_that_leads_nowhere_is_found_in_each_of_its_forms() -> None:
    text = (
        "`naver/links.py`, functions/sunwi/naver/, sunwi.naver.links, sunwi.settings.Gone, [ADR](adr/9999.md), `a.py`"
    )
    assert missing_names("docs/aws.md", text) == [
        "functions/sunwi/naver/",
        "a.py",
        "naver/links.py",
        "sunwi.naver.links",
        "sunwi.settings.Gone",
        "adr/9999.md",
    ]


def test_contributing_fits_on_one_page_and_has_ten_examples() -> None:
    assert len(CONTRIBUTING.splitlines()) <= 120
    assert len(EXAMPLES) >= 10


@pytest.mark.parametrize("example", EXAMPLES, ids=[example[0] for example in EXAMPLES])
def test_each_example_leads_to_one_folder_and_to_that_of_its_tests(example: list[str]) -> None:
    _, folder, _, tests = example
    named = [re.findall(r"`([^`]+/)`", cell) for cell in (folder, tests)]
    assert [len(folders) for folders in named] == [1, 1]
    assert all((ROOT / folders[0]).is_dir() for folders in named)


@pytest.mark.parametrize("example", EXAMPLES, ids=[example[0] for example in EXAMPLES])
def test_the_files_that_an_example_starts_at_are_in_its_folder_or_named_in_full(example: list[str]) -> None:
    _, folder, start, _ = example
    place = ROOT / folder.strip("`")
    lost = [
        name
        for name in re.findall(r"`([\w./]+\.\w+)`", start)
        if not any(path.exists() for path in (place / name, place.parent / name, ROOT / name))
    ]
    assert lost == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/local.md"])
def test_every_target_that_a_page_names_is_in_the_makefile(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:^ {4}|`)make ([a-z-]+)", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE))
    assert named
    assert named - targets == set()


def test_every_setting_is_on_the_page_of_settings() -> None:
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    rows = "\n".join(line.split("|")[1] for line in page.splitlines() if line.startswith("| `"))
    named = set(re.findall(r"`([A-Z_]+)`", rows))
    assert named == {name.upper() for name in Settings.model_fields.keys() - OF_NO_PAGE}


def test_each_exception_is_one() -> None:
    assert set(Settings.model_fields) >= OF_NO_PAGE
    assert not any(Path(ROOT / path).is_dir() for path in MADE_LATER)
