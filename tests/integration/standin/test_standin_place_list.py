import json
from itertools import pairwise

import pytest
from selectolax.lexbor import LexborHTMLParser

from infra.local.standin import Fault, FaultKind, ListTruth, StandinSite
from infra.local.standin.naver.place_lists import PLANNED_LISTS
from infra.local.standin.naver.truth.list_truth import RowSort
from sunwi.domain.tracking import Device, Surface
from tests.integration.standin import walk
from tests.integration.standin.client import Client

LONG, COUNTED_ADS, BARE, SHORT, NONE = "가상역 국밥", "시범로 미용실", "모의동 치과", "모의동 카페", "퓨트라곤 세밀라"
KEYWORDS = [*PLANNED_LISTS, *(f"시험 낱말 {number}" for number in range(8))]
HERE = "126.97,37.56"


def list_truth(site: StandinSite, keyword: str, device: Device = Device.PC, location: str = "") -> ListTruth:
    return site.truth(keyword, device, Surface.PLACE_LIST, location)


def state_of(page: str) -> dict[str, object]:
    states = walk.states_of(page)
    assert len(states) == 1
    return states[0]


def listed(page: str, query: str = "placeList") -> list[str]:
    return walk.listed_in(state_of(page), query)


@pytest.mark.parametrize("device", Device)
@pytest.mark.parametrize("keyword", KEYWORDS)
def test_every_page_lists_the_rows_that_the_truth_has_there(
    site: StandinSite, client: Client, keyword: str, device: Device
) -> None:
    truth = list_truth(site, keyword, device)
    for start in truth.starts:
        page = client.place_list(keyword, device, start=start, display=70).text
        assert listed(page) == [row.item.id for row in truth.page(start)]
        shown = walk.listed_rows_of(LexborHTMLParser(page))
        ads = [(ad.id, True) for ad in truth.ads] if start == 1 else []
        expected = [*ads, *((row.item.id, row.sort is RowSort.AD) for row in truth.page(start))]
        has_ids = any(name for name, _ in shown)
        assert shown == expected if has_ids else len(shown) == len(expected)


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_ranks_count_organic_rows_once_over_all_pages(site: StandinSite, keyword: str) -> None:
    truth = list_truth(site, keyword)
    ids = [row.item.id for row in truth.rows if row.sort is RowSort.ORGANIC]
    assert [card.id for card in truth.cards] == list(dict.fromkeys(ids))
    assert [card.rank for card in truth.cards] == list(range(1, len(truth.cards) + 1))
    assert not {name for name, reason in truth.left_out.items() if reason == "new_opening"} & set(ids)


def test_some_keywords_have_300_rows_and_others_a_few(site: StandinSite) -> None:
    counts = {keyword: len(list_truth(site, keyword).rows) for keyword in KEYWORDS}
    assert sum(count >= 300 for count in counts.values()) >= 5
    assert sum(0 < count < 30 for count in counts.values()) >= 2
    assert counts[NONE] == 0


def test_a_long_list_repeats_a_place_on_the_page_behind(site: StandinSite) -> None:
    truth = list_truth(site, LONG)
    pages = [{row.item.id for row in truth.page(start)} for start in truth.starts]
    assert any(before & after for before, after in pairwise(pages))


def test_new_openings_are_marked_in_the_state_and_on_their_rows(site: StandinSite, client: Client) -> None:
    page = client.place_list(LONG, start=1).text
    state = state_of(page)
    new = [row.item.id for row in list_truth(site, LONG).page(1) if row.sort is RowSort.NEW_OPENING]
    marked = {entity["id"] for entity in state.values() if isinstance(entity, dict) and entity.get("newOpening")}
    labels = [row for row in LexborHTMLParser(page).css("li[data-laim-exp-id]") if "새로오픈" in row.text()]
    assert new
    assert marked == set(new)
    assert len(labels) == len(new)


def test_paid_rows_stand_above_the_first_page_and_are_not_counted(site: StandinSite, client: Client) -> None:
    truth = list_truth(site, LONG)
    first, second = (client.place_list(LONG, start=start).text for start in (1, 71))
    assert listed(first, "adBusinesses") == [ad.id for ad in truth.ads]
    assert len(listed(first)) == 70
    assert listed(second, "adBusinesses") == []
    assert len(LexborHTMLParser(first).css("svg .place_ad_label_text")) == len(truth.ads) == 2
    assert truth.left_out[truth.ads[-1].id] == "ad"
    assert truth.find(truth.ads[-1].id) is not None


def test_a_list_that_counts_its_paid_rows_has_them_among_its_entries(site: StandinSite, client: Client) -> None:
    page = client.place_list(COUNTED_ADS, start=1).text
    rows = list_truth(site, COUNTED_ADS).page(1)
    items = state_of(page)["ROOT_QUERY"]
    assert [row.sort for row in rows[:3]] == [RowSort.AD, RowSort.AD, RowSort.ORGANIC]
    assert json.dumps(items).count(":nad-a001-") == 2
    assert len(listed(page)) == len(walk.listed_rows_of(LexborHTMLParser(page))) == 70


def test_rows_without_numbers_are_named_by_their_state_alone(site: StandinSite, client: Client) -> None:
    page = client.place_list(BARE).text
    rows = LexborHTMLParser(page).css("li[data-laim-exp-id]")
    names = [row.css_first("span.TYaxT") for row in rows]
    truth = list_truth(site, BARE)
    assert all(name == "" for name, _ in walk.listed_rows_of(LexborHTMLParser(page)))
    assert [name.text() for name in names if name] == [
        item.title for item in (*truth.ads, *(row.item for row in truth.page(1)))
    ]


def test_no_name_of_a_list_is_part_of_another(site: StandinSite) -> None:
    names = [row.item.title for row in list_truth(site, LONG).rows]
    assert not [(one, other) for one in set(names) for other in set(names) if one != other and one in other]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("place", "placeList"),
        ("restaurant", "restaurantList"),
        ("hairshop", "hairshopList"),
        ("hospital", "hospitals"),
        ("accommodation", "placeList"),
    ],
)
def test_a_sort_of_business_has_a_list_of_its_own_name(client: Client, path: str, query: str) -> None:
    page = client.place_list(SHORT, path=path).text
    assert listed(page, query) == listed(client.place_list(SHORT).text)


def test_the_state_says_what_was_asked_for(client: Client) -> None:
    page = client.place_list(LONG, start=71, display=50, at=HERE).text
    asked = walk.input_of(state_of(page), "placeList")
    assert asked["query"] == LONG
    assert (asked["start"], asked["display"], asked["deviceType"]) == (71, 50, "pcmap")
    assert (asked["x"], asked["y"]) == ("126.9700", "37.5600")


@pytest.mark.parametrize(("asked", "given"), [(20, 20), (100, 100), (500, 100), ("many", 70), (0, 1)])
def test_a_page_has_as_many_rows_as_asked_for_up_to_a_hundred(client: Client, asked: object, given: int) -> None:
    assert len(listed(client.place_list(LONG, display=asked).text)) == given


def test_another_place_asks_for_another_order_of_the_same_places(site: StandinSite, client: Client) -> None:
    there = "129.04,35.11"
    orders = [[row.item.id for row in list_truth(site, SHORT, Device.PC, location).rows] for location in (HERE, there)]
    assert sorted(orders[0]) == sorted(orders[1])
    assert orders[0] != orders[1]
    assert listed(client.place_list(SHORT, at=HERE).text) == orders[0]
    assert listed(client.place_list(SHORT, clientX="129.04", clientY="35.11").text) == orders[1]
    assert listed(client.place_list(SHORT, x="here").text) == [row.item.id for row in list_truth(site, SHORT).rows]


def test_a_page_behind_the_end_is_an_empty_list_that_keeps_the_total(site: StandinSite, client: Client) -> None:
    truth = list_truth(site, LONG)
    page = client.place_list(LONG, start=len(truth.rows) + 1).text
    assert listed(page) == []
    assert walk.listed_rows_of(LexborHTMLParser(page)) == []
    assert truth.total > len(truth.rows)
    assert f'"total": {truth.total}' in page


def test_a_full_page_weighs_about_a_megabyte(client: Client) -> None:
    assert 900_000 < len(client.place_list(LONG).body) < 1_400_000


def test_a_keyword_without_places_says_so(client: Client) -> None:
    page = client.place_list(NONE).text
    assert listed(page) == []
    assert "조건에 맞는 업체가 없습니다." in page


def test_the_gate_of_the_list_names_itself(site: StandinSite, client: Client) -> None:
    site.set_fault(LONG, FaultKind.CAPTCHA)
    answer = client.place_list(LONG)
    assert answer.status == 200
    assert 'ncaptcha"' in answer.text
    assert '"pageId": "place-list-ncaptcha"' in answer.text
    assert "__APOLLO_STATE__" not in answer.text


@pytest.mark.parametrize(("kind", "reason"), [(FaultKind.ADS_ONLY, "ad"), (FaultKind.OPENINGS_ONLY, "new_opening")])
def test_a_list_without_organic_rows_has_the_others(
    site: StandinSite, client: Client, kind: FaultKind, reason: str
) -> None:
    site.set_fault(LONG, kind)
    page = client.place_list(LONG).text
    shown = walk.listed_rows_of(LexborHTMLParser(page))
    state = state_of(page)
    assert len(shown) >= 3
    assert {is_paid for _, is_paid in shown} == {reason == "ad"}
    assert all(state[f"PlaceListBusinessesItem:{name}:{name}"]["newOpening"] for name in listed(page))  # type: ignore[index] # the entity is plain JSON
    assert walk.listed_in(state, "adBusinesses" if reason == "ad" else "placeList") == [name for name, _ in shown]


def test_a_list_of_another_query_says_so_in_its_state(site: StandinSite, client: Client) -> None:
    site.set_fault(LONG, FaultKind.OTHER_QUERY)
    assert walk.input_of(state_of(client.place_list(LONG).text), "placeList")["query"] == f"{LONG} 추천"


def test_a_broken_or_missing_state_leaves_the_rows(site: StandinSite, client: Client) -> None:
    for kind in (FaultKind.BROKEN_STATE, FaultKind.STATE_MISSING):
        site.set_fault(LONG, kind)
        page = client.place_list(LONG).text
        assert len(walk.listed_rows_of(LexborHTMLParser(page))) == 72
        assert ("__APOLLO_STATE__" in page) == (kind is FaultKind.BROKEN_STATE)
        if kind is FaultKind.BROKEN_STATE:
            with pytest.raises(json.JSONDecodeError):
                walk.states_of(page)


def test_a_fault_can_spare_the_first_page_and_other_surfaces(site: StandinSite, client: Client) -> None:
    site.set_fault(LONG, Fault(kind=FaultKind.FORBIDDEN, surface=Surface.PLACE_LIST, from_start=2))
    assert [client.place_list(LONG, start=start).status for start in (1, 71, 141)] == [200, 403, 403]
    assert client.search(LONG).status == 200


def test_the_truth_of_a_list_is_told_over_the_wire(site: StandinSite, client: Client) -> None:
    query = "query=%EB%AA%A8%EC%9D%98%EB%8F%99%20%EC%B9%B4%ED%8E%98&surface=place_list&location=126.97,37.56"
    told = client.control(f"truth?{query}").data
    truth = list_truth(site, SHORT, Device.PC, "126.97,37.56")
    assert told == truth.as_json()
    assert told["raw"]["starts"] == [1]
    assert len(told["raw"]["rows"]) == 8


@pytest.mark.parametrize("query", ["query=a&surface=map", "query=a&surface=place_list&location=here"])
def test_a_truth_of_no_surface_or_no_place_is_refused(client: Client, query: str) -> None:
    assert client.control(f"truth?{query}").status == 400
