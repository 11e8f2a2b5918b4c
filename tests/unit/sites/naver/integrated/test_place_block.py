import json
from collections.abc import Callable
from typing import Any

import pytest

from sunwi.domain.outcome import NotExposed, look_up
from sunwi.domain.reading import LeftOut, Presence
from sunwi.domain.tracking import Device, Kind, Target
from tests.fixtures.naver.pages import Area, integrated_page, other_area
from tests.fixtures.naver.places import PlaceState, Row, apollo, opening_area, place_area, state_script
from tests.fixtures.naver.posts import Post, post_area, web_area
from tests.fixtures.naver.reading import KEYWORD, ranked, read

A, B, C, D = "1111111111", "2222222222", "3333333333", "4444444444"
POSTS = post_area("ugB_bsR", [Post("https://blog.naver.com/somebody/224253557960")])


def suspect(*areas: Area) -> bool:
    reading = read(integrated_page(KEYWORD, *areas))
    return reading.verdict.is_readable and reading.presence[Kind.PLACE] is Presence.SUSPECT


def test_shown_rows_are_ranked_and_state_only_places_are_not_shown() -> None:
    state = PlaceState([A, B, C], names={A: "<mark>바다</mark> 본점"})

    reading = read(integrated_page(KEYWORD, place_area([Row(A), Row(B)], state)))

    assert reading.presence[Kind.PLACE] is Presence.PRESENT
    assert ranked(reading) == [(1, A), (2, B)]
    assert (reading.cards[0].title, reading.cards[0].area) == ("바다 본점", "nmb_rnk")
    assert reading.left_out == (LeftOut(C, "not_shown"),)
    assert reading.depth[Kind.PLACE] == 2


def test_a_hidden_row_is_not_shown() -> None:
    block = place_area([Row(A), Row(B, style="display: none")], PlaceState([A, B]))

    reading = read(integrated_page(KEYWORD, block))

    assert ranked(reading) == [(1, A)]
    assert reading.left_out == (LeftOut(B, "not_shown"),)


def test_new_openings_have_a_block_and_a_state_of_their_own_and_no_rank() -> None:
    areas = [place_area([Row(A)], PlaceState([A])), opening_area([C, D])]

    for order in (areas, areas[::-1]):
        reading = read(integrated_page(KEYWORD, *order))

        assert reading.presence[Kind.PLACE] is Presence.PRESENT
        assert ranked(reading) == [(1, A)]
        assert set(reading.left_out) == {LeftOut(C, "new_opening"), LeftOut(D, "new_opening")}


def test_new_openings_alone_are_no_place_block() -> None:
    assert read(integrated_page(KEYWORD, opening_area([C]), POSTS)).presence[Kind.PLACE] is Presence.ABSENT


@pytest.mark.parametrize(
    "paid",
    [
        Row(D, doc_id=f"nad-a001-02-{D}"),
        Row(D, doc_id=f"{D}_nad-a001"),
        Row(D, doc_id=f"{D}_nad-a001", href="#"),
        Row(D, label='<svg><text class="place_ad_label_text">광고</text></svg>'),
        Row(D),
    ],
)
def test_paid_rows_are_left_out_by_id_by_label_or_by_the_state(paid: Row) -> None:
    block = place_area([paid, Row(A), Row(B)], PlaceState([A, B], ads=[D]))

    reading = read(integrated_page(KEYWORD, block))

    assert reading.presence[Kind.PLACE] is Presence.PRESENT
    assert ranked(reading) == [(1, A), (2, B)]
    assert reading.left_out == (LeftOut(D, "ad"),)


def test_a_place_that_is_also_advertised_keeps_its_organic_rank() -> None:
    block = place_area([Row(B, doc_id=f"nad-a001-{B}"), Row(A), Row(B)], PlaceState([A, B], ads=[B]))

    reading = read(integrated_page(KEYWORD, block))

    assert ranked(reading) == [(1, A), (2, B)]
    assert reading.left_out == (LeftOut(B, "ad"),)


def test_a_shop_whose_name_says_advertising_is_no_advertisement() -> None:
    block = place_area([Row(A, name="광고천재 간판"), Row(B)], PlaceState([A, B]))

    assert ranked(read(integrated_page(KEYWORD, block))) == [(1, A), (2, B)]


@pytest.mark.parametrize("field", ["restaurantList", "placeList", "hairshopList", "hospitals", "somethingNewList"])
def test_the_order_is_found_whatever_the_vertical_calls_its_list(field: str) -> None:
    state = PlaceState([A, B], list_field=field, type="HospitalSummary")
    block = place_area([Row(A), Row(B)], state, listed_as="nmb_hpl*x", attribute="data-nmb_hpl-doc-id", laim="")

    reading = read(integrated_page(KEYWORD, block))

    assert reading.presence[Kind.PLACE] is Presence.PRESENT
    assert [card.area for card in reading.cards] == ["nmb_hpl", "nmb_hpl"]


def test_rows_without_any_id_attribute_are_named_by_their_links() -> None:
    block = place_area([Row(A), Row(B)], PlaceState([A, B]), attribute="", laim="")

    assert ranked(read(integrated_page(KEYWORD, block))) == [(1, A), (2, B)]


def test_rows_that_are_no_list_items_are_named_by_their_attribute() -> None:
    block = place_area([Row(A), Row(B)], PlaceState([A, B]))
    html = (
        block.html.replace("<li", "<div").replace("</li>", "</div>").replace("<ul>", "<div>").replace("</ul>", "</div>")
    )

    assert ranked(read(integrated_page(KEYWORD, Area(block.listed_as, html)))) == [(1, A), (2, B)]


def test_the_mobile_page_links_places_in_another_way_and_reads_the_same() -> None:
    rows = [Row(number, href=f"https://m.place.naver.com/restaurant/{number}?entry=pll") for number in (A, B)]
    html = integrated_page(KEYWORD, place_area(rows, PlaceState([A, B])), POSTS, pack="ct")

    reading = read(html, device=Device.MOBILE)

    assert reading.device is Device.MOBILE
    assert ranked(reading, "nmb_rnk") == [(1, A), (2, B)]
    assert reading.cards[0].url.startswith("https://m.place.naver.com/restaurant/")


def test_rows_that_do_not_start_the_states_order_are_suspect() -> None:
    assert suspect(place_area([Row(B), Row(A)], PlaceState([A, B])))
    assert suspect(place_area([Row(B)], PlaceState([A, B])))
    assert suspect(place_area([Row(A), Row(B), Row(C)], PlaceState([A, B])))
    assert suspect(place_area([Row(A), Row(A)], PlaceState([A, B])))


def test_rows_without_state_and_state_without_rows_are_suspect() -> None:
    assert suspect(place_area([Row(A)], None))
    assert suspect(place_area([], PlaceState([A])))
    assert suspect(place_area([Row(A)], PlaceState([])))


def test_a_place_area_that_is_listed_and_empty_is_suspect() -> None:
    assert suspect(place_area([], None))


def test_rows_that_the_page_does_not_list_are_suspect() -> None:
    block = place_area([Row(A)], PlaceState([A]))

    assert suspect(Area(block.listed_as, block.html, is_listed=False), POSTS)


def test_a_row_whose_links_lead_to_another_place_is_suspect() -> None:
    row = Row(A, href=f"https://map.naver.com/p/entry/place/{B}")

    assert suspect(place_area([row], PlaceState([A])))


def test_a_state_that_cannot_be_decoded_is_no_state() -> None:
    block = place_area([Row(A)], None)
    broken = '<script>x.__APOLLO_STATE__ = {"ROOT_QUERY": {"restaurantList(": {\'items\'</script>'

    assert suspect(Area(block.listed_as, broken + block.html))


def test_javascripts_undefined_within_the_state_does_not_hide_it() -> None:
    script = state_script("nmb", PlaceState([A])).replace('"total": 99', '"total": undefined')
    block = place_area([Row(A)], None)

    assert not suspect(Area(block.listed_as, script + block.html))
    assert "undefined," in script or "undefined}" in script


def test_a_suspect_place_block_leaves_the_posts_readable() -> None:
    reading = read(integrated_page(KEYWORD, place_area([Row(A)], None), POSTS))

    assert reading.presence[Kind.PLACE] is Presence.SUSPECT
    assert reading.presence[Kind.BLOG] is Presence.PRESENT


def test_a_block_of_a_code_that_is_not_known_is_read_where_the_page_lists_it() -> None:
    rows = [Row(A), Row(B)]
    state = PlaceState([A, B], list_field="placeList")
    block = place_area(rows, state, listed_as="plc_xyz*m", attribute="data-cbm-doc-id", laim="")

    reading = read(integrated_page(KEYWORD, block))
    unlisted = read(integrated_page(KEYWORD, Area(block.listed_as, block.html, is_listed=False), opening_area([D])))

    assert reading.presence[Kind.PLACE] is Presence.PRESENT
    assert [(card.area, card.rank, card.id) for card in reading.cards] == [("plc_xyz", 1, A), ("plc_xyz", 2, B)]
    assert unlisted.presence[Kind.PLACE] is Presence.SUSPECT


def test_rows_without_any_mark_in_a_block_without_a_known_root_are_named_by_links_and_state() -> None:
    mobile = Row(A, href=f"https://m.place.naver.com/hairshop/{A}?entry=pll")
    block = place_area([mobile, Row(B)], PlaceState([A, B, D]))
    bare = block.html.replace(' data-nmb_rnkm-doc-id="', ' data-x="').replace(' data-laim-exp-id="nmb_rnk*m"', "")
    bare = bare.replace('id="place-main-section-root"', "").replace('data-slog-container="nmb_rnk*m"', "")
    opening = opening_area([D])

    reading = read(integrated_page(KEYWORD, Area("nmb_rnk*m", bare), opening), device=Device.MOBILE)

    assert reading.presence[Kind.PLACE] is Presence.PRESENT
    assert ranked(reading) == [(1, A), (2, B)]


def test_rows_may_follow_any_organic_list_of_the_state_but_not_that_of_new_openings() -> None:
    other = state_script("nmb", PlaceState([D], list_field="places"))
    block = place_area([Row(A), Row(B)], PlaceState([A, B]))
    opened = place_area([Row(D)], PlaceState([A, B]))

    for page, presence in (
        (integrated_page(KEYWORD, other_area("opt", other), block), Presence.PRESENT),
        (integrated_page(KEYWORD, opened, opening_area([D])), Presence.SUSPECT),
    ):
        assert read(page).presence[Kind.PLACE] is presence


def state_of(page: str) -> tuple[int, int]:
    """Where the first state blob of a page starts and ends."""
    start = page.index("__APOLLO_STATE__ = ") + len("__APOLLO_STATE__ = ")
    return start, json.JSONDecoder().raw_decode(page, start)[1]


def with_list(page: str, change: Callable[[str, dict[str, Any]], dict[str, Any]]) -> str:
    """The page with its organic list written in another way: key and value make new fields of the root query."""
    start, end = state_of(page)
    blob = json.loads(page[start:end])
    root = blob["ROOT_QUERY"]
    key = next(key for key in root if key.startswith("restaurantList("))
    root.update(change(key, root.pop(key)))
    return page[:start] + json.dumps(blob, ensure_ascii=False) + page[end:]


@pytest.mark.parametrize(
    "change",
    [
        lambda key, value: {key.replace("(", ":", 1).removesuffix(")"): value},
        lambda key, value: {key.replace("restaurantList", "nailshops"): {"result": {"entries": value["items"]}}},
        lambda key, value: {key.replace("restaurantList", "placeList"): {"businesses": {"entries": value["items"]}}},
    ],
    ids=["key without brackets", "unknown field, unknown depth", "known field, unknown depth"],
)
def test_the_order_is_found_however_its_field_is_written(change: Callable[..., dict[str, Any]]) -> None:
    page = integrated_page(KEYWORD, place_area([Row(A), Row(B)], PlaceState([A, B, C])))

    reading = read(with_list(page, change))

    assert reading.presence[Kind.PLACE] is Presence.PRESENT
    assert ranked(reading) == [(1, A), (2, B)]


def test_a_state_that_a_script_decodes_from_text_is_read() -> None:
    page = integrated_page(KEYWORD, place_area([Row(A), Row(B)], PlaceState([A, B])))
    start, end = state_of(page)

    decoded = page[:start] + f"JSON.parse({json.dumps(page[start:end], ensure_ascii=False)})" + page[end:]

    assert read(decoded).presence[Kind.PLACE] is Presence.PRESENT


def test_a_list_of_other_things_with_numbers_is_no_place_block() -> None:
    state = PlaceState([A, B], list_field="pictures", type="Picture")
    films = state_script("nmb", state).replace('"category"', '"format"')

    assert read(integrated_page(KEYWORD, other_area("shp_gui", films), POSTS)).presence[Kind.PLACE] is Presence.ABSENT


def test_two_place_blocks_are_each_compared_with_an_order_of_their_own() -> None:
    food = place_area([Row(A), Row(B)], PlaceState([A, B]))
    hair = place_area([Row(C)], PlaceState([C, D], list_field="hairshopList"), listed_as="nmb_hai*m")
    torn = place_area([Row(D)], PlaceState([C, D], list_field="hairshopList"), listed_as="nmb_hai*m")

    reading = read(integrated_page(KEYWORD, food, POSTS, hair))

    assert reading.presence[Kind.PLACE] is Presence.PRESENT
    assert [(card.area, card.rank, card.page_rank) for card in reading.cards] == [
        ("nmb_rnk", 1, 1),
        ("nmb_rnk", 2, 2),
        ("ugB_bsR", 1, 3),
        ("nmb_hai", 1, 4),
    ]
    assert reading.left_out == (LeftOut(D, "not_shown"),)
    assert suspect(food, POSTS, torn)


@pytest.mark.parametrize("at", [0, 1])
def test_a_paid_row_without_any_mark_is_known_by_standing_out_of_turn(at: int) -> None:
    rows = [Row(A), Row(B)]
    rows.insert(at, Row(C))
    state = PlaceState([A, B, C], ads=[C])

    reading = read(integrated_page(KEYWORD, place_area(rows, state)))

    assert reading.presence[Kind.PLACE] is Presence.PRESENT
    assert ranked(reading) == [(1, A), (2, B)]
    assert reading.left_out == (LeftOut(C, "ad"),)


def test_paid_rows_alone_are_absent_only_where_the_state_says_that_there_is_nothing_else() -> None:
    paid = Row(D, doc_id=f"nad-a001-{D}")

    assert read(integrated_page(KEYWORD, place_area([paid], PlaceState([], ads=[D])))).presence[Kind.PLACE] is (
        Presence.ABSENT
    )
    assert suspect(place_area([paid], PlaceState([A], ads=[D])))
    assert suspect(place_area([paid], None))


@pytest.mark.parametrize("written", ["{}_0", "place-{}"])
def test_a_row_id_that_is_more_than_a_number_leaves_the_row_to_its_link(written: str) -> None:
    block = place_area([Row(number, doc_id=written.format(number)) for number in (A, B)], PlaceState([A, B]))

    assert ranked(read(integrated_page(KEYWORD, block))) == [(1, A), (2, B)]


def alone(shown: str, state: dict[str, Any], *, label: str = "") -> Area:
    """A block that shows one place at length, and no rows."""
    blob = f"<script>naver.search.ext.loc.salt.__APOLLO_STATE__ = {json.dumps(state)};</script>"
    return Area(
        "loc_plc",
        f'{blob}<div data-slog-container="loc_plc"><h2><a href="https://map.naver.com/p/entry/place/{shown}">가게</a>'
        f'</h2><a href="https://m.place.naver.com/restaurant/{shown}/menu">메뉴</a>{label}</div>',
    )


def test_a_place_that_a_block_shows_alone_is_its_first() -> None:
    detail = {"ROOT_QUERY": {"placeDetail({})": {}}, f"PlaceDetailBase:{A}": {"id": A, "name": "바다"}}
    other = f'<a href="https://map.naver.com/p/entry/place/{B}">다른 가게</a>'

    reading = read(integrated_page(KEYWORD, alone(A, detail)))

    assert reading.presence[Kind.PLACE] is Presence.PRESENT
    assert [(card.id, card.area, card.rank, card.title) for card in reading.cards] == [(A, "loc_plc", 1, "바다")]
    assert suspect(alone(B, detail))
    assert suspect(alone(A, {"ROOT_QUERY": {}}))
    assert suspect(alone(A, detail, label=other))
    assert suspect(alone(A, detail, label='<i class="place_ad_label_text">광고</i>'))
    listed = {**detail, **apollo(PlaceState([A, B]))}
    assert suspect(alone(A, listed))


def test_places_that_are_linked_in_an_area_of_unknown_sort_are_not_absent() -> None:
    link = f'<a href="https://m.place.naver.com/restaurant/{A}">가게</a>'
    pictured = f'<a href="https://m.place.naver.com/restaurant/{A}"><img src="x"></a>'

    assert suspect(other_area("zzB_newX", link), POSTS)
    assert not suspect(other_area("zzB_newX", pictured), POSTS)
    assert not suspect(other_area("kwX_ndT", link), POSTS)
    assert not suspect(other_area("zzB_newX", link), place_area([Row(A)], PlaceState([A])))


def test_the_page_of_a_place_among_the_web_pages_is_no_rank_of_the_place() -> None:
    page = integrated_page(
        KEYWORD,
        place_area([Row(A)], PlaceState([A])),
        web_area(["https://example.com/", f"https://map.naver.com/p/entry/place/{B}?c=15"]),
    )

    reading = read(page)
    outcome = look_up(reading, Target(Kind.PLACE, B))

    assert ranked(reading, "web_gen")[1] == (2, f"web:map.naver.com/p/entry/place/{B}")
    assert outcome == NotExposed(depth=1, block_absent=False)
