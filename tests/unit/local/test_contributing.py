"""What README, CONTRIBUTING and docs/ name is there: files, folders, modules, targets and settings."""

import re
from functools import cache
from itertools import takewhile
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from infra.local.stack.localise import ROOT
from sunwi.cli.app import app
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

#: The lines of the picture: the first 15 columns name the layer, each capability begins where the first line has it.
PICTURE = [
    line
    for line in CONTRIBUTING.partition("## The house")[2].partition("\n| ")[0].splitlines()
    if line.startswith("    ")
]
#: Modules of the bootstrap that are no capability's.
SHARED_BY_CAPABILITIES = {"adapters", "capacity", "command_line", "container"}
#: Modules of the bootstrap that are parts of `jobs`: the registry, and who admits jobs, runs them and watches them.
PARTS_OF_JOBS = {"monitor", "tender", "workers", "works"}
#: Modules of the bootstrap that are parts of `notices`: what sends them.
PARTS_OF_NOTICES = {"channels"}
#: Modules of the bootstrap that are parts of `accounts`: how people sign in.
PARTS_OF_ACCOUNTS = {"sign_in"}
#: Commands that stand under another capability than their group of the command line.
OF_ANOTHER_CAPABILITY = {"proof", "recount"}

#: Files that are not in the repository, and who makes them.
MADE_LATER = {
    "infra/docker/certificates/global-bundle.pem": "whoever deploys to RDS",
}
#: Settings that a deployment, Lambda or the local stack makes, and nobody else.
OF_NO_PAGE = {
    "aws_lambda_function_memory_size",
    "aws_lambda_log_stream_name",
    "cognito_standin",
    "crawl_allow_stale_events",
    "crawler_timeout_seconds",
    "hooks_standin",
    "log_level",
    "metrics_namespace",
    "owns_sandbox",
    "standin_address",
    "worker_place",
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


def drawn(layer: str) -> list[str]:
    """The lines of a layer, without its name."""
    lines = iter(PICTURE)
    first = next(line for line in lines if line[4:15].strip() == layer)
    rest = takewhile(lambda line: not line[4:15].strip(), lines)
    return [line[15:].rstrip() for line in (first, *rest)]


def words(lines: list[str]) -> dict[str, int]:
    """The words of lines, and the column at which each begins; none of a line that spans all capabilities."""
    return {word[0]: word.start() for line in lines if "───" not in line for word in re.finditer(r"\w+", line)}


def spanning(layer: str) -> set[str]:
    """The words of the line that spans all capabilities."""
    return {word for line in drawn(layer) if "───" in line for word in re.findall(r"\w+", line)}


def parts(folder: str) -> set[str]:
    """The folders and modules that stand in a folder of the repository."""
    places = (ROOT / folder).iterdir()
    return {
        path.stem
        for path in places
        if (path.suffix == ".py" or (path / "__init__.py").exists()) and not path.stem.startswith("__")
    }


def test_the_picture_has_the_capabilities_of_the_service_and_the_bootstrap_each_in_its_column() -> None:
    capabilities = words([PICTURE[0][15:]])
    assert capabilities.keys() | {"ports"} == parts("functions/sunwi/service")
    assert (
        capabilities.keys()
        == parts("functions/sunwi/bootstrap")
        - SHARED_BY_CAPABILITIES
        - PARTS_OF_JOBS
        - PARTS_OF_NOTICES
        - PARTS_OF_ACCOUNTS
    )
    assert words(drawn("service")) == words(drawn("bootstrap")) == capabilities
    assert "ports" in spanning("service")


def test_the_picture_has_every_kind_of_adapter_and_every_site() -> None:
    assert spanning("adapters") - {"by", "vendor"} == parts("functions/sunwi/adapters")
    assert spanning("sites") >= parts("functions/sunwi/sites")


def test_the_picture_has_every_function_and_every_command() -> None:
    assert words(drawn("handlers")).keys() == parts("functions") - {"sunwi"}
    root = get_command(app)
    assert isinstance(root, TyperGroup)
    trackings = root.commands["trackings"]
    assert isinstance(trackings, TyperGroup)
    assert trackings.commands.keys() >= OF_ANOTHER_CAPABILITY
    assert words(drawn("cli")).keys() == root.commands.keys() | OF_ANOTHER_CAPABILITY


@pytest.mark.parametrize("layer", ["handlers", "cli", "domain"])
def test_each_word_of_a_layer_stands_in_the_column_of_a_capability(layer: str) -> None:
    assert set(words(drawn(layer)).values()) <= set(words([PICTURE[0][15:]]).values())


def test_the_picture_names_modules_of_the_domain_for_each_capability() -> None:
    named = words(drawn("domain"))
    assert named.keys() <= parts("functions/sunwi/domain")
    assert set(named.values()) == set(words([PICTURE[0][15:]]).values())


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
