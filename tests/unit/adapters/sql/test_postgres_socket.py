from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from sunwi.adapters.sql.connection.postgres_socket import PostgresOptions, speaks_tls, tls_context
from sunwi.errors import ConfigurationError


@pytest.mark.parametrize(
    ("address", "options", "expected"),
    [
        ("db.example", PostgresOptions(), True),
        ("10.0.0.7", PostgresOptions(), True),
        ("localhost", PostgresOptions(), False),
        ("127.0.0.1:5433", PostgresOptions(), False),
        ("[::1]", PostgresOptions(), False),
        ("", PostgresOptions(), False),
        ("localhost.example", PostgresOptions(), True),
        ("localhost", PostgresOptions(ca_bundle="authority.pem"), True),
        ("localhost", PostgresOptions(tls=True), True),
        ("db.example", PostgresOptions(tls=False, ca_bundle="authority.pem"), False),
    ],
)
def test_tls_is_spoken_unless_the_server_is_on_this_machine_or_it_is_turned_off(
    address: str, options: PostgresOptions, *, expected: bool
) -> None:
    assert speaks_tls(make_url(f"postgresql://user@{address}/name"), options) is expected


@pytest.mark.parametrize(
    ("mode", "expected"), [("disable", False), ("require", True), ("verify-ca", True), ("verify-full", True)]
)
def test_the_urls_sslmode_decides_for_any_host(mode: str, *, expected: bool) -> None:
    for host in ("localhost", "db.example"):
        assert speaks_tls(make_url(f"postgresql://user@{host}/name?sslmode={mode}"), PostgresOptions()) is expected


def test_the_setting_goes_before_the_urls_sslmode() -> None:
    url = make_url("postgresql://user@db.example/name?sslmode=disable")
    assert speaks_tls(url, PostgresOptions(tls=True))


@pytest.mark.parametrize("mode", ["prefer", "allow", "off"])
def test_an_sslmode_that_would_verify_nothing_is_refused(mode: str) -> None:
    with pytest.raises(ConfigurationError, match=f"sslmode={mode}: use verify-full"):
        speaks_tls(make_url(f"postgresql://user@host/name?sslmode={mode}"), PostgresOptions())


def test_a_parameter_that_is_not_known_is_named() -> None:
    with pytest.raises(ConfigurationError, match="'connect_timeout'"):
        speaks_tls(make_url("postgresql://user@host/name?connect_timeout=3"), PostgresOptions())


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_bundle_that_cannot_be_used_is_named(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "authority.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ConfigurationError, match=r"DATABASE_CA_BUNDLE names .*authority\.pem"):
        tls_context(PostgresOptions(ca_bundle=str(file)))
