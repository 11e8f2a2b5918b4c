"""The site's own certificate, made at its first start and kept in its state folder."""

import ipaddress
import os
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

#: A wildcard covers one level.
HOSTS = (
    "naver.com",
    "*.naver.com",
    "*.search.naver.com",
    "*.place.naver.com",
    "naver.me",
    "*.naver.net",
    "*.pstatic.net",
    "localhost",
)
_LIFETIME = timedelta(days=825)
_RENEWAL = timedelta(days=30)


def server_context(state_dir: Path) -> ssl.SSLContext:
    """Return the server's TLS context, with the kept certificate or a new one."""
    certificate_file, key_file = state_dir / "standin-cert.pem", state_dir / "standin-key.pem"
    if not _is_usable(certificate_file, key_file):
        state_dir.mkdir(parents=True, exist_ok=True)
        _write_certificate(certificate_file, key_file)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate_file, key_file)
    return context


def _is_usable(certificate_file: Path, key_file: Path) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (FileNotFoundError, ValueError, x509.ExtensionNotFound):
        return False
    is_fresh = certificate.not_valid_after_utc - _RENEWAL > datetime.now(UTC)
    return is_fresh and key_file.is_file() and tuple(names.get_values_for_type(x509.DNSName)) == HOSTS


def _write_certificate(certificate_file: Path, key_file: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sunwi stand-in site")])
    now = datetime.now(UTC)
    addresses = [*map(x509.DNSName, HOSTS), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _LIFETIME)
        .add_extension(x509.SubjectAlternativeName(addresses), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    descriptor = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
