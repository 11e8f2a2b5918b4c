"""A registry of images on this machine that stands for ECR: SAM CLI logs in and pushes, the engine pulls."""

import base64
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from infra.local.containers.engine import SETUP
from infra.local.stack import wait_for
from infra.local.stack.ministack import HOST, SUPERVISOR, free_port

PROGRAM = "docker-registry"
#: What a manifest may be written in; the registry answers in another form unless it is asked for these.
MANIFESTS = ", ".join(
    f"application/vnd.{form}+json" for form in ("docker.distribution.manifest.v2", "oci.image.manifest.v1")
)


class RegistryUnavailable(Exception):
    """No registry can be run on this machine; says in one line what is missing."""


@dataclass(frozen=True)
class Registry:
    """A registry that runs.

    Attributes:
        address: Host and port, as the names of its images begin; on loopback, where engines speak HTTP.
        token_url: Where ECR's call for a login is answered.
    """

    address: str
    token_url: str

    def tags(self, repository: str) -> set[str]:
        """Return the tags of a repository."""
        return set(json.loads(self.ask("GET", f"{repository}/tags/list")[1])["tags"])

    def digest(self, image: str) -> str | None:
        """Return the digest that an image of this registry, `ADDRESS/REPOSITORY:TAG`, stands for; None for none.

        All that it names is there as well.
        """
        repository, _, tag = image.removeprefix(f"{self.address}/").rpartition(":")
        headers, manifest = self.ask("GET", f"{repository}/manifests/{tag}")
        if not manifest:
            return None
        described = json.loads(manifest)
        for blob in (described["config"], *described["layers"]):
            found, _ = self.ask("HEAD", f"{repository}/blobs/{blob['digest']}")
            assert int(found["Content-Length"]) == blob["size"]
        return headers["Docker-Content-Digest"]

    def ask(self, method: str, path: str) -> tuple[dict[str, str], bytes]:
        """Return headers and body of an answer to Docker's protocol; nothing when there is no such thing."""
        connection = HTTPConnection(self.address, timeout=20)
        try:
            connection.request(method, f"/v2/{path}", headers={"Accept": MANIFESTS})
            answer = connection.getresponse()
            return (dict(answer.headers), answer.read()) if answer.status == HTTPStatus.OK else ({}, b"")
        finally:
            connection.close()


@contextmanager
def running_registry(folder: Path) -> Iterator[Registry]:
    """Run an empty registry for as long as the block lasts.

    Args:
        folder: Takes its files, and is removed.

    Raises:
        RegistryUnavailable: It is not installed, and cannot be.
    """
    _install()
    address = f"{HOST}:{free_port()}"
    settings = {
        "version": "0.1",
        "storage": {"filesystem": {"rootdirectory": str(folder / "images")}},
        "http": {"addr": address, "secret": "of no use to anybody"},
    }
    (folder / "registry.json").write_text(json.dumps(settings))
    with _answering_tokens(address) as token_url, (folder / "registry.log").open("wb") as log:
        registry = Registry(address, token_url)
        process = subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, str(SUPERVISOR), str(folder), PROGRAM, "serve", str(folder / "registry.json")],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
        )
        try:
            wait_for("answer of the registry", lambda: _answers(registry, process))
            yield registry
        finally:
            process.communicate()


def _install() -> None:
    """Have the registry installed where that can be done."""
    if shutil.which(PROGRAM) is None and os.geteuid() == 0:
        subprocess.run(["bash", str(SETUP), "registry"], capture_output=True, check=False)  # noqa: S603, S607 - our own
    if shutil.which(PROGRAM) is None:
        raise RegistryUnavailable(f"there is no {PROGRAM}: install it, as root by  apt-get install {PROGRAM}")


def _answers(registry: Registry, process: "subprocess.Popen[bytes]") -> bool:
    assert process.poll() is None, "the registry has ended"
    try:
        return registry.ask("GET", "")[1] != b""
    except ConnectionRefusedError:
        return False


@contextmanager
def _answering_tokens(address: str) -> Iterator[str]:
    """Answer ECR's GetAuthorizationToken with a login for a registry, and give where."""
    token = base64.b64encode(b"AWS:anything").decode()
    login = {"authorizationData": [{"authorizationToken": token, "proxyEndpoint": f"http://{address}"}]}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            is_known = self.headers.get("X-Amz-Target", "").endswith(".GetAuthorizationToken")
            body = json.dumps(login).encode() if is_known else b"{}"
            self.send_response(HTTPStatus.OK if is_known else HTTPStatus.BAD_REQUEST)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
