import json
import signal
import ssl
import subprocess
import sys
import threading
from http.client import HTTPException
from pathlib import Path

import pytest
from cryptography import x509

from infra.local.standin import Fault, FaultKind, StandinSite
from tests.integration.standin.client import Client


def test_the_site_leaves_no_thread_and_no_listener_behind(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with StandinSite(seed=1, state_dir=tmp_path) as site:
        client = Client(site)
        assert client.control("health").status == 200
        assert len(threading.enumerate()) > len(before)
    assert set(threading.enumerate()) == before
    with pytest.raises(ConnectionRefusedError):
        client.control("health")


def test_leaving_does_not_wait_for_a_slow_answer(tmp_path: Path) -> None:
    ended: list[Exception] = []

    def ask(client: Client) -> None:
        try:
            client.search("김밥")
        except (HTTPException, OSError) as error:
            ended.append(error)

    with StandinSite(seed=1, state_dir=tmp_path) as site:
        site.set_fault("김밥", Fault(kind=FaultKind.SLOW, delay_seconds=3600))
        asking = threading.Thread(target=ask, args=[Client(site)])
        asking.start()
        while not site.requests.documents:
            assert asking.is_alive()
    asking.join(30)
    assert not asking.is_alive()
    assert len(ended) == 1


def test_the_certificate_covers_naver_s_hosts_and_is_kept(tmp_path: Path) -> None:
    certificates = []
    for _ in range(2):
        with StandinSite(seed=1, state_dir=tmp_path) as site:
            certificates.append(ssl.get_server_certificate(("127.0.0.1", site.port)))
    assert certificates[0] == certificates[1]
    certificate = x509.load_pem_x509_certificate(certificates[0].encode())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {"*.naver.com", "*.search.naver.com", "*.pstatic.net"} <= set(names.get_values_for_type(x509.DNSName))
    assert (tmp_path / "standin-key.pem").stat().st_mode & 0o077 == 0


def test_a_damaged_certificate_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "standin-cert.pem").write_text("not a certificate")
    with StandinSite(seed=1, state_dir=tmp_path) as site:
        assert Client(site).control("health").status == 200


def test_a_port_that_is_taken_is_said_at_once(tmp_path: Path) -> None:
    with StandinSite(seed=1, state_dir=tmp_path) as site:
        taken = StandinSite(seed=1, state_dir=tmp_path, port=site.port)
        with pytest.raises(OSError, match="address already in use"):
            taken.__enter__()


def test_the_program_prints_its_port_and_stops_when_told(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "infra.local.standin", "--state-dir", str(tmp_path), "--seed", "3"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - the site's own program
        assert process.stdout is not None
        port = json.loads(process.stdout.readline())["port"]
        assert "BEGIN CERTIFICATE" in ssl.get_server_certificate(("127.0.0.1", port))
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
