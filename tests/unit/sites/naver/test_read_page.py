import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sunwi.domain.reading import PageVerdict, Presence, ServedPage
from sunwi.domain.tracking import Device, Kind
from sunwi.sites.naver.read_page import PARSER_VERSION, read_page
from tests.fixtures.naver.pages import integrated_page, other_area
from tests.fixtures.naver.places import PlaceState, Row, opening_area, place_area
from tests.fixtures.naver.posts import Post, post_area, single_boxes, web_area
from tests.fixtures.naver.reading import KEYWORD, key_of, read, serve

PAGE = integrated_page(
    KEYWORD,
    place_area([Row("1111111111"), Row("2222222222")], PlaceState(["1111111111", "2222222222", "3333333333"])),
    opening_area(["4444444444"]),
    other_area("pwl_nop"),
    post_area("ugB_bsR*f", [Post("https://blog.naver.com/somebody/224253557960"), Post("https://x.kr/1")]),
    web_area(["https://example.com/a", "https://example.com/b"]),
    single_boxes("urB_boR*b", ["https://example.com/c", Post("https://cafe.naver.com/pusanmommy/1445556")]),
)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PIECES = st.sampled_from(
    [
        "", "<", "</div>", "</html>", "<li data-nmb_x-doc-id='9'>", "<script>", "</script>", "\x00", "\ud800", "광고",
        '<div data-meta-area="ugB_bsR">', 'style="display:none"', "[" * 3000, "{" * 3000, "<div>" * 300, "undefined",
        "__APOLLO_STATE__ = {", "naver.search.section = {", 'data-url="https://[x/"', "https://blog.naver.com/a/1",
    ]
)  # fmt: skip


def test_the_whole_page_reads_as_it_was_built() -> None:
    reading = read(PAGE)

    assert PARSER_VERSION
    assert [(card.page_rank, card.area, card.rank) for card in reading.cards] == [
        (1, "nmb_rnk", 1),
        (2, "nmb_rnk", 2),
        (3, "ugB_bsR", 1),
        (4, "ugB_bsR", 2),
        (5, "web_gen", 1),
        (6, "web_gen", 2),
        (7, "urB_boR", 1),
        (8, "urB_boR", 2),
    ]
    assert reading.presence == dict.fromkeys(Kind, Presence.PRESENT)


def check_invariants(served: ServedPage) -> None:
    reading = read_page(served, key_of())
    page_ranks = [card.page_rank for card in reading.cards]
    assert page_ranks == sorted(set(page_ranks))
    assert reading.verdict.is_readable or (not reading.cards and not reading.presence)
    assert reading.evidence
    for kind, presence in reading.presence.items():
        assert presence is not Presence.ABSENT or reading.depth[kind] == 0
        assert presence is not Presence.PRESENT or reading.depth[kind] > 0


@QUICK
@given(st.integers(0, len(PAGE)), st.integers(0, len(PAGE)), PIECES)
def test_no_mutilated_page_makes_the_reader_fail_or_break_its_promises(start: int, end: int, piece: str) -> None:
    low, high = sorted((start, end))

    check_invariants(serve(PAGE[:low] + piece + PAGE[high:]))


@QUICK
@given(st.integers(0, len(PAGE)), PIECES, PIECES)
def test_no_insertion_makes_the_reader_fail_or_break_its_promises(at: int, piece: str, other: str) -> None:
    check_invariants(serve(PAGE[:at] + piece + other + PAGE[at:]))


@QUICK
@given(st.text(max_size=400), st.integers(100, 599), st.text(max_size=60))
def test_no_answer_at_all_makes_the_reader_fail(html: str, status: int, final_url: str) -> None:
    check_invariants(ServedPage(requested_url="", final_url=final_url, status=status, html=html))


@QUICK
@given(st.integers(1, len(PAGE) - 1))
def test_no_cut_page_yields_an_absence(cut: int) -> None:
    reading = read(PAGE[:cut])

    assert reading.verdict in {PageVerdict.TRUNCATED, PageVerdict.RECOGNISED}
    assert reading.verdict is PageVerdict.TRUNCATED or cut > PAGE.rindex("</html")


@pytest.mark.parametrize("device", list(Device))
def test_a_reading_names_the_device_it_was_made_with(device: Device) -> None:
    assert read(PAGE, device=device).device is device


def test_a_deeply_nested_page_is_read_to_a_verdict() -> None:
    html = PAGE.replace('<div id="main_pack">', '<div id="main_pack">' + "<div><ul><li>" * 3000)

    assert read(html).evidence
