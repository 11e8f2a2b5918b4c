from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
import pytest
from botocore.config import Config

from sunwi.adapters.aws.files.file_links import S3LinkSigner, disposition_of
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.file_link import LinkedFile
from sunwi.testing import ManualClock
from sunwi.web.routes.files import ROUTES
from tests.unit.web.asking import ADMIN, Asking

REPORT = LinkedFile(key="reports/2026-01/7.xlsx", name="강남 치과 1월 보고서.xlsx", content_type="application/xlsx")


@pytest.fixture(autouse=True)
def _signs(house: CommandContainer) -> None:
    client = boto3.client(
        "s3",
        region_name="ap-northeast-2",
        aws_access_key_id="AKIAEXAMPLE",
        aws_secret_access_key="example",  # noqa: S106 - nobody's
        config=Config(signature_version="s3v4"),
    )
    house.requests.__dict__["link_signer"] = S3LinkSigner(client, "files")


def test_a_link_leads_to_the_file_at_another_origin_under_its_korean_name(house: CommandContainer) -> None:
    made = house.requests.link_file.link(ADMIN.actor, REPORT)
    reply = Asking(ROUTES, house).ask("GET", made.path)
    assert reply.status == 302
    address = urlsplit(reply.headers["Location"])
    query = parse_qs(address.query)
    assert (address.hostname or "").startswith("files.s3")
    assert address.path == "/reports/2026-01/7.xlsx"
    assert unquote(query["response-content-disposition"][0]).endswith("UTF-8''강남 치과 1월 보고서.xlsx")
    assert (query["X-Amz-Expires"], query["response-cache-control"]) == (["300"], ["no-store"])
    assert (reply.headers["Cache-Control"], reply.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert reply.headers["X-Robots-Tag"] == "noindex"


def test_a_token_has_128_bits_and_is_not_stored(house: CommandContainer) -> None:
    made = house.requests.link_file.link(ADMIN.actor, REPORT)
    assert len(made.token) == 22
    with house.adapters.store.read() as tx:
        assert tx.file_links.find(made.token) is None
        assert tx.file_links.find(made.link.token_hash) == made.link
    assert house.requests.link_file.link(ADMIN.actor, REPORT).token != made.token


@pytest.mark.parametrize("life", [timedelta(hours=1), timedelta(days=400)])
def test_a_link_ends(house: CommandContainer, clock: ManualClock, life: timedelta) -> None:
    made = house.requests.link_file.link(ADMIN.actor, REPORT, life=life)
    clock.at += min(life, timedelta(days=7)) - timedelta(seconds=1)
    assert Asking(ROUTES, house).ask("GET", made.path).status == 302
    clock.advance(seconds=1)
    reply = Asking(ROUTES, house).ask("GET", made.path)
    assert reply.status == 404
    assert "파일 링크가 없거나 기한이 지났습니다" in reply.body


@pytest.mark.parametrize("token", ["x", "..", "%00", "가", "a" * 500])
def test_what_is_no_token_leads_nowhere(house: CommandContainer, token: str) -> None:
    assert Asking(ROUTES, house).ask("GET", f"/f/{token}").status == 404


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("report.xlsx", "report.xlsx"),
        ("보고서.xlsx", "_.xlsx"),
        ('a"b\\c;d.csv', "a_b_c_d.csv"),
        ("a\r\nSet-Cookie: x", "a_Set-Cookie_ x"),
        ("", "file"),
    ],
)
def test_no_name_of_a_file_can_break_out_of_its_header(name: str, plain: str) -> None:
    header = disposition_of(name)
    assert header.startswith(f"attachment; filename=\"{plain}\"; filename*=UTF-8''")
    assert header.isascii()
    assert "\n" not in header
