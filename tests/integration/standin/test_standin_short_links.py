from infra.local.standin import StandinSite
from infra.local.standin.naver.hosts.short_links import FOREIGN, LOOP
from tests.integration.standin.client import Client

POST = "https://blog.naver.com/si_writer/229900000001"


def follow(client: Client, url: str) -> str:
    answer = client.ask("naver.me", url.removeprefix("https://naver.me"))
    assert answer.status == 302
    return answer.headers["Location"]


def test_a_short_link_leads_to_its_address_and_is_always_the_same(site: StandinSite, client: Client) -> None:
    short = site.short_link(POST)
    assert short.startswith("https://naver.me/")
    assert len(short) == len("https://naver.me/") + 8
    assert site.short_link(POST) == short
    assert follow(client, short) == POST


def test_the_table_has_a_place_a_blog_post_and_a_cafe_post(site: StandinSite, client: Client) -> None:
    table = client.control("short-links").data
    place = site.truth("가상역 국밥").cards[0].item.url
    assert table[site.short_link(place)] == place
    hosts = {url.split("/")[2] for url in table.values()}
    assert {"map.naver.com", "blog.naver.com", "cafe.naver.com"} <= hosts
    assert {follow(client, short) for short in table} == set(table.values())


def test_a_short_link_is_made_over_the_wire(client: Client) -> None:
    short = client.control("short-links", method="PUT", body={"url": POST}).data["short"]
    assert follow(client, short) == POST
    assert client.control("short-links", method="PUT", body={"url": "file:///etc/passwd"}).status == 400
    assert client.control("short-links", method="PUT", body=["https://blog.naver.com"]).status == 400


def test_one_short_link_leads_out_of_naver_and_one_in_a_circle(client: Client) -> None:
    assert follow(client, FOREIGN).startswith("https://evil.example/")
    assert follow(client, follow(client, LOOP)) == LOOP
