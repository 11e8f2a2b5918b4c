"""Pages that have a name: what is special about each stands in its markup, and in the truth."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from infra.local.standin.faults import FaultKind
from infra.local.standin.naver.generator import page_html, page_truth
from infra.local.standin.naver.pages.named_pages import NAMED_PAGES
from infra.local.standin.naver.planned_shapes import PLANNED_SHAPES
from infra.local.standin.naver.truth.truth import PageTruth
from infra.local.standin.naver.truth.truths import surface_truth
from infra.local.standin.naver.words import REFUSALS
from sunwi.domain.tracking import Device, Surface
from tests.integration.standin import walk

SEED = 5
devices = pytest.mark.parametrize("device", Device)


def page_of(name: str, device: Device = Device.PC) -> tuple[str, LexborHTMLParser, PageTruth]:
    keyword = NAMED_PAGES[name].keyword
    page = page_html(SEED, keyword, device)
    return page, LexborHTMLParser(page), page_truth(SEED, keyword, device)


def test_every_named_page_has_a_keyword_of_its_own() -> None:
    keywords = [page.keyword for page in NAMED_PAGES.values()]
    assert len(set(keywords)) == len(keywords)
    assert all(PLANNED_SHAPES[page.keyword] is page.shape for page in NAMED_PAGES.values())


@devices
def test_a_panel_has_no_rows_and_its_recommendations_have(device: Device) -> None:
    _, tree, truth = page_of("one_place", device)
    panel, below = truth.areas[:2]
    assert walk.rows_of(tree, "nmb_lpa*1") == []
    assert walk.rows_of(tree, "rbp_lpa") == [place.id for place in below.asides]
    assert len(below.asides) == 24
    paid = [name.partition("_nad-")[0] for name in walk.ad_rows_of(tree)]
    assert sorted(paid) == sorted(place.id for place in below.ads)
    assert {truth.left_out[place.id] for place in below.asides} == {"recommended"}
    assert [card.rank for card in truth.cards if card.id == panel.places[0].id] == [1]


def test_the_state_of_a_panel_names_its_place_and_lists_none() -> None:
    page, _, truth = page_of("one_place")
    states = walk.states_of(page)
    assert walk.input_of(states[0], "placeDetail")["id"] == truth.cards[0].id
    queries = [name.partition("(")[0] for state in states for name in state["ROOT_QUERY"] if "(" in name]
    assert queries == ["placeDetail", "otherBusinesses", "placeDetail", "poiRecommendations"]


@devices
def test_a_video_s_keep_button_is_of_its_own_sort_and_pictures_have_none(device: Device) -> None:
    tree = LexborHTMLParser("".join(page_of(name, device)[0] for name in ("mixed_boxes", "picture_boxes")))
    logs = {
        name: [
            [button.attributes["data-cr-on"] or "" for button in box.css("button[data-url]")]
            for box in tree.css(f'[data-block-id^="{name}/"][data-meta-area="urB_boR"]')
        ]
        for name in ("video", "kin", "image")
    }
    assert logs["video"] == [["a=urB_boR*v.gkep"]] * 2
    assert logs["image"] == [[]] * 2
    assert [log.partition("=")[2][:13] for [log] in logs["kin"]] == ["urB_boR*k.kep"] * 2


@devices
def test_pictures_link_posts_that_have_no_card(device: Device) -> None:
    _, _, truth = page_of("picture_boxes", device)
    bundled = [name for card in truth.cards if "/album/" in card.id for name in card.bundled]
    assert len(bundled) == 6
    assert not {card.id for card in truth.cards} & set(bundled)


@devices
def test_naver_s_numbers_run_ahead_of_boxes_behind_web_boxes_that_it_counts_twice(device: Device) -> None:
    _, tree, truth = page_of("web_counted_twice", device)
    for code in ("urB_coR", "urB_boR"):
        buttons = tree.css(f'[data-block-id^="review/"][data-meta-area="{code}"] button[data-url]')
        numbers = [int(re.findall(r"r=(\d+)", button.attributes["data-cr-on"] or "")[0]) for button in buttons]
        ranks = [card.rank for card in truth.cards if card.area == code and not card.id.startswith("web:")]
        ahead = [number - rank for number, rank in zip(numbers, ranks, strict=True)]
        assert all(before <= after for before, after in pairwise(ahead))
        assert ahead[-1] == sum(len(web) for web in further_of(truth, code))


def further_of(truth: PageTruth, code: str) -> list[tuple[str, ...]]:
    return [getattr(card.item, "further", ()) for card in truth.cards if card.area == code]


@devices
def test_a_blog_post_is_drawn_as_a_web_page_in_each_area_that_has_been_seen_to(device: Device) -> None:
    shown: dict[str, int] = {}
    for name in ("blog_as_web", "newer_boxes"):
        _, tree, truth = page_of(name, device)
        for box in tree.css('[data-block-id^="web/prs_template_v2_web_basic_"]'):
            code = box.attributes["data-meta-area"] or ""
            assert box.css("[data-template-id^=ugcItem]") == []
            shown[code] = shown.get(code, 0) + sum("blog.naver.com/" in url for url in keep_urls(box.html or ""))
        assert truth.cards
    assert {code: count for code, count in shown.items() if count} == {
        "sit_4po": 1,
        "urB_coR": 1,
        "web_gen": 2,
        "rrB_bdR": 2,
    }


def keep_urls(markup: str) -> list[str]:
    buttons = LexborHTMLParser(markup).css("button[data-url]")
    return [button.attributes["data-url"] or "" for button in buttons]


def test_the_state_behind_the_places_calls_their_list_nxplaces() -> None:
    page, tree, truth = page_of("places_by_nx")
    shown = [card.id for card in truth.cards if card.area == "loc_plc"]
    assert walk.rows_of(tree, "loc_plc") == shown
    assert walk.listed_in(walk.states_of(page)[0], "nxPlaces")[: len(shown)] == shown


@pytest.mark.parametrize("name", ["address_block", "address_beside_places"])
def test_an_address_has_its_places_and_a_trip_whose_places_are_no_cards(name: str) -> None:
    page, tree, truth = page_of(name)
    area = truth.areas[0]
    state = walk.states_of(page)[0]
    assert walk.listed_in(state, "nxPlaces") == [place.id for place in area.places]
    assert walk.listed_in(state, "trips") == [place.id for place in area.asides] == walk.rows_of(tree, "loc_adr*t")
    assert not {card.id for card in truth.cards} & {place.id for place in area.asides}


@devices
def test_topics_are_marked_like_posts_and_lead_to_none(device: Device) -> None:
    _, tree, _ = page_of("influencer_topics", device)
    cards = tree.css('[data-meta-area="ugB_itM"] [data-template-id^="ugcItem"]')
    urls = [link.attributes["href"] or "" for card in cards for link in card.css("a[href]")]
    assert len(cards) == 4
    assert all(re.fullmatch(r"https://in\.naver\.com/\w+(/challenge/keyword/\d+)?", url) for url in urls)


@devices
def test_quiet_areas_are_listed_and_have_no_card(device: Device) -> None:
    page, _, truth = page_of("quiet_areas", device)
    listed = walk.short_areas_of(page)
    for code in ("__option", "heL_htX", "abL_rtX", "exB_soT", "ldc_btm", "bok_lst", "ink_mik", "ink_kid", "nco_kbn"):
        assert code in listed
        assert code not in {card.area for card in truth.cards}


@devices
def test_paid_rows_can_be_those_of_the_first_organic_places(device: Device) -> None:
    _, tree, truth = page_of("paid_and_organic", device)
    rows = walk.rows_of(tree, "nmb_rnk*m")
    paid = [row.partition("_nad-")[0] for row in walk.ad_rows_of(tree)]
    assert len(set(paid) & set(rows)) == 2
    assert all(truth.left_out[name] == "ad" and truth.find(name) for name in set(paid) & set(rows))


@devices
def test_the_older_build_has_neither_areas_nor_cards_in_attributes(device: Device) -> None:
    _, tree, truth = page_of("older_build", device)
    column = tree.css_first("#main_pack, #ct")
    assert column is not None
    assert column.css("[data-meta-area], [data-template-id]") == []
    assert len(column.css("section._prs_ugB_bsR li.bx.type_join")) == 2
    assert len(column.css("li[data-nmb_rese-doc-id]")) == len(truth.areas[1].ads) == 2
    assert len(column.css("section._prs_ugB_bsR a.title_link")) == 7


@devices
def test_the_words_of_a_refusal_stand_in_names_and_titles(device: Device) -> None:
    _, tree, truth = page_of("refusal_words", device)
    for node in tree.css("script, style"):
        node.decompose()
    seen = "".join((tree.body.text() if tree.body else "").split())
    for words in ("서비스이용이제한되었습니다", "과도한접근요청으로", "자동입력방지문자", "제한해제"):
        assert words in seen
    names = [card.item.title for card in truth.cards if card.id.isdecimal()]
    assert any("제한되었습니다" in name for name in names)


@pytest.mark.parametrize("surface", [Surface.PLACE_LIST, Surface.BLOG_TAB, Surface.CAFE_TAB])
def test_so_they_do_in_the_lists_of_the_same_keyword(surface: Surface) -> None:
    truth = surface_truth(SEED, NAMED_PAGES["refusal_words"].keyword, Device.PC, surface)
    titles = "".join(card.item.title for card in truth.cards)
    assert all(words in titles for words in REFUSALS)


def test_the_document_names_every_page_and_every_fault() -> None:
    text = (Path(__file__).parents[3] / "docs/standin.md").read_text()
    assert [name for name in (*NAMED_PAGES, *FaultKind) if f"`{name}`" not in text] == []
