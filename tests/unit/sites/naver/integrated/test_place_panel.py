"""One place as a panel, what is recommended beside it, and the places around an address."""

import pytest

from sunwi.domain.exposure_criteria import ExposureCriteria
from sunwi.domain.matching import MatchedBy
from sunwi.domain.outcome import Exposed, NotExposed, NotMeasured, look_up
from sunwi.domain.reading import LeftOut, PageReading, Presence
from sunwi.domain.tracking import Device, Kind, Target
from tests.fixtures.naver.pages import Area, integrated_page
from tests.fixtures.naver.panels import address_area, panel_area, recommended_area
from tests.fixtures.naver.places import PlaceState, Row, opening_area, place_area
from tests.fixtures.naver.posts import Post, post_area
from tests.fixtures.naver.reading import KEYWORD, ranked, read

A, B, C, D = "1111111111", "2222222222", "3333333333", "4444444444"
POSTS = post_area("ugB_bsR", [Post("https://blog.naver.com/somebody/224253557960")])
NAMED_ADDRESS = ExposureCriteria(areas=frozenset({"loc_adr"}))


def page(*areas: Area, device: Device = Device.PC) -> PageReading:
    pack = "ct" if device is Device.MOBILE else "main_pack"
    return read(integrated_page(KEYWORD, *areas, pack=pack), device=device)


def place(number: str) -> Target:
    return Target(Kind.PLACE, number)


@pytest.mark.parametrize("has_state", [True, False])
@pytest.mark.parametrize("device", list(Device))
def test_the_place_of_a_panel_is_rank_1_of_1_and_no_other_place_is_exposed(device: Device, *, has_state: bool) -> None:
    panel = panel_area(A, has_state=has_state, mobile=device is Device.MOBILE)

    reading = page(panel, recommended_area([B, C], paid=[B], has_state=has_state), POSTS, device=device)

    assert reading.presence[Kind.PLACE] is Presence.PRESENT
    assert ranked(reading, "nmb_lpa") == [(1, A)]
    found = look_up(reading, place(A))
    assert isinstance(found, Exposed)
    assert (found.rank, found.area, found.depth) == (1, "nmb_lpa", 1)
    for other in (B, C, D):
        assert look_up(reading, place(other)) == NotExposed(depth=1, block_absent=False)
    assert set(reading.left_out) == {LeftOut(B, "recommended"), LeftOut(C, "recommended")}


def test_recommendations_are_no_ranks_beside_a_list_either() -> None:
    block = place_area([Row(A), Row(B)], PlaceState([A, B]))

    reading = page(block, recommended_area([C, D]), POSTS)

    assert ranked(reading, "nmb_rnk") == [(1, A), (2, B)]
    assert isinstance(look_up(reading, place(C)), NotExposed)


def test_recommendations_of_an_unknown_code_are_known_by_where_they_stand() -> None:
    others = recommended_area([B, C])
    renamed = Area("xyz_new", others.html.replace("rbp_lpa", "xyz_new"))

    reading = page(panel_area(A), renamed, POSTS)

    assert [card.id for card in reading.cards if card.id.isdecimal()] == [A]
    assert reading.presence[Kind.PLACE] is Presence.PRESENT


def test_recommendations_alone_are_no_place_block() -> None:
    reading = page(recommended_area([B, C]), POSTS)

    assert reading.presence[Kind.PLACE] is Presence.ABSENT
    assert look_up(reading, place(B)) == NotExposed(depth=0, block_absent=True)


def test_other_places_of_the_same_name_in_the_state_do_not_make_a_panel_a_list() -> None:
    reading = page(panel_area(A, others=[B, C]), POSTS)

    assert ranked(reading, "nmb_lpa") == [(1, A)]


def test_new_openings_below_a_panel_are_left_out() -> None:
    reading = page(panel_area(A), opening_area([C]), POSTS)

    assert ranked(reading, "nmb_lpa") == [(1, A)]
    assert LeftOut(C, "new_opening") in reading.left_out


def test_a_panel_above_a_list_is_a_rank_of_its_own_area() -> None:
    block = place_area([Row(B), Row(C)], PlaceState([B, C]))

    reading = page(panel_area(A), block, POSTS)

    assert reading.presence[Kind.PLACE] is Presence.PRESENT
    assert ranked(reading, "nmb_lpa") == [(1, A)]
    assert ranked(reading, "nmb_rnk") == [(1, B), (2, C)]


def test_a_panel_whose_links_lead_to_several_places_without_a_state_is_suspect() -> None:
    other = f'<a href="https://map.naver.com/p/entry/place/{B}?entry=plt">다른 곳</a>'

    reading = page(panel_area(A, has_state=False, inside=other), POSTS)

    assert reading.presence[Kind.PLACE] is Presence.SUSPECT
    assert [doubt.kind for doubt in reading.doubts] == [Kind.PLACE] * len(reading.doubts)
    assert isinstance(look_up(reading, place(A)), NotMeasured)


def test_a_panel_that_shows_another_place_than_its_state_describes_is_suspect() -> None:
    wrong = panel_area(A).html.replace(f"/place/{A}", f"/place/{B}")

    assert page(Area("nmb_lpa*1", wrong), POSTS).presence[Kind.PLACE] is Presence.SUSPECT


def test_posts_within_a_panel_cast_no_doubt_on_the_posts() -> None:
    kept = (
        '<button data-url="https://blog.naver.com/writer/224253557999" data-cr-on="a=nmb_lpa*b.kep"></button>'
        '<a href="https://blog.naver.com/writer/224253557999">리뷰</a>'
    )

    reading = page(panel_area(A, inside=kept), POSTS)

    assert reading.presence[Kind.BLOG] is Presence.PRESENT
    assert ranked(reading, "ugB_bsR") == [(1, "blog:somebody/224253557960")]


def test_places_around_an_address_count_only_where_a_tracking_names_the_area() -> None:
    reading = page(address_area([A, B], trips=[C]), POSTS)

    assert ranked(reading, "loc_adr") == [(1, A), (2, B)]
    assert reading.presence[Kind.PLACE] is Presence.ABSENT
    usual = look_up(reading, place(B))
    assert isinstance(usual, NotExposed)
    assert (usual.block_absent, usual.matched_by, usual.near_rank) == (True, MatchedBy.ELSEWHERE, 2)
    named = look_up(reading, place(B), NAMED_ADDRESS)
    assert isinstance(named, Exposed)
    assert (named.rank, named.area, named.depth) == (2, "loc_adr", 2)
    assert isinstance(look_up(reading, place(C), NAMED_ADDRESS), NotExposed)


def test_an_address_beside_a_place_block_moves_no_rank_of_it() -> None:
    block = place_area([Row(C), Row(D)], PlaceState([C, D]), listed_as="loc_plc", attribute="data-loc_plc-doc-id")

    reading = page(block, address_area([A, B]), POSTS)

    assert ranked(reading, "loc_plc") == [(1, C), (2, D)]
    assert ranked(reading, "loc_adr") == [(1, A), (2, B)]
    assert isinstance(look_up(reading, place(A)), NotExposed)


def test_an_address_that_contradicts_its_state_is_not_measured_for_who_names_it_alone() -> None:
    reading = page(address_area([A, B], state_order=[B, A]), POSTS)

    assert isinstance(look_up(reading, place(A), NAMED_ADDRESS), NotMeasured)
    assert isinstance(look_up(reading, place(A)), NotExposed)


def test_a_place_block_by_nx_places_is_read() -> None:
    state = PlaceState([A, B], list_field="nxPlaces", type="PlaceSummary")
    block = place_area([Row(A), Row(B)], state, listed_as="loc_plc", attribute="data-loc_plc-doc-id", laim="loc_plc")

    assert ranked(page(block, POSTS), "loc_plc") == [(1, A), (2, B)]


@pytest.mark.parametrize("mark", ["attribute", "exposure"])
def test_a_row_that_is_paid_by_its_exposure_id_alone_is_left_out(mark: str) -> None:
    block = place_area([Row(C), Row(A), Row(C), Row(B)], PlaceState([A, C, B], ads=[C]), listed_as="nmb_res*m")
    html = block.html.replace("data-nmb_rnkm-doc-id", "data-nmb_resm-doc-id")
    paid = html.replace("data-nmb_resm-doc-id", "data-nmb_rese-doc-id", 1) if mark == "attribute" else html
    paid = (
        paid if mark == "attribute" else paid.replace('data-laim-exp-id="nmb_res*m"', 'data-laim-exp-id="nmb_res*e"', 1)
    )

    reading = page(Area("nmb_res*m", paid), POSTS)

    assert ranked(reading, "nmb_res") == [(1, A), (2, C), (3, B)]
    assert reading.left_out == (LeftOut(C, "ad"),)
