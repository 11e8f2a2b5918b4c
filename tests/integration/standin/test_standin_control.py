import pytest

from infra.local.standin import FaultKind, StandinSite
from infra.local.standin.naver.pages.named_pages import NAMED_PAGES
from sunwi.domain.tracking import Device
from tests.integration.standin.client import Client


def test_health_names_the_seed(client: Client) -> None:
    assert client.control("health").data == {"status": "ok", "seed": 5}


def test_a_fault_is_set_and_cleared_over_the_wire(client: Client) -> None:
    assert client.put_fault("김밥 50% 할인/오늘", fault="forbidden", times=1).status == 200
    assert [client.search("김밥 50% 할인/오늘").status for _ in range(2)] == [403, 200]
    client.put_fault("김밥", fault="captcha", delay_seconds=0.01)
    assert "WtmCaptcha" in client.search("김밥").text
    assert client.control("faults", method="DELETE").status == 200
    assert "WtmCaptcha" not in client.search("김밥").text


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ({"fault": "fire"}, "forbidden"),
        ({}, "forbidden"),
        ({"fault": "captcha", "times": -1}, "times"),
        ({"fault": "captcha", "times": "two"}, "times"),
        ({"fault": "slow", "seconds": 3}, "delay_seconds"),
        ({"fault": "captcha", "surface": "map"}, "place_list"),
        ({"fault": "captcha", "from_start": "later"}, "from_start"),
    ],
)
def test_an_unusable_fault_is_refused_with_what_is_allowed(
    client: Client, fault: dict[str, object], named: str
) -> None:
    answer = client.put_fault("김밥", **fault)
    assert answer.status == 400
    assert named in answer.data["error"]
    assert client.search("김밥").status == 200


def test_faults_and_named_pages_are_told(client: Client) -> None:
    pages = client.control("pages").data
    assert client.control("faults").data == [kind.value for kind in FaultKind]
    assert {name: page["keyword"] for name, page in pages.items()} == {
        name: page.keyword for name, page in NAMED_PAGES.items()
    }
    assert all(page["says"] for page in pages.values())


def test_a_body_that_is_no_json_is_refused(client: Client) -> None:
    assert client.control("faults/word", method="PUT").status == 400


def test_the_truth_over_the_wire_is_the_site_s_own(site: StandinSite, client: Client) -> None:
    answer = client.control("truth?query=%EA%B9%80%EB%B0%A5&device=mobile").data
    truth = site.truth("김밥", Device.MOBILE)
    assert answer["device"] == "mobile"
    assert [(card["id"], card["area"], card["rank"], card["page_rank"]) for card in answer["cards"]] == [
        (card.id, card.area, card.rank, card.page_rank) for card in truth.cards
    ]
    assert answer["left_out"] == truth.left_out


@pytest.mark.parametrize("query", ["query=", "query=%EA%B9%80&device=watch"])
def test_a_truth_that_cannot_be_told_is_refused(client: Client, query: str) -> None:
    assert client.control(f"truth?{query}").status == 400


def test_requests_are_counted_by_address_and_search_pages_by_keyword(site: StandinSite, client: Client) -> None:
    site.set_fault("김밥", FaultKind.FORBIDDEN)
    client.search("김밥")
    client.search("김밥", Device.MOBILE)
    client.search("국밥")
    client.ask("ssl.pstatic.net", "/sstatic/a.js?o=search")
    expected = {
        "addresses": {
            "search.naver.com/search.naver": 2,
            "m.search.naver.com/search.naver": 1,
            "ssl.pstatic.net/sstatic/a.js": 1,
        },
        "documents": {"김밥": 2, "국밥": 1},
    }
    assert client.control("requests").data == expected
    assert (site.requests.addresses, site.requests.documents) == (expected["addresses"], expected["documents"])
    client.control("requests", method="DELETE")
    assert client.control("requests").data == {"addresses": {}, "documents": {}}


def test_naver_s_hosts_have_no_control_addresses(client: Client) -> None:
    assert client.ask("search.naver.com", "/_standin/health").status == 404


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("search.naver.com", "/search.naver?query="),
        ("search.naver.com", "/search.naver?ssc=tab.news.all&query=a"),
        ("search.naver.com", "/search.naver?ssc=tab.blog.all&query="),
        ("s.search.naver.com", "/p/review/1/search.naver?ssc=tab.blog.all&query=a&start=31"),
        ("pcmap.place.naver.com", "/place/list?query="),
        ("pcmap.place.naver.com", "/place/9909935564/home"),
        ("naver.me", "/nothing0"),
        ("search.naver.com", "/other"),
        ("www.example.com", "/"),
        ("127.0.0.1", "/search.naver?query=a"),
    ],
)
def test_an_address_that_is_not_part_of_the_site_is_not_found(client: Client, host: str, path: str) -> None:
    answer = client.ask(host, path)
    assert answer.status == 404
    assert "not part of the stand-in site" in answer.text


@pytest.mark.parametrize(
    ("host", "path", "content_type"),
    [
        ("ssl.pstatic.net", "/sstatic/a-1.0.js", "application/javascript"),
        ("ssl.pstatic.net", "/sstatic/a.css", "text/css"),
        ("search.pstatic.net", "/common/", "image/gif"),
        ("ncpt.naver.com", "/static/wtm_captcha.js", "application/javascript"),
    ],
)
def test_a_part_of_a_page_is_small_and_may_be_kept(client: Client, host: str, path: str, content_type: str) -> None:
    answer = client.ask(host, path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, content_type)
    assert "max-age" in answer.headers["Cache-Control"]
    assert 0 < len(answer.body) < 1000


def test_a_log_host_takes_everything(client: Client) -> None:
    assert client.ask("l.search.naver.com", "/n/scrolllog/v2?u=x", method="POST", body={}).status == 204
