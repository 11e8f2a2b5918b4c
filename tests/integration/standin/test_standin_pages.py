import json
import os
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from infra.local.standin.naver.generator import page_html, page_truth
from infra.local.standin.naver.pages.named_pages import NAMED_PAGES
from infra.local.standin.naver.planned_shapes import PLANNED_SHAPES
from infra.local.standin.naver.truth.truth import Area, AreaKind, PageTruth
from sunwi.domain.tracking import Device
from tests.integration.standin import walk

SEED = 5
DRAWN = [f"시험 낱말 {number}" for number in range(20)]
NAMED = {page.keyword for page in NAMED_PAGES.values()}
KEYWORDS = [*PLANNED_SHAPES, *DRAWN]
WITH_RESULTS = [keyword for keyword in KEYWORDS if page_truth(SEED, keyword).cards]
LISTS = {"nmb_rnk": "restaurantList", "nmb_res": "restaurantList", "loc_plc": "placeList", "nmb_hai": "hairshopList"}
#: Of the other kinds there are named pages alone.
DRAWN_KINDS = set(AreaKind) - {
    AreaKind.PANEL,
    AreaKind.RECOMMENDED,
    AreaKind.NX_PLACES,
    AreaKind.ADDRESS,
    AreaKind.TOPICS,
    AreaKind.QUIET,
    AreaKind.LISTED_POSTS,
}
keywords = pytest.mark.parametrize("keyword", KEYWORDS)


def place_areas(keyword: str, device: Device = Device.PC) -> list[Area]:
    return [area for area in page_truth(SEED, keyword, device).areas if area.kind is AreaKind.PLACES]


def test_another_process_writes_the_very_same_pages() -> None:
    code = (
        "from hashlib import sha256; from infra.local.standin.naver.generator import page_html\n"
        f"for keyword in {KEYWORDS[:3]!r}: print(sha256(page_html({SEED}, keyword).encode()).hexdigest())"
    )
    runs = [_run(code, {**os.environ, "PYTHONHASHSEED": seed}) for seed in ("1", "2")]
    assert len(runs[0].split()) == 3
    assert runs[0] == runs[1]


def _run(code: str, environment: dict[str, str]) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(  # noqa: S603 - this test's own code
        command, env=environment, capture_output=True, text=True, check=True
    ).stdout


def test_another_seed_is_another_web() -> None:
    ids = [{card.id for card in page_truth(seed, "수분크림 후기").cards} for seed in (SEED, SEED + 1)]
    assert ids[0]
    assert not ids[0] & ids[1]


@keywords
def test_a_page_weighs_what_a_real_one_does(keyword: str) -> None:
    truth, size = page_truth(SEED, keyword), len(page_html(SEED, keyword).encode())
    if not truth.areas:
        assert 90_000 <= size <= 150_000
    elif keyword in NAMED:
        assert 600_000 <= size <= 2_050_000
    elif truth.has_places:
        assert 1_750_000 <= size <= 2_050_000
    else:
        assert 620_000 <= size <= 800_000


@pytest.mark.parametrize("device", Device)
@keywords
def test_a_page_lists_its_own_areas_twice(keyword: str, device: Device) -> None:
    page, truth = page_html(SEED, keyword, device), page_truth(SEED, keyword, device)
    assert walk.areas_of(page) == [area.listed_as for area in truth.areas]
    assert walk.short_areas_of(page) == [area.code for area in truth.areas]


@pytest.mark.parametrize("device", Device)
@keywords
def test_every_card_stands_where_the_truth_says(keyword: str, device: Device) -> None:
    tree, truth = LexborHTMLParser(page_html(SEED, keyword, device)), page_truth(SEED, keyword, device)
    for area in truth.areas:
        expected = [card.id for card in truth.cards if card.area == area.code]
        if area.kind not in {AreaKind.POST_ADS, AreaKind.TOPICS}:
            assert shown_in(tree, area) == expected


def shown_in(tree: LexborHTMLParser, area: Area) -> list[str | None]:
    match area.kind:
        case AreaKind.PLACES | AreaKind.NX_PLACES | AreaKind.ADDRESS:
            return [*walk.rows_of(tree, area.listed_as)]
        case AreaKind.PANEL:
            return [*walk.places_linked_in(tree, area.code)]
        case _:
            return walk.cards_of(tree, area.code)


@keywords
def test_ranks_count_from_one_within_the_area_and_down_the_page(keyword: str) -> None:
    cards = page_truth(SEED, keyword).cards
    assert [card.page_rank for card in cards] == list(range(1, len(cards) + 1))
    for code in {card.area for card in cards}:
        ranks = [card.rank for card in cards if card.area == code]
        assert ranks == list(range(1, len(ranks) + 1))


@keywords
def test_the_place_state_lists_the_rows_then_one_hidden_place_and_keeps_ads_apart(keyword: str) -> None:
    states = walk.states_of(page_html(SEED, keyword))
    for area in place_areas(keyword):
        shown = [place.id for place in area.cards]
        query = LISTS[area.code]
        [state, *_] = [state for state in states if any(name.startswith(f"{query}(") for name in state["ROOT_QUERY"])]
        listed = walk.listed_in(state, query)
        assert listed[: len(shown)] == shown
        assert len(listed) == len(shown) + 1
        assert walk.listed_in(state, "adBusinesses") == [place.id for place in area.ads]


@pytest.mark.parametrize("keyword", ["가상역 국밥", "가상역 꽃집"])
def test_new_openings_have_rows_links_and_a_state_of_their_own(keyword: str) -> None:
    page = page_html(SEED, keyword)
    openings = [place.id for area in page_truth(SEED, keyword).areas for place in area.openings]
    assert len(openings) == 9
    assert walk.rows_of(LexborHTMLParser(page), "nop_res") == openings
    assert walk.listed_in(walk.states_of(page)[-1], "restaurantList") == openings
    assert all(f"/place/{number}" in page for number in openings)
    assert '"filterOpening":true' in page.replace('\\"', '"')


def test_paid_rows_carry_the_advertisements_id_and_its_label() -> None:
    truth = page_truth(SEED, "가상역 국밥")
    tree = LexborHTMLParser(page_html(SEED, "가상역 국밥"))
    paid = [place.id for area in truth.areas for place in area.ads]
    assert [row.partition("_nad-")[0] for row in walk.ad_rows_of(tree)] == paid
    assert len(tree.css("svg .place_ad_label_text")) == len(paid) == 2


def test_a_place_that_also_pays_keeps_its_organic_rank() -> None:
    truth = page_truth(SEED, "가상역 국밥")
    paid = {place.id for area in truth.areas for place in area.ads}
    both = [card for card in truth.cards if card.id in paid]
    assert [card.rank for card in both] == [2]
    assert truth.left_out[both[0].id] == "ad"


@pytest.mark.parametrize("keyword", ["수분크림 후기", "아기 이유식 순서", "홈카페 원두"])
def test_bundled_posts_are_linked_inside_a_card_and_have_none(keyword: str) -> None:
    truth = page_truth(SEED, keyword)
    bundled = [name for card in truth.cards for name in card.bundled]
    assert len(bundled) == 2
    assert walk.series_of(LexborHTMLParser(page_html(SEED, keyword))) == bundled
    assert not {card.id for card in truth.cards} & set(bundled)


def test_a_post_can_stand_in_two_areas() -> None:
    cards = page_truth(SEED, "캠핑 의자 추천").cards
    first = cards[0]
    assert [(card.area, card.rank) for card in cards if card.id == first.id] == [("ugB_bsR", 1), ("ugB_b1R", 2)]


@pytest.mark.parametrize("keyword", WITH_RESULTS)
def test_all_links_of_paid_posts_go_through_the_advertising_host(keyword: str) -> None:
    tree = LexborHTMLParser(page_html(SEED, keyword))
    for box in tree.css('[data-meta-area="ugB_adR"]'):
        links = [link.attributes["href"] or "" for link in box.css("a[href]")]
        assert [url for url in links if "ader.naver.com" not in url] == [
            url for url in links if "help.naver.com" in url
        ]


@keywords
def test_a_healthy_page_names_the_captcha_service_in_scripts_alone(keyword: str) -> None:
    tree = LexborHTMLParser(page_html(SEED, keyword))
    assert any("ncaptcha" in script.text() for script in tree.css("script"))
    for node in tree.css("script, style"):
        node.decompose()
    assert "captcha" not in (tree.body.text() if tree.body else "captcha")


def test_click_logs_carry_naver_s_own_id_of_a_post() -> None:
    truth = page_truth(SEED, "수분크림 후기")
    tree = LexborHTMLParser(page_html(SEED, "수분크림 후기"))
    logs = [node.attributes["data-cr-on"] or "" for node in tree.css('[data-meta-area="ugB_bsR"] button[data-cr-on]')]
    numbers = [(re.search(r"r=(\d+)", log), re.search(r"i=9000000\d_([0-9A-F]{24})", log)) for log in logs]
    assert [int(rank[1]) for rank, _ in numbers if rank] == list(range(1, 8))
    last = truth.cards[6].id.rpartition("/")[2]
    assert numbers[6][1] is not None
    assert int(numbers[6][1][1], 16) == int(last)


def test_the_mobile_page_links_the_mobile_site_and_has_another_order() -> None:
    pc, mobile = (page_truth(SEED, "모의동 치과", device) for device in (Device.PC, Device.MOBILE))
    tree = LexborHTMLParser(page_html(SEED, "모의동 치과", Device.MOBILE))
    links = [link.attributes["href"] or "" for link in tree.css("li[data-loc_plc-doc-id] a.place_bluelink")]
    places = [card.id for card in mobile.cards if card.area == "loc_plc"]
    assert [re.findall(r"m\.place\.naver\.com/place/(\d+)\?entry=pll", url) for url in links] == [
        [name] for name in places
    ]
    assert tree.css_first("h3.place_section_header") is not None
    assert places != [card.id for card in pc.cards if card.area == "loc_plc"][:5]
    assert {card.id for card in mobile.cards} & {card.id for card in pc.cards}


@given(st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable() and bool(text.strip())))
def test_any_keyword_gets_a_whole_page_that_answers_it(keyword: str) -> None:
    page, truth = page_html(SEED, keyword), page_truth(SEED, keyword)
    tree = LexborHTMLParser(page)
    title, box = tree.css_first("title"), tree.css_first("#nx_query")
    asked = re.search(r"var headerfooter_query = (\".*?\") ;", page)
    assert title is not None
    assert box is not None
    assert asked is not None
    assert title.text() == f"{keyword} : 네이버 검색"
    assert box.attributes["value"] == keyword
    assert json.loads(asked[1]) == keyword
    assert walk.areas_of(page) == [area.listed_as for area in truth.areas]
    assert len(walk.states_of(page)) == sum(area.kind in {AreaKind.PLACES, AreaKind.OPENINGS} for area in truth.areas)


def test_drawn_keywords_have_pages_of_many_shapes() -> None:
    truths: list[PageTruth] = [page_truth(SEED, f"낱말 {number}") for number in range(60)]
    kinds = {area.kind for truth in truths for area in truth.areas}
    assert kinds == DRAWN_KINDS
    with_places = sum(truth.has_places for truth in truths)
    assert 15 <= with_places <= 45
    assert {area.code for truth in truths for area in truth.areas if area.kind is AreaKind.PLACES} == {*LISTS} - {
        "nmb_res"
    }
