"""What the images hold, and what they do not."""

import json
import os
import re
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from infra.local.containers.build_template import image_targets
from infra.local.containers.images import Image, docker, newest_browser, prepare_base
from infra.local.stack.localise import ROOT, read_template
from sunwi.domain.backup import CLIENT_MAJOR

MEGABYTE = 1_000_000
LIMITS = {"core": 270 * MEGABYTE, "crawler": 750 * MEGABYTE}

#: What gives access to something, in the forms in which it is usually left behind: words to look for, and the form.
SECRETS: dict[str, tuple[tuple[bytes, ...], bytes]] = {
    "private key": ((b"PRIVATE KEY-----",), rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\r?\n[A-Za-z0-9+/=\r\n]{100,}"),
    "AWS access key": ((b"AKIA", b"ASIA"), rb"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b(?<!EXAMPLE)"),
    "token of a code host": (
        (b"ghp_", b"gho_", b"ghs_", b"glpat-"),
        rb"\bgh[pos]_[A-Za-z0-9]{36}\b|\bglpat-[\w-]{20}\b",
    ),
    "token of a package index": ((b"pypi-AgE", b"npm_"), rb"\bpypi-AgE[\w-]{50,}|\bnpm_[A-Za-z0-9]{36}\b"),
    # Manuals write username:password.
    "password in an address": ((b"://",), rb"://(?!username:password@)[a-z0-9_.-]{2,}:[\w%-]{8,}@[a-z0-9-]+\."),
}
#: Variables whose value, wherever it is, says what it should not.
TELLING = re.compile(r"TOKEN|SECRET|PASSWORD|CREDENTIAL|_KEY$|INDEX_URL|PROXY", re.IGNORECASE)

HANDLERS = {
    name: resource["Properties"]["ImageConfig"]["Command"][0]
    for name, resource in read_template()["Resources"].items()
    if resource["Type"] == "AWS::Serverless::Function"
}


def run(image: Image, *command: str, options: tuple[str, ...] = ()) -> str:
    done = docker("run", "--rm", *options, image.name, *command)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def find(image: Image, *tests: str) -> list[str]:
    """Return the image's own files that meet the tests of `find`."""
    return run(image, "/", "-xdev", *tests, options=("--user", "0", "--entrypoint", "find")).splitlines()


@pytest.mark.parametrize("target", sorted(LIMITS))
def test_an_image_is_not_larger_than_it_may_be(images: dict[str, Image], target: str) -> None:
    assert images[target].size_bytes <= LIMITS[target]


def test_every_target_of_the_template_has_a_limit(images: dict[str, Image]) -> None:
    assert set(images) == set(LIMITS)


def test_images_tell_their_version_and_revision(images: dict[str, Image]) -> None:
    for image in images.values():
        labels = json.loads(docker("image", "inspect", "--format", "{{json .Config.Labels}}", image.name).stdout)
        assert re.fullmatch(r"\d+\.\d+\.\d+", labels["org.opencontainers.image.version"])
        assert re.fullmatch(r"[0-9a-f]{40}(-dirty)?|unknown", labels["org.opencontainers.image.revision"])


@pytest.mark.parametrize("options", [(), ("--user", "0"), ("--user", "31337:31337")])
def test_nothing_runs_as_root_even_where_the_container_does(images: dict[str, Image], options: tuple[str, ...]) -> None:
    for image in images.values():
        user = run(image, "id", "--user", options=options)
        assert user == ("31337" if "31337:31337" in options else "10001")
        assert docker("image", "inspect", "--format", "{{.Config.User}}", image.name).stdout.strip() == "10001"


def test_the_browser_is_the_newest_with_debian_s_security_fixes(images: dict[str, Image]) -> None:
    newest = newest_browser(prepare_base())
    if not newest:
        pytest.skip("Debian's package sources cannot be reached, so nobody knows which browser is the newest")
    sources = docker(
        "run", "--rm", prepare_base(), "sh", "-c", "cat /etc/apt/sources.list* /etc/apt/sources.list.d/*"
    ).stdout
    assert "trixie-security" in sources.split()
    said = run(images["crawler"], "chromium-headless-shell", "--version")
    assert newest.partition("-")[0] in said


def test_the_core_has_no_browser_and_no_driver(images: dict[str, Image]) -> None:
    names = ("-name", "chromium-*", "-o", "-name", "node", "-o", "-name", "playwright")
    assert find(images["core"], *names) == []


@pytest.mark.parametrize("program", ["pg_dump", "pg_restore", "psql"])
def test_the_core_alone_has_the_client_of_postgresql(images: dict[str, Image], program: str) -> None:
    said = run(images["core"], program, "--version")
    assert re.search(rf"\(PostgreSQL\) {CLIENT_MAJOR}\.", said)
    assert find(images["crawler"], "-name", program) == []
    assert find(images["crawler"], "-name", "libpq.so*") == []


def test_nothing_is_there_that_no_function_uses(images: dict[str, Image]) -> None:
    gpu = ("-name", "libLLVM*", "-o", "-name", "libgallium*", "-o", "-name", "libvulkan.so*")
    for image in images.values():
        assert find(image, *gpu) == []
        assert find(image, "-path", "/usr/share/man/*", "-o", "-path", "/usr/share/locale/*") == []


def test_a_build_without_sam_gives_the_same_image(images: dict[str, Image]) -> None:
    """By the builder that is this engine's own: the classic one on Debian 12."""
    argument = f"BASE_IMAGE={prepare_base()}"
    built = docker("build", "--build-arg", argument, "--target", "core", "--quiet", str(ROOT))
    assert built.returncode == 0, built.stderr
    alone = Image(target="core", name=built.stdout.strip(), size_bytes=0)
    code = ("sh", "-c", "find /var/task -type f | sort | xargs sha256sum | sha256sum")
    assert run(alone, *code) == run(images["core"], *code)


def test_only_one_node_is_there_and_no_compiler_or_package_manager(images: dict[str, Image]) -> None:
    crawler = images["crawler"]
    assert len(find(crawler, "-name", "node", "-type", "f")) == 1
    tools = ("gcc", "cc", "make", "apt-get", "perl", "pip", "uv", "npm", "curl", "wget")
    assert run(crawler, "sh", "-c", f"command -v {' '.join(tools)} || true") == ""


@pytest.mark.parametrize("function", sorted(HANDLERS))
def test_a_function_imports_with_nothing_left_to_compile(images: dict[str, Image], function: str) -> None:
    module = HANDLERS[function].rpartition(".")[0]
    program = (
        f"import sys, os, {module}\n"
        "loaded = [m for m in sys.modules.values() if getattr(m, '__cached__', None)]\n"
        "print(len(loaded), [m.__name__ for m in loaded if not os.path.exists(m.__cached__)])"
    )
    image = images[image_targets(read_template())[function]]
    count, _, missing = run(image, "python3", "-c", program).partition(" ")
    assert int(count) > 100
    assert missing == "[]"


def test_every_file_can_be_read_by_lambda_s_own_user_and_changed_by_none(images: dict[str, Image]) -> None:
    for image in images.values():
        assert find(image, "-type", "f", "(", "!", "-perm", "-o+r", "-o", "-perm", "/6022", ")") == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("private key", "-----BEGIN RSA " + "PRIVATE KEY-----\n" + "A" * 120),
        ("AWS access key", "aws_access_key_id = AKIA" + "Q" * 16),
        ("token of a code host", "ghp_" + "a1" * 18),
        ("token of a package index", "npm_" + "a1" * 18),
        ("password in an address", "index-url = https://reader:" + "s3cr3t-s3cr3t@packages.example/simple"),
    ],
)
def test_a_secret_is_recognised_by_its_form(what: str, text: str) -> None:
    words, form = SECRETS[what]
    assert any(word in text.encode() for word in words)
    assert re.search(form, text.encode())


def layers(images: Iterable[Image], folder: Path) -> Iterator[tuple[str, bytes]]:
    """Return every file of every layer, and the images' configurations; layers that images share come once."""
    saved = folder / "images.tar"
    done = docker("save", "--output", str(saved), *(image.name for image in images))
    assert done.returncode == 0, done.stderr
    with tarfile.open(saved) as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is None:
                continue
            try:
                with tarfile.open(fileobj=content) as layer:
                    for inner in layer:
                        file = layer.extractfile(inner) if inner.isfile() else None
                        if file is not None:
                            yield inner.name, file.read()
            except tarfile.ReadError:
                content.seek(0)
                yield member.name, content.read()
    saved.unlink()


def telling_values() -> set[bytes]:
    """Return what this machine knows and an image must not: secrets in variables, and where the build took place."""
    values = {value for name, value in os.environ.items() if TELLING.search(name) and len(value) >= 8}
    return {value.encode() for value in {*values, str(ROOT)}}


def test_no_layer_holds_a_secret_or_a_trace_of_the_machine_that_built_it(
    images: dict[str, Image], tmp_path: Path
) -> None:
    telling = telling_values()
    forms = {what: (words, re.compile(form)) for what, (words, form) in SECRETS.items()}
    found, seen = [], 0
    for name, content in layers(images.values(), tmp_path):
        seen += 1
        for what, (words, form) in forms.items():
            if any(word in content for word in words) and form.search(content):
                found.append((name, what))
        if any(value in content for value in telling):
            found.append((name, "this machine"))
        if name.startswith(("etc/apt", "etc/build-machine", "etc/pip.conf")):
            found.append((name, "how packages are reached from here"))
    assert seen > 5_000
    assert found == []


def test_an_image_trusts_the_public_authorities_and_no_others(images: dict[str, Image]) -> None:
    script = (
        "cat /usr/share/ca-certificates/mozilla/*.crt | grep -c 'BEGIN CERT'; "
        "grep -c 'BEGIN CERT' /etc/ssl/certs/ca-certificates.crt; env | grep -E 'CERT|CA_BUNDLE|PROXY' || true"
    )
    for image in images.values():
        offered, trusted = run(image, "sh", "-c", script).splitlines()
        assert int(offered) == int(trusted) > 50
