"""Refusals that come as pages, data in the wrong form, lists without rows, and pages that leave."""

import json
import re
from html import unescape

import pytest
from selectolax.lexbor import LexborHTMLParser

from infra.local.standin import FaultKind, StandinSite
from infra.local.standin.faults import MOVING
from sunwi.domain.tracking import Device, Surface
from tests.integration.standin import walk
from tests.integration.standin.client import Answer, Client

KEYWORD = "가상역 국밥"
TAB_KEYWORD = "임플란트 비용"


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [(FaultKind.PLACE_REFUSED, 6_100, 6_500), (FaultKind.PLACE_REFUSED_LATER_BUILD, 9_700, 10_100)],
)
@pytest.mark.parametrize("device", Device)
def test_the_place_service_refuses_in_two_builds(
    *, site: StandinSite, client: Client, kind: FaultKind, low: int, high: int, device: Device
) -> None:
    site.set_fault(KEYWORD, kind)
    answer = client.place_list(KEYWORD, device)
    tree = LexborHTMLParser(answer.text)
    title, area = tree.css_first("title"), tree.css_first(".title_area")
    assert answer.status == 200
    assert low <= len(answer.body) <= high
    assert title is not None
    assert area is not None
    assert (title.text(), area.text()) == ("네이버 플레이스", "서비스 이용이 제한되었습니다.")
    assert "과도한 접근 요청으로" in answer.text
    assert "__APOLLO_STATE__" not in answer.text


@pytest.mark.parametrize(
    ("kind", "status"), [(FaultKind.SEARCH_REFUSED, 200), (FaultKind.SEARCH_REFUSED_FORBIDDEN, 403)]
)
def test_the_search_refuses_with_a_status_of_success_or_of_refusal(
    site: StandinSite, client: Client, kind: FaultKind, status: int
) -> None:
    site.set_fault(KEYWORD, kind)
    answer = client.search(KEYWORD)
    assert answer.status == status
    assert "검색 서비스 이용이 제한되었습니다" in answer.text
    assert "제한 해제" in answer.text
    assert "naver.search.section" not in answer.text


def test_too_many_requests_can_come_without_a_word(site: StandinSite, client: Client) -> None:
    site.set_fault(KEYWORD, FaultKind.TOO_MANY_REQUESTS_EMPTY)
    answer = client.search(KEYWORD)
    assert (answer.status, answer.body, "Retry-After" in answer.headers) == (429, b"", False)


@pytest.mark.parametrize(("kind", "dialogs"), [(FaultKind.CHALLENGE_OVER, 1), (FaultKind.CHALLENGE_UNUSED, 0)])
def test_a_challenge_lies_over_a_list_that_is_all_there(
    *, site: StandinSite, client: Client, kind: FaultKind, dialogs: int
) -> None:
    healthy = client.place_list(KEYWORD).text
    site.set_fault(KEYWORD, kind)
    page = client.place_list(KEYWORD).text
    tree = LexborHTMLParser(page)
    root = tree.css_first("#wtm-captcha-root")
    assert root is not None
    assert root.attributes["style"] == "height:0"
    assert len(tree.css('[role=dialog][aria-modal=true][aria-label="보안 인증 필요"]')) == dialogs
    assert walk.listed_rows_of(tree) == walk.listed_rows_of(LexborHTMLParser(healthy))


def continuation(client: Client) -> Answer:
    return client.follow(walk.next_url_of(client.tab(Surface.BLOG_TAB, TAB_KEYWORD).text))


@pytest.mark.parametrize("kind", [FaultKind.HTML_FOR_JSON, FaultKind.CHALLENGE_OVER])
def test_a_script_can_get_a_page_in_place_of_its_data(site: StandinSite, client: Client, kind: FaultKind) -> None:
    first = client.tab(Surface.BLOG_TAB, TAB_KEYWORD).text
    site.set_fault(TAB_KEYWORD, kind)
    answer = continuation(client)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "contents" not in answer.text
    assert walk.tab_rows_of(client.tab(Surface.BLOG_TAB, TAB_KEYWORD).text) == walk.tab_rows_of(first)


def test_data_can_come_as_a_browser_shows_it(site: StandinSite, client: Client) -> None:
    healthy = continuation(client).data
    site.set_fault(TAB_KEYWORD, FaultKind.JSON_IN_PRE)
    answer = continuation(client)
    shown = re.fullmatch(r"<html>.*<pre[^>]*>(.*)</pre></body></html>", answer.text, re.DOTALL)
    assert shown is not None
    assert json.loads(unescape(shown[1])) == healthy


@pytest.mark.parametrize("kind", [FaultKind.SHELL_THEN_ROWS, FaultKind.SHELL_ONLY])
def test_a_shell_of_the_mobile_list_names_its_keyword_and_no_place(
    site: StandinSite, client: Client, kind: FaultKind
) -> None:
    site.set_fault(KEYWORD, kind)
    page = client.place_list(KEYWORD, Device.MOBILE).text
    tree = LexborHTMLParser(page)
    root = tree.css_first("#app-root")
    assert root is not None
    assert root.text() == "로딩중"
    assert "window.__APOLLO_STATE__ = {};" in page
    assert '"isPcmap":false' in page
    assert f'var g_query = "{KEYWORD}"' in page
    assert tree.css("li") == []


@pytest.mark.parametrize("kind", sorted(MOVING))
def test_a_page_that_leaves_leads_to_the_same_search(site: StandinSite, client: Client, kind: FaultKind) -> None:
    healthy = client.search(KEYWORD).text
    site.set_fault(KEYWORD, kind)
    left = client.search(KEYWORD).text
    target = re.search(r'location\.replace\("([^"]+)"\)|http-equiv="refresh" content="0;url=([^"]+)"', left)
    assert target is not None
    arrived = client.ask("search.naver.com", unescape(target[1] or target[2])).text
    if kind is FaultKind.MOVES_FOR_EVER:
        assert "standin_moved=11" in arrived
    else:
        assert arrived == healthy


@pytest.mark.parametrize("device", Device)
def test_nothing_found_can_be_said_in_the_element_of_an_area(site: StandinSite, client: Client, device: Device) -> None:
    site.set_fault(KEYWORD, FaultKind.NO_RESULTS_IN_CONTAINER)
    for answer in (client.search(KEYWORD, device), client.tab(Surface.BLOG_TAB, KEYWORD, device)):
        statement = LexborHTMLParser(answer.text).css_first('[data-slog-container="nrs"]')
        assert statement is not None
        assert f"'{KEYWORD}'에 대한 검색결과가 없습니다." in statement.text()
        assert walk.short_areas_of(answer.text) == []
        assert "notfound" not in answer.text
