import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from sunwi.adapters.http.checked_host import check_host, resolve_name
from sunwi.adapters.http.guarded_client import GuardedClient
from sunwi.domain.web_address import parse_web_address
from sunwi.errors import InvalidInput, Retryable
from sunwi.wording.error_sentences import SENTENCES
from tests.integration.store.connection.authority import Authority

HOST = "hooks.shop.co.kr"
PUBLIC = "125.209.222.141"


@dataclass
class Server:
    """What a server of HTTPS on this machine was asked for, and what it answers.

    Attributes:
        names: Of SNI, one for each connection.
        asked: Method, Host header, path and body of each request.
        moves: Where a path leads, by path.
        released: The path `/slow` is answered only once it is set.
    """

    port: int = 0
    ca_file: str = ""
    names: list[str | None] = field(default_factory=list)
    asked: list[tuple[str, str, str, bytes]] = field(default_factory=list)
    moves: dict[str, str] = field(default_factory=dict)
    released: Event = field(default_factory=Event)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    said = Server(ca_file=str(tmp_path / "ca.pem"))
    authority = Authority("Test authority")
    certificate, key = authority.issue(HOST)
    (tmp_path / "ca.pem").write_bytes(authority.certificate())
    (tmp_path / "server.pem").write_bytes(certificate + key)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            said.asked.append((self.command, self.headers["Host"], self.path, body))
            if self.path == "/slow":
                said.released.wait(60)
            target = said.moves.get(self.path)
            answer = b"x" * 5000 if self.path == "/long" else b"fine"
            self.send_response(302 if target else 200)
            if target:
                self.send_header("Location", target)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_GET  # noqa: N815 - the name that the base class calls

        def log_message(self, *_: object) -> None:
            """Keep the test's output to itself."""

    def note(_socket: ssl.SSLObject | ssl.SSLSocket, name: str | None, _context: ssl.SSLContext) -> None:
        said.names.append(name)

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "server.pem")
    context.sni_callback = note
    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.socket = context.wrap_socket(listening.socket, server_side=True)
    said.port = listening.server_port
    thread = Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    yield said
    said.released.set()
    listening.shutdown()
    listening.server_close()
    thread.join(10)


@dataclass
class Network:
    """Names and addresses of a test's own; whatever public address is connected to is the server on this machine.

    Attributes:
        names: Addresses of each name, in turn: each look-up takes the next, the last again and again.
        connected: Addresses and ports in the order in which they were connected to.
        dead: Addresses that refuse.
    """

    server: Server
    names: dict[str, list[list[str]]] = field(default_factory=lambda: {HOST: [[PUBLIC]]})
    connected: list[tuple[str, int]] = field(default_factory=list)
    dead: set[str] = field(default_factory=set)

    def resolve(self, host: str, _port: int) -> list[str]:
        found = self.names.get(host, [[]])
        return found.pop(0) if len(found) > 1 else found[0]

    def connect(self, address: tuple[str, int], seconds: float) -> socket.socket:
        self.connected.append(address)
        if address[0] in self.dead:
            raise ConnectionRefusedError("refused")
        return socket.create_connection(("127.0.0.1", self.server.port), seconds)

    def client(self, **options: Any) -> GuardedClient:
        tls = ssl.create_default_context(cafile=self.server.ca_file)
        return GuardedClient(resolve=self.resolve, connect=self.connect, tls=tls, **options)


@pytest.fixture
def network(server: Server) -> Network:
    return Network(server)


def test_the_checked_address_is_connected_to_and_the_name_stands_in_sni_and_host(
    server: Server, network: Network
) -> None:
    answer = network.client().request("POST", f"https://{HOST}/in?a=1", body=b"{}", headers={"X-Sign": "s"})
    assert (answer.status, answer.body, answer.is_cut) == (200, b"fine", False)
    assert network.connected == [(PUBLIC, 443)]
    assert server.names == [HOST]
    assert server.asked == [("POST", HOST, "/in?a=1", b"{}")]


def test_a_name_that_leads_inside_the_second_time_it_is_looked_up_is_still_connected_to_as_it_was_checked(
    server: Server, network: Network
) -> None:
    network.names[HOST] = [[PUBLIC], ["169.254.169.254"]]
    assert network.client().request("GET", f"https://{HOST}/").status == 200
    assert network.connected == [(PUBLIC, 443)]
    with pytest.raises(InvalidInput, match=r"leads to 169\.254\.169\.254"):
        network.client().request("GET", f"https://{HOST}/")
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "inner", ["127.0.0.1", "10.0.0.8", "100.64.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "fd00:ec2::254"]
)
def test_a_name_with_one_inner_address_among_public_ones_is_refused_whole(network: Network, inner: str) -> None:
    network.names[HOST] = [[PUBLIC, inner]]
    with pytest.raises(InvalidInput, match="no address of the public network") as caught:
        network.client().request("GET", f"https://{HOST}/")
    assert caught.value.code in SENTENCES
    assert network.connected == []


def test_a_name_without_an_address_is_worth_another_try(network: Network) -> None:
    with pytest.raises(Retryable, match="has no address"):
        network.client().request("GET", "https://nowhere.co.kr/")


def test_where_one_address_does_not_answer_the_next_is_asked(network: Network) -> None:
    network.names[HOST] = [["2406:da12::1", PUBLIC]]
    network.dead = {"2406:da12::1"}
    assert network.client().request("GET", f"https://{HOST}/").status == 200
    assert network.connected == [("2406:da12::1", 443), (PUBLIC, 443)]
    network.dead.add(PUBLIC)
    with pytest.raises(Retryable, match="cannot be reached: refused"):
        network.client().request("GET", f"https://{HOST}/")


def test_a_certificate_of_another_name_is_refused(server: Server, network: Network) -> None:
    network.names["other.co.kr"] = [[PUBLIC]]
    with pytest.raises(Retryable, match="certificate verify failed"):
        network.client().request("GET", "https://other.co.kr/")
    assert server.asked == []


def test_a_redirect_is_returned_as_it_is_unless_it_may_be_followed(server: Server, network: Network) -> None:
    server.moves = {"/old": "/new"}
    assert network.client().request("GET", f"https://{HOST}/old").status == 302
    assert [path for _, _, path, _ in server.asked] == ["/old"]
    answer = network.client(max_redirects=1).request("GET", f"https://{HOST}/old")
    assert (answer.status, answer.url) == (200, f"https://{HOST}/new")


def test_what_a_redirect_of_a_post_leads_to_is_never_asked(server: Server, network: Network) -> None:
    server.moves = {"/old": "/new"}
    assert network.client(max_redirects=3).request("POST", f"https://{HOST}/old", body=b"x").status == 302
    assert [path for _, _, path, _ in server.asked] == ["/old"]


@pytest.mark.parametrize(
    "target",
    [
        "https://127.0.0.1/",
        "http://hooks.shop.co.kr/",
        "https://localhost/",
        "file:///etc/passwd",
        "https://inner.shop.co.kr/",
        "https://user@hooks.shop.co.kr/",
        "//169.254.169.254/latest/meta-data/",
    ],
)
def test_each_hop_is_checked_like_the_first_address(server: Server, network: Network, target: str) -> None:
    network.names["inner.shop.co.kr"] = [["10.0.0.5"]]
    server.moves = {"/old": target}
    with pytest.raises(InvalidInput):
        network.client(max_redirects=3).request("GET", f"https://{HOST}/old")
    assert len(server.asked) == 1


def test_redirects_in_circles_come_to_an_end(server: Server, network: Network) -> None:
    server.moves = {"/a": "/b", "/b": "/a"}
    with pytest.raises(InvalidInput, match="yet another address"):
        network.client(max_redirects=3).request("GET", f"https://{HOST}/a")
    assert len(server.asked) == 4


def test_a_body_is_read_to_its_bound(network: Network) -> None:
    answer = network.client(max_bytes=1000).request("GET", f"https://{HOST}/long")
    assert (len(answer.body), answer.is_cut) == (1000, True)
    answer = network.client(max_bytes=5000).request("GET", f"https://{HOST}/long")
    assert (len(answer.body), answer.is_cut) == (5000, False)


def test_a_server_that_does_not_answer_is_given_up(network: Network) -> None:
    with pytest.raises(Retryable, match=r"timed out|took longer"):
        network.client(seconds=0.5).request("GET", f"https://{HOST}/slow")


def test_the_systems_own_resolver_is_asked_and_its_answer_checked() -> None:
    assert "127.0.0.1" in resolve_name("127.0.0.1", 443)
    with pytest.raises(InvalidInput, match=r"leads to 127\.0\.0\.1"):
        check_host(parse_web_address("https://here.shop.co.kr/"), lambda _, port: resolve_name("127.0.0.1", port))
    with pytest.raises(Retryable, match="does not resolve"):
        resolve_name("nowhere.invalid", 443)
