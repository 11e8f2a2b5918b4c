import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from infra.local.standin import Fault, FaultKind, ListTruth, StandinSite
from infra.local.standin.naver.tabs import PLANNED_TABS, Build, tab_shape
from sunwi.domain.tracking import Device, Surface
from tests.integration.standin import walk
from tests.integration.standin.client import TABS, Client

BLOG, CAFE = Surface.BLOG_TAB, Surface.CAFE_TAB
LISTED, REACT, BUTTONS, SHORT, NONE = "수분크림 후기", "임플란트 비용", "원목 식탁", "홈카페 원두", "퓨트라곤 세밀라"
DRAWN = [(surface, f"시험 낱말 {number}") for surface in (BLOG, CAFE) for number in range(8)]
TABS_OF_ALL_SORTS = [*PLANNED_TABS, *DRAWN]
SEED = 5
every_tab = pytest.mark.parametrize(("surface", "keyword"), TABS_OF_ALL_SORTS)


def tab_truth(site: StandinSite, surface: Surface, keyword: str, device: Device = Device.PC) -> ListTruth:
    truth = site.truth(keyword, device, surface)
    assert isinstance(truth, ListTruth)
    return truth


def pages_of(client: Client, surface: Surface, keyword: str, device: Device = Device.PC) -> list[str]:
    """All pages as a visitor gets them: each carries the address of the next."""
    pages = [client.tab(surface, keyword, device).text]
    while url := walk.next_url_of(pages[-1]):
        pages.append(client.follow(url).text)
    return pages


def rows_of(page: str) -> list[str | None]:
    return walk.tab_rows_of(json.loads(page)["contents"] if page.startswith("{") else page)


@pytest.mark.parametrize("device", Device)
@every_tab
def test_every_page_shows_the_posts_that_the_truth_has_there(
    site: StandinSite, client: Client, surface: Surface, keyword: str, device: Device
) -> None:
    truth = tab_truth(site, surface, keyword, device)
    for start in truth.starts:
        page = client.tab(surface, keyword, device, start).text
        assert rows_of(page) == [row.item.id for row in truth.page(start)]


@every_tab
def test_the_address_of_the_next_page_leads_through_all_rows(
    site: StandinSite, client: Client, surface: Surface, keyword: str
) -> None:
    pages = pages_of(client, surface, keyword)
    truth = tab_truth(site, surface, keyword)
    shown = [name for page in pages for name in rows_of(page)]
    if tab_shape(SEED, keyword, surface).carries_next:
        assert shown == [row.item.id for row in truth.rows]
        assert len(pages) == max(1, len(truth.starts))
    else:
        assert len(pages) == 1


@every_tab
def test_ranks_count_each_post_once(site: StandinSite, surface: Surface, keyword: str) -> None:
    truth = tab_truth(site, surface, keyword)
    assert [card.id for card in truth.cards] == list(dict.fromkeys(row.item.id for row in truth.rows))
    assert [card.rank for card in truth.cards] == list(range(1, len(truth.cards) + 1))
    assert truth.left_out == {}


@pytest.mark.parametrize("surface", [BLOG, CAFE])
def test_some_keywords_have_120_posts_and_others_a_few(site: StandinSite, surface: Surface) -> None:
    counts = [len(tab_truth(site, surface, keyword).rows) for tab, keyword in TABS_OF_ALL_SORTS if tab is surface]
    assert sum(count >= 120 for count in counts) >= 4
    assert sum(0 < count < 30 for count in counts) >= 1
    assert 0 in counts


def test_a_page_of_the_blog_tab_has_30_posts_and_of_the_cafe_tab_10_to_30(site: StandinSite) -> None:
    truths = {tab: tab_truth(site, *tab) for tab in TABS_OF_ALL_SORTS}
    assert {truth.page_size for (surface, _), truth in truths.items() if surface is BLOG} == {30}
    assert {truth.page_size for (surface, _), truth in truths.items() if surface is CAFE} == {10, 15, 30}


@pytest.mark.parametrize("device", Device)
@pytest.mark.parametrize("keyword", [LISTED, REACT])
def test_the_next_address_is_naver_s_own_and_its_number_is_the_seed_s(
    client: Client, keyword: str, device: Device
) -> None:
    url = walk.next_url_of(client.tab(BLOG, keyword, device).text)
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc) == ("https", "s.search.naver.com")
    assert re.fullmatch(r"/p/review/\d\d/search\.naver", parts.path)
    assert {name: values[0] for name, values in parse_qs(parts.query).items()} == {
        "ssc": TABS[BLOG, device],
        "api_type": "8",
        "query": keyword,
        "start": "31",
        "sm": "tab_hty.top",
        "prank": "30",
        "ngn_country": "KR",
    }
    answer = client.follow(url)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert set(answer.data) == {"contents", "nextUrl"}


def test_the_older_build_has_list_items_with_a_titled_link(site: StandinSite, client: Client) -> None:
    tree = LexborHTMLParser(client.tab(BLOG, LISTED).text)
    titles = tree.css("li.bx .detail_box .title_area > a.title_link")
    assert [title.text() for title in titles if "ader" not in (title.attributes["href"] or "")] == [
        row.item.title for row in tab_truth(site, BLOG, LISTED).page(1)
    ]
    assert tree.css_first("[data-template-id]") is None


@pytest.mark.parametrize("surface", [BLOG, CAFE])
def test_the_builds_of_2026_have_items_and_no_titled_link(site: StandinSite, client: Client, surface: Surface) -> None:
    for keyword in (REACT, BUTTONS):
        tree = LexborHTMLParser(client.tab(surface, keyword).text)
        assert len(tree.css('[data-template-id="ugcItem"] button[data-url]')) >= 15
        assert tree.css_first("li.bx[data-cr-rank], .title_link, .total_tit") is None
        area = tree.css_first("[data-meta-area]")
        assert area is not None
        assert area.attributes["data-meta-area"] == tab_truth(site, surface, keyword).cards[0].area


def test_a_build_without_links_names_its_posts_on_buttons(client: Client) -> None:
    tree = LexborHTMLParser(client.tab(BLOG, BUTTONS).text)
    rows = tree.css('[data-template-id="ugcItem"]:not([data-power-content-url])')
    assert len(rows) == 30
    for row in rows:
        links = [link.attributes["href"] or "" for link in row.css('a[href]:not([data-heatmap-target=".series"])')]
        assert not [url for url in links if walk.identify(url)]
        assert row.css_first("button[data-url] .sds-comps-text-type-headline1") is not None


@pytest.mark.parametrize("keyword", [LISTED, REACT, BUTTONS])
def test_advertising_and_clips_stand_between_the_rows(client: Client, keyword: str) -> None:
    tree = LexborHTMLParser(client.tab(BLOG, keyword).text)
    clips = [link.attributes["href"] or "" for link in tree.css(".clip_area a")]
    paid = [link for link in tree.css("a[href]") if "https://ader.naver.com/" in (link.attributes["href"] or "")]
    assert len(clips) == 4
    assert all(re.fullmatch(r"https://blog\.naver\.com/clip/\d+", url) for url in clips)
    assert len(tree.css(".ad_section a")) == 3
    assert len(paid) >= 5


def test_bundled_posts_are_linked_inside_a_row_and_have_none(site: StandinSite, client: Client) -> None:
    for surface, keyword in ((BLOG, LISTED), (CAFE, LISTED), (BLOG, REACT), (CAFE, REACT)):
        truth = tab_truth(site, surface, keyword)
        bundled = [name for row in truth.page(1) for name in (post.id for post in row.item.bundled)]
        tree = LexborHTMLParser(client.tab(surface, keyword).text)
        links = tree.css('.series_link, [data-heatmap-target=".series"]')
        assert bundled
        assert [walk.identify(link.attributes["href"] or "") for link in links] == bundled
        assert not {card.id for card in truth.cards} & set(bundled)


def test_a_post_comes_again_on_a_later_page(site: StandinSite) -> None:
    for surface, keyword in ((BLOG, LISTED), (CAFE, REACT)):
        truth = tab_truth(site, surface, keyword)
        assert len(truth.cards) < len(truth.rows)


def test_a_cafe_has_several_cards_and_its_links_carry_a_token(site: StandinSite, client: Client) -> None:
    truth = tab_truth(site, CAFE, LISTED)
    cafes = [card.id.partition("/")[0] for card in truth.cards]
    assert len(set(cafes)) < len(cafes) / 2
    links = LexborHTMLParser(client.tab(CAFE, LISTED).text).css("li.bx[data-cr-rank] a.title_link")
    assert all("?art=" in (link.attributes["href"] or "") for link in links)
    first = truth.cards[0]
    assert truth.find(first.item.aliases[0]) == first


def test_foreign_blogs_and_influencers_have_rows_too(site: StandinSite) -> None:
    ids = [card.id.partition(":")[0] for card in tab_truth(site, BLOG, REACT).cards]
    assert {"blog", "web", "in"} == set(ids)


def test_the_mobile_tab_links_the_mobile_sites_in_another_order(site: StandinSite, client: Client) -> None:
    page = client.tab(BLOG, LISTED, Device.MOBILE).text
    assert "https://m.blog.naver.com/" in page
    assert "https://blog.naver.com/" not in page
    orders = [[card.id for card in tab_truth(site, BLOG, LISTED, device).cards] for device in Device]
    assert set(orders[0]) & set(orders[1])
    assert orders[0] != orders[1]


@every_tab
def test_a_tab_says_what_it_answers(client: Client, surface: Surface, keyword: str) -> None:
    page = client.tab(surface, keyword).text
    assert f'var g_ssc = "{TABS[surface, Device.PC]}"' in page
    assert f"<title>{keyword} : 네이버 검색</title>" in page
    assert page.rstrip().endswith("</html>")


def test_a_tab_without_posts_says_so(client: Client) -> None:
    for surface in (BLOG, CAFE):
        page = client.tab(surface, NONE).text
        assert rows_of(page) == []
        assert "에 대한 검색결과가 없습니다." in page


def test_further_rows_end_with_an_empty_address(site: StandinSite, client: Client) -> None:
    last = pages_of(client, BLOG, LISTED)[-1]
    behind = walk.next_url_of(client.tab(BLOG, LISTED).text).replace("start=31", "start=151")
    assert json.loads(last)["nextUrl"] == ""
    assert client.follow(behind).data == {"contents": "", "nextUrl": ""}
    assert len(tab_truth(site, BLOG, LISTED).rows) == 150


@pytest.mark.parametrize("keyword", [LISTED, REACT])
def test_a_tab_weighs_half_a_megabyte(client: Client, keyword: str) -> None:
    assert 450_000 < len(client.tab(BLOG, keyword).body) < 700_000


def test_drawn_keywords_have_every_build() -> None:
    assert {tab_shape(SEED, f"시험 낱말 {number}", BLOG).build for number in range(30)} == set(Build)


class TestFaults:
    """Faults of tabs: of the first page, and of the JSON behind it."""

    def test_renamed_classes_leave_links_and_data(self, site: StandinSite, client: Client) -> None:
        healthy = client.tab(BLOG, REACT).text
        url = walk.next_url_of(healthy)
        more = client.follow(url).data["contents"]
        site.set_fault(REACT, FaultKind.RENAMED_CLASSES)
        assert rows_of(client.tab(BLOG, REACT).text) == rows_of(healthy)
        renamed = client.follow(url).data["contents"]
        assert "sds-comps" not in renamed
        assert walk.tab_rows_of(renamed) == walk.tab_rows_of(more)

    def test_a_later_page_can_fail_alone(self, site: StandinSite, client: Client) -> None:
        site.set_fault(LISTED, Fault(kind=FaultKind.FORBIDDEN, from_start=32))
        url = walk.next_url_of(client.tab(BLOG, LISTED).text)
        second = client.follow(url)
        assert (second.status, client.follow(second.data["nextUrl"]).status) == (200, 403)

    def test_further_rows_can_break_off(self, site: StandinSite, client: Client) -> None:
        url = walk.next_url_of(client.tab(BLOG, LISTED).text)
        site.set_fault(LISTED, FaultKind.TRUNCATED)
        with pytest.raises(json.JSONDecodeError):
            _ = client.follow(url).data

    def test_further_rows_can_be_a_question_for_a_person(self, site: StandinSite, client: Client) -> None:
        url = walk.next_url_of(client.tab(BLOG, LISTED).text)
        site.set_fault(LISTED, FaultKind.CAPTCHA)
        answer = client.follow(url)
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "WtmCaptcha" in answer.text

    @pytest.mark.parametrize("keyword", [LISTED, REACT])
    def test_a_page_can_lose_or_break_the_address_of_the_next(
        self, site: StandinSite, client: Client, keyword: str
    ) -> None:
        whole = walk.next_url_of(client.tab(BLOG, keyword).text)
        site.set_fault(keyword, FaultKind.STATE_MISSING)
        assert walk.next_url_of(client.tab(BLOG, keyword).text) == ""
        site.set_fault(keyword, FaultKind.BROKEN_STATE)
        broken = walk.next_url_of(client.tab(BLOG, keyword).text)
        assert whole.startswith(broken)
        assert 0 < len(broken) < len(whole)

    @pytest.mark.parametrize("kind", [FaultKind.ADS_ONLY, FaultKind.OPENINGS_ONLY])
    @pytest.mark.parametrize("keyword", [LISTED, REACT])
    def test_a_tab_can_have_everything_but_rows(
        self, site: StandinSite, client: Client, keyword: str, kind: FaultKind
    ) -> None:
        site.set_fault(keyword, kind)
        page = client.tab(BLOG, keyword).text
        assert rows_of(page) == []
        assert "검색결과가 없습니다" not in page
        assert ("ader.naver.com" in page, "새로 오픈했어요" in page) == (
            kind is FaultKind.ADS_ONLY,
            kind is FaultKind.OPENINGS_ONLY,
        )

    def test_a_tab_of_another_query_names_it_and_further_rows_only_in_their_address(
        self, site: StandinSite, client: Client
    ) -> None:
        url = walk.next_url_of(client.tab(BLOG, LISTED).text)
        site.set_fault(LISTED, FaultKind.OTHER_QUERY)
        assert f"<title>{LISTED} 추천 : 네이버 검색</title>" in client.tab(BLOG, LISTED).text
        other = tab_truth(site, BLOG, f"{LISTED} 추천")
        assert rows_of(client.follow(url).text) == [row.item.id for row in other.page(31)]

    def test_an_unknown_layout_has_the_posts_and_none_of_the_marks(self, site: StandinSite, client: Client) -> None:
        url = walk.next_url_of(client.tab(BLOG, LISTED).text)
        site.set_fault(LISTED, FaultKind.LAYOUT_UNKNOWN)
        page, more = client.tab(BLOG, LISTED).text, client.follow(url).data
        truth = tab_truth(site, BLOG, LISTED)
        assert truth.cards[0].item.url in page
        assert "title_link" not in page
        assert "g_ssc" not in page
        assert [post["address"] for post in more["result"]] == [row.item.url for row in truth.page(31)]

    def test_no_results_are_said_of_a_keyword_that_has_some(self, site: StandinSite, client: Client) -> None:
        site.set_fault(REACT, FaultKind.NO_RESULTS)
        assert "에 대한 검색결과가 없습니다." in client.tab(CAFE, REACT).text

    def test_a_fault_of_one_tab_spares_the_other(self, site: StandinSite, client: Client) -> None:
        site.set_fault(LISTED, Fault(kind=FaultKind.FORBIDDEN, surface=CAFE))
        assert (client.tab(BLOG, LISTED).status, client.tab(CAFE, LISTED).status) == (200, 403)
