from http.client import IncompleteRead, RemoteDisconnected
from itertools import pairwise
from json import JSONDecodeError
from urllib.parse import parse_qs, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from infra.local.standin import Fault, FaultKind, StandinSite
from sunwi.domain.tracking import Device
from tests.integration.standin import walk
from tests.integration.standin.client import Client

KEYWORD = "가상역 국밥"


def test_a_healthy_page_is_whole_and_of_html(client: Client) -> None:
    answer = client.search(KEYWORD)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.text.rstrip().endswith("</html>")


@pytest.mark.parametrize(("kind", "status"), [(FaultKind.FORBIDDEN, 403), (FaultKind.TOO_MANY_REQUESTS, 429)])
def test_a_refusal_has_its_status_and_no_page(site: StandinSite, client: Client, kind: FaultKind, status: int) -> None:
    site.set_fault(KEYWORD, kind)
    answer = client.search(KEYWORD)
    assert (answer.status, len(answer.body) < 500) == (status, True)


@pytest.mark.parametrize(("kind", "status"), [(FaultKind.TOO_MANY_REQUESTS, 429), (FaultKind.UNAVAILABLE, 503)])
def test_a_refusal_for_now_says_when_to_come_back(
    site: StandinSite, client: Client, kind: FaultKind, status: int
) -> None:
    site.set_fault(KEYWORD, Fault(kind=kind, retry_after_seconds=77))
    answer = client.search(KEYWORD)
    assert (answer.status, answer.headers["Retry-After"]) == (status, "77")


def test_a_captcha_page_has_the_signs_of_one_and_no_results(site: StandinSite, client: Client) -> None:
    site.set_fault(KEYWORD, FaultKind.CAPTCHA)
    answer = client.search(KEYWORD)
    assert answer.status == 200
    assert "WtmCaptcha" in answer.text
    assert "보안 확인을 완료해 주세요" in answer.text
    assert "naver.search.section" not in answer.text


def test_a_login_redirect_leads_to_the_sign_in_form_and_back(site: StandinSite, client: Client) -> None:
    site.set_fault(KEYWORD, FaultKind.LOGIN_REDIRECT)
    answer = client.search(KEYWORD)
    target = urlsplit(answer.headers["Location"])
    assert answer.status == 302
    assert (target.scheme, target.netloc, target.path) == ("https", "nid.naver.com", "/nidlogin.login")
    assert parse_qs(target.query)["url"][0].startswith("https://search.naver.com/search.naver?")
    assert "frmNIDLogin" in client.ask("nid.naver.com", f"{target.path}?{target.query}").text


def test_an_empty_answer_is_a_success_without_a_body(site: StandinSite, client: Client) -> None:
    site.set_fault(KEYWORD, FaultKind.EMPTY)
    answer = client.search(KEYWORD)
    assert (answer.status, answer.body) == (200, b"")


def test_a_truncated_page_is_its_first_half(site: StandinSite, client: Client) -> None:
    whole = client.search(KEYWORD).text
    site.set_fault(KEYWORD, FaultKind.TRUNCATED)
    half = client.search(KEYWORD).text
    assert whole.startswith(half)
    assert len(half) == len(whole) // 2


def test_a_reset_before_headers_gives_no_answer_at_all(site: StandinSite, client: Client) -> None:
    site.set_fault(KEYWORD, FaultKind.RESET_BEFORE_HEADERS)
    with pytest.raises((RemoteDisconnected, ConnectionResetError)):
        client.search(KEYWORD)


def test_a_reset_in_mid_page_ends_the_body_early(site: StandinSite, client: Client) -> None:
    site.set_fault(KEYWORD, FaultKind.RESET_MID_PAGE)
    with pytest.raises((IncompleteRead, ConnectionResetError)):
        client.search(KEYWORD)


def test_a_slow_page_is_healthy(site: StandinSite, client: Client) -> None:
    healthy = client.search(KEYWORD)
    site.set_fault(KEYWORD, Fault(kind=FaultKind.SLOW, delay_seconds=0.01))
    assert client.search(KEYWORD).body == healthy.body


def test_renamed_classes_change_no_attribute_but_class(site: StandinSite, client: Client) -> None:
    before = LexborHTMLParser(client.search(KEYWORD).text)
    site.set_fault(KEYWORD, FaultKind.RENAMED_CLASSES)
    page = client.search(KEYWORD).text
    after = LexborHTMLParser(page)
    names = [{name for node in tree.css("[class]") for name in _classes(node)} for tree in (before, after)]
    attributes = [
        [{name: value for name, value in node.attributes.items() if name != "class"} for node in tree.css("*")]
        for tree in (before, after)
    ]
    assert len(names[0]) == len(names[1]) > 50
    assert not names[0] & names[1]
    assert attributes[0] == attributes[1]
    assert walk.rows_of(after, "nmb_rnk*m") == [card.id for card in site.truth(KEYWORD).cards[:6]]


def test_a_broken_state_cannot_be_read_though_its_rows_can(site: StandinSite, client: Client) -> None:
    site.set_fault(KEYWORD, FaultKind.BROKEN_STATE)
    page = client.search(KEYWORD).text
    assert "__APOLLO_STATE__ = {" in page
    with pytest.raises(JSONDecodeError):
        walk.states_of(page)
    assert len(walk.rows_of(LexborHTMLParser(page), "nmb_rnk*m")) == 6


def test_a_missing_state_leaves_the_rows(site: StandinSite, client: Client) -> None:
    site.set_fault(KEYWORD, FaultKind.STATE_MISSING)
    page = client.search(KEYWORD).text
    assert walk.states_of(page) == []
    assert "__PLACE_STATE__" in page
    assert len(walk.rows_of(LexborHTMLParser(page), "nmb_rnk*m")) == 6


def test_an_unknown_layout_has_the_posts_and_none_of_the_marks(site: StandinSite, client: Client) -> None:
    site.set_fault(KEYWORD, FaultKind.LAYOUT_UNKNOWN)
    answer = client.search(KEYWORD)
    posts = [card for card in site.truth(KEYWORD).cards if card.id.startswith("blog:")]
    assert answer.status == 200
    assert f"<title>{KEYWORD} : 네이버 검색</title>" in answer.text
    assert posts[0].item.url in answer.text
    for mark in ("naver.search.section", "nx_cr_area_info", "data-meta-area", "data-template-id", "-doc-id"):
        assert mark not in answer.text


def test_a_page_of_another_query_names_the_other_query(site: StandinSite, client: Client) -> None:
    site.set_fault(KEYWORD, FaultKind.OTHER_QUERY)
    page = client.search(KEYWORD).text
    assert f"<title>{KEYWORD} 추천 : 네이버 검색</title>" in page
    assert f"<title>{KEYWORD} : 네이버 검색</title>" not in page


@pytest.mark.parametrize(
    ("kind", "absent", "present"),
    [
        (FaultKind.ADS_ONLY, {"nmb_rnk*m", "nop_res", "ugB_b1R*f", "web_gen*w"}, {"pwl_nop", "ugB_adR*o"}),
        (FaultKind.OPENINGS_ONLY, {"nmb_rnk*m", "ugB_b1R*f"}, {"nop_res"}),
    ],
)
def test_a_page_without_organic_places_lists_no_place_block(
    site: StandinSite, client: Client, kind: FaultKind, absent: set[str], present: set[str]
) -> None:
    site.set_fault(KEYWORD, kind)
    areas = set(walk.areas_of(client.search(KEYWORD).text))
    assert present <= areas
    assert not absent & areas


def test_a_page_without_results_says_so_in_its_own_words(site: StandinSite, client: Client) -> None:
    site.set_fault(KEYWORD, FaultKind.NO_RESULTS)
    page = client.search(KEYWORD).text
    statement = LexborHTMLParser(page).css_first("#notfound .dsc")
    assert statement is not None
    assert statement.text() == f"'{KEYWORD}'에 대한 검색결과가 없습니다."
    assert walk.areas_of(page) == []


def test_a_fault_with_a_count_ends_by_itself(site: StandinSite, client: Client) -> None:
    site.set_fault(KEYWORD, Fault(kind=FaultKind.FORBIDDEN, times=2))
    statuses = [client.search(KEYWORD, device).status for device in (Device.PC, Device.MOBILE, Device.PC, Device.PC)]
    assert statuses == [403, 403, 200, 200]


def test_a_fault_without_a_count_stays_and_keeps_to_its_keyword(site: StandinSite, client: Client) -> None:
    site.set_fault(KEYWORD, FaultKind.FORBIDDEN)
    statuses = [client.search(KEYWORD).status for _ in range(4)]
    assert all(before == after == 403 for before, after in pairwise(statuses))
    assert client.search("모의동 카페").status == 200


def test_a_composed_and_a_decomposed_keyword_share_a_fault(site: StandinSite, client: Client) -> None:
    site.set_fault("\u1100\u1161\u1106\u1161", FaultKind.FORBIDDEN)
    assert client.search("가마").status == 403


def _classes(node: LexborNode) -> list[str]:
    return (node.attributes["class"] or "").split()
