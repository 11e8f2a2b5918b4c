"""What stands among the organic rows never moves one of them."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sunwi.domain.reading import PageVerdict, Presence
from sunwi.domain.tracking import Kind, Surface
from tests.fixtures.naver.lists import Listed, place_list_page
from tests.fixtures.naver.pages import Area, integrated_page, other_area
from tests.fixtures.naver.panels import address_area, panel_area, recommended_area
from tests.fixtures.naver.places import PlaceState, Row, opening_area, place_area
from tests.fixtures.naver.posts import Post, post_area, single_boxes, web_card
from tests.fixtures.naver.reading import KEYWORD, ranked, read
from tests.fixtures.naver.tabs import BUILDS, paid_row, tab_page

THOROUGH = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PLACES = tuple(f"{1000000000 + number}" for number in range(6))
POSTS = tuple(
    Post(f"https://blog.naver.com/author{n}/22425350000{n}", home=f"https://blog.naver.com/author{n}") for n in range(6)
)
EXTRA = "https://blog.naver.com/other/2242539999{:02}"
#: Extra links of a row: numbers of posts that have no row of their own.
LINKS = st.lists(st.integers(10, 40).map(EXTRA.format), max_size=3).map(tuple)
#: For each of seven gaps between six rows, what is put there.
GAPS = st.lists(st.lists(st.sampled_from(["paid", "new", "repeated"]), max_size=3), min_size=7, max_size=7)
DECORATIONS = st.lists(st.tuples(LINKS, LINKS, st.booleans()), min_size=6, max_size=6)


def decorated(decorations: list[tuple[tuple[str, ...], tuple[str, ...], bool]]) -> list[Post]:
    """The six posts with replies, series and repeated links of their own put into them."""
    return [
        replace(post, bundled=bundled, replies=(*replies, post.url) if repeats else replies)
        for post, (bundled, replies, repeats) in zip(POSTS, decorations, strict=True)
    ]


def names(posts: tuple[Post, ...] = POSTS) -> list[tuple[int, str]]:
    return [(rank, "blog:" + post.url.removeprefix("https://blog.naver.com/")) for rank, post in enumerate(posts, 1)]


@THOROUGH
@given(GAPS, DECORATIONS, st.sampled_from(BUILDS))
def test_nothing_put_into_a_tab_moves_an_organic_row(
    gaps: list[list[str]], decorations: list[tuple[tuple[str, ...], tuple[str, ...], bool]], build: str
) -> None:
    posts = decorated(decorations)
    rows: list[Post | str] = []
    for position, gap in enumerate(gaps):
        for what in gap:
            if what == "paid":
                rows.append(paid_row(build))
            elif what == "repeated" and position:
                rows.append(posts[(position - 1) // 2])
        rows += posts[position : position + 1]

    reading = read(tab_page(KEYWORD, rows, build=build), surface=Surface.BLOG_TAB)

    assert reading.presence == {Kind.BLOG: Presence.PRESENT}
    assert ranked(reading) == names()


@THOROUGH
@given(GAPS, st.sampled_from(["attribute", "link", "name"]), st.integers(0, 3))
def test_nothing_put_into_a_place_list_moves_an_organic_row(gaps: list[list[str]], naming: str, openings: int) -> None:
    entries: list[Listed] = []
    for position, gap in enumerate(gaps):
        for number, what in enumerate(gap):
            extra = f"{2000000000 + 10 * position + number}"
            if what == "repeated" and position and naming != "name":
                entries.append(Listed(PLACES[position - 1]))
            elif what != "repeated":
                entries.append(Listed(extra, sort="ad" if what == "paid" else "new"))
        entries += [Listed(number) for number in PLACES[position : position + 1]]
    entries += [Listed(f"{2100000000 + number}", sort="opening") for number in range(openings)]

    reading = read(place_list_page(KEYWORD, entries, naming=naming), surface=Surface.PLACE_LIST)

    assert reading.verdict is PageVerdict.RECOGNISED
    assert reading.presence == {Kind.PLACE: Presence.PRESENT}
    assert ranked(reading) == list(enumerate(PLACES, 1))


@THOROUGH
@given(GAPS, GAPS, DECORATIONS, st.permutations(range(6)))
def test_nothing_put_into_an_integrated_page_moves_an_organic_row(
    place_gaps: list[list[str]],
    post_gaps: list[list[str]],
    decorations: list[tuple[tuple[str, ...], tuple[str, ...], bool]],
    order: list[int],
) -> None:
    rows: list[Row] = []
    for position, gap in enumerate(place_gaps):
        rows += [Row("", doc_id=f"nad-a-{position}-{number}") for number, what in enumerate(gap) if what == "paid"]
        rows += [Row(number) for number in PLACES[position : position + 1]]
    posts: list[Post] = []
    for position, post in enumerate(decorated(decorations)):
        ad = Post("https://ader.naver.com/v1/x", is_power_content=True, has_keep=False)
        posts += [ad for what in post_gaps[position] if what == "paid"] + [post]
    organic: list[Area] = [
        place_area([row for row in rows if row.id or row.doc_id], PlaceState(PLACES)),
        post_area("ugB_bsR*f", posts[: len(posts) // 2 + 1]),
        single_boxes("urB_boR*b", posts[len(posts) // 2 + 1 :])
        if posts[len(posts) // 2 + 1 :]
        else other_area("pwl_x"),
    ]
    aside: list[Area] = [
        opening_area(["2222222201", "2222222202"]),
        post_area("ugB_adR*o", [Post("https://ader.naver.com/v1/y", is_power_content=True, has_keep=False)]),
        other_area("kin", '<a href="https://kin.naver.com/qna/detail.naver?docId=1">kin</a>'),
    ]
    placed = sorted(
        [*zip([0.5, 1.5, 2.5], organic, strict=True), *zip(order[:3], aside, strict=True)], key=lambda at: at[0]
    )

    reading = read(integrated_page(KEYWORD, *(area for _, area in placed)))

    assert reading.presence[Kind.PLACE] is Presence.PRESENT
    assert ranked(reading, "nmb_rnk") == list(enumerate(PLACES, 1))
    shown = [card.id for card in reading.cards if card.area != "nmb_rnk"]
    assert shown == [name for _, name in names()]
    assert [card.page_rank for card in reading.cards] == list(range(1, 13))


#: What may stand around a panel or between boxes, each with the cards that it adds down the page.
ASIDE: tuple[tuple[Area, int], ...] = (
    (recommended_area(["2222222201", "2222222202"], paid=["2222222201"]), 0),
    (opening_area(["2222222203"]), 0),
    (address_area(["2222222204", "2222222205"], trips=["2222222206"]), 2),
    (other_area("ugB_itM", '<a href="https://in.naver.com/x">x</a>'), 0),
    (other_area("ldc_btm", "<p>x</p>"), 0),
    (Area("sit_4po", f'<div data-meta-area="sit_4po">{web_card("https://shop.example/1", "sit_4po")}</div>'), 1),
)


@THOROUGH
@given(
    order=st.permutations(range(len(ASIDE))),
    above=st.integers(0, len(ASIDE)),
    has_state=st.booleans(),
    is_late=st.booleans(),
)
def test_nothing_around_a_panel_becomes_a_rank_of_it(
    order: list[int], above: int, *, has_state: bool, is_late: bool
) -> None:
    panel, posts = panel_area(PLACES[0], has_state=has_state), post_area("ugB_bsR*f", list(POSTS))
    others = [ASIDE[number][0] for number in order]
    areas = [*others[:above], panel, *others[above:], posts] if is_late else [posts, *others, panel]

    reading = read(integrated_page(KEYWORD, *areas))

    assert reading.presence[Kind.PLACE] is Presence.PRESENT
    assert reading.depth[Kind.PLACE] == 1
    assert ranked(reading, "nmb_lpa") == [(1, PLACES[0])]
    assert ranked(reading, "ugB_bsR") == names()
    assert [card.page_rank for card in reading.cards] == list(range(1, 8 + sum(count for _, count in ASIDE)))


#: Cards of no kind of ours, as they stand in an area of single boxes.
STRANGERS = st.lists(st.sampled_from(["video", "question", "site"]), max_size=2)


@THOROUGH
@given(st.lists(STRANGERS, min_size=7, max_size=7), st.sampled_from(["urB_boR", "rrB_bdR", "urB_coR"]))
def test_strangers_between_single_boxes_take_their_ranks_and_hide_no_post(gaps: list[list[str]], code: str) -> None:
    cards: list[Post | str] = []
    expected: list[tuple[int, str]] = []
    for position, gap in enumerate(gaps):
        for number, what in enumerate(gap):
            site = {"video": "www.youtube.com/watch", "question": "kin.naver.com/qna", "site": "shop.example/goods"}[
                what
            ]
            cards.append(f"https://{site}/{position}{number}")
        for post in POSTS[position : position + 1]:
            cards.append(post)
            expected.append((len(cards), "blog:" + post.url.removeprefix("https://blog.naver.com/")))
    html = single_boxes(f"{code}*b", cards).html.replace('*w.kep"', '*w.gkep"')

    reading = read(integrated_page(KEYWORD, Area(f"{code}*b", html)))

    assert reading.presence[Kind.BLOG] is Presence.PRESENT
    assert reading.doubts == ()
    assert [(rank, name) for rank, name in ranked(reading, code) if name.startswith("blog:")] == expected
