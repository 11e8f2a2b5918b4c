"""Rules that the images' files keep, read from the files themselves."""

import json
import re
from pathlib import Path

import pytest

from infra.deploy.sam_cli import sam_command
from infra.local.containers.build_template import image_targets, write_build_template
from infra.local.stack.localise import FUNCTION, ROOT, read_template

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
IMAGE_FILES = [ROOT / "Dockerfile", *sorted(path for path in (ROOT / "infra/docker").rglob("*") if path.is_file())]
ARGUMENTS = {"BASE_IMAGE": "base", "CHROMIUM_VERSION": "1", "VERSION": "2", "REVISION": "3"}
#: Index, file and image hosts; Debian's are taken from the machine that builds.
HOSTS = re.compile(r"\b[a-z0-9.-]+\.(?:org|com|io|net|dev|aws)\b")


@pytest.fixture
def built_from(tmp_path: Path) -> dict[str, dict[str, object]]:
    path = tmp_path / ".aws-sam" / "images.json"
    write_build_template(ARGUMENTS, path)
    resources: dict[str, dict[str, object]] = json.loads(path.read_text(encoding="utf-8"))["Resources"]
    return resources


def test_every_function_is_built_from_a_stage_of_the_dockerfile() -> None:
    stages = set(re.findall(r"^FROM \S+ AS (\S+)$", DOCKERFILE, re.MULTILINE))
    assert set(image_targets(read_template()).values()) <= stages


def test_the_build_gets_every_argument_that_the_dockerfile_knows_and_no_other(
    built_from: dict[str, dict[str, object]],
) -> None:
    declared = set(re.findall(r"^ARG ([A-Z_]+)", DOCKERFILE, re.MULTILINE))
    assert declared == set(ARGUMENTS)
    for resource in built_from.values():
        if resource["Type"] == FUNCTION:
            assert resource["Metadata"]["DockerBuildArgs"] == ARGUMENTS  # type: ignore[index]  # parsed JSON


def test_the_build_finds_what_the_template_names_from_wherever_it_lies(
    built_from: dict[str, dict[str, object]],
) -> None:
    paths = re.findall(r'"(?:DockerContext|DefinitionUri)": "([^"]+)"', json.dumps(built_from))
    assert len(paths) > len(image_targets(read_template()))
    assert all(Path(path).is_absolute() and Path(path).exists() for path in paths)


def test_one_version_of_the_sam_cli_is_used_by_all() -> None:
    version = sam_command()[4]
    assert re.fullmatch(r"aws-sam-cli==\d+\.\d+\.\d+", version)
    elsewhere = [ROOT / "Makefile", *IMAGE_FILES]
    named = {found for path in elsewhere for found in re.findall(r"aws-sam-cli==[\d.]+", path.read_text())}
    assert named == {version}


@pytest.mark.parametrize("path", IMAGE_FILES, ids=lambda path: path.name)
def test_no_file_of_the_images_names_a_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if "org.opencontainers." not in line]
    assert HOSTS.findall("\n".join(lines)) == []


def test_a_linter_s_rule_is_only_broken_with_the_reason_beside_it() -> None:
    lines = DOCKERFILE.splitlines()
    broken = [number for number, line in enumerate(lines) if line.startswith("# hadolint ignore=")]
    assert broken
    for number in broken:
        rule = lines[number].partition("=")[2]
        assert f"({rule})" in "".join(lines[number - 2 : number])


def test_the_built_image_runs_as_nobody_in_particular() -> None:
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["10001"]


def test_every_final_stage_is_made_anew_and_carries_its_version() -> None:
    parents = {stage: parent for parent, stage in re.findall(r"^FROM (\S+) AS (\S+)$", DOCKERFILE, re.MULTILINE)}
    for target in set(image_targets(read_template()).values()):
        stage = target
        while stage in parents:
            stage = parents[stage]
        assert stage == "scratch"
        block = re.split(r"^FROM ", DOCKERFILE.partition(f" AS {target}\n")[2], flags=re.MULTILINE)[0]
        assert "org.opencontainers.image.version" in block
        assert "org.opencontainers.image.revision" in block
