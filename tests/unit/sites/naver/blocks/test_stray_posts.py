"""Posts that are plainly there and in no card that was read: their kind is doubted, never "not exposed"."""

import pytest

from sunwi.domain.reading import PageReading
from sunwi.domain.tracking import Kind
from tests.fixtures.naver.pages import Area, other_area
from tests.fixtures.naver.posts import Post, post_area, post_item, web_area
from tests.fixtures.naver.reading import posts_of, ranked

BLOG, CAFE = "https://blog.naver.com/author{}/22000000000{}", "https://cafe.naver.com/somecafe/1000{}"
CAFE_HOME = "https://cafe.naver.com/somecafe"
POPULAR = post_area("ugB_bsR*b", [Post(BLOG.format(n, n)) for n in (1, 2, 3)])
DIVIDER = '<span data-template-id="sdsHorzDivider"'


def unmarked_card(url: str, home: str, *, passage: str = "A passage") -> str:
    """A card without any of Naver's marks; with a title alone it is like a link to a related post."""
    title = f'<a href="{home}">Author</a><a href="{url}">A title</a>'
    second = f'<a href="{url}">{passage}</a>' if passage else ""
    return f"<div>{title}{second}</div>"


def with_card(area: Area, card: str) -> Area:
    """The area with a card before its second one."""
    assert DIVIDER in area.html
    return Area(area.listed_as, area.html.replace(DIVIDER, card + DIVIDER, 1))


def doubted(reading: PageReading) -> list[tuple[str, str, str]]:
    return [(doubt.kind.value, doubt.area, doubt.card) for doubt in reading.doubts]


@pytest.mark.parametrize("area", [POPULAR, web_area(["https://a.example.com/1", "https://b.example.com/2"])])
def test_a_card_without_marks_among_marked_ones_moves_the_ranks_of_both_kinds(area: Area) -> None:
    reading = posts_of(with_card(area, unmarked_card(CAFE.format(9), CAFE_HOME)))

    assert doubted(reading) == [(kind, area.code, "cafe:somecafe/10009") for kind in ("blog", "cafe")]


def test_ranks_behind_a_card_without_marks_are_doubted_though_its_post_has_a_card_elsewhere() -> None:
    again = unmarked_card(BLOG.format(9, 9), "https://blog.naver.com/author9")

    reading = posts_of(with_card(POPULAR, again), post_area("ugB_b1R*x", [Post(BLOG.format(9, 9))]))

    assert {kind for kind, _, _ in doubted(reading)} == {"blog", "cafe"}


@pytest.mark.parametrize(
    "beside",
    [
        unmarked_card(BLOG.format(9, 9), "https://blog.naver.com/author9", passage=""),
        unmarked_card(BLOG.format(1, 1), "https://blog.naver.com/author1"),
    ],
    ids=["a related post", "a post that has a card"],
)
def test_links_beside_the_cards_that_are_no_card_of_their_own_cast_no_doubt(beside: str) -> None:
    reading = posts_of(with_card(POPULAR, beside))

    assert reading.doubts == ()
    assert [rank for rank, _ in ranked(reading, "ugB_bsR")] == [1, 2, 3]


@pytest.mark.parametrize("code", ["exB_soT", "ugB_itM", "ldc_btm", "nco_abc", "heL_htX"])
def test_a_card_in_an_area_that_is_thought_to_hold_none_makes_its_kind_suspect(code: str) -> None:
    reading = posts_of(POPULAR, post_area(f"{code}*x", [Post(BLOG.format(8, 8))]))

    assert doubted(reading) == [("blog", "", "blog:author8/220000000008")]


@pytest.mark.parametrize("code", ["ugB_adR", "nop_res", "rbp_lpa"])
def test_paid_areas_and_those_of_places_never_hold_cards_of_posts(code: str) -> None:
    assert posts_of(POPULAR, post_area(f"{code}*x", [Post(BLOG.format(8, 8))])).doubts == ()


@pytest.mark.parametrize(("passage", "doubts"), [("A passage", ["cafe:somecafe/10009"]), ("", [])])
def test_related_cafe_posts_that_look_like_cards_and_cannot_be_cut_are_doubted(passage: str, doubts: list[str]) -> None:
    title = f'<a href="{CAFE.format(9)}">A title</a>'
    second = f'<a href="{CAFE.format(9)}">{passage}</a>' if passage else ""

    reading = posts_of(POPULAR, Area("heB_ceR*c", f'<div data-meta-area="heB_ceR">{title}{second}</div>'))

    assert [doubt.card for doubt in reading.doubts] == doubts


def test_a_hidden_keep_button_outside_of_all_boxes_casts_no_doubt() -> None:
    button = f'<button data-url="{BLOG.format(7, 7)}" data-cr-on="a=x.kep"></button>'

    assert posts_of(POPULAR, other_area("", f'<div style="display:none">{button}</div>')).doubts == ()


@pytest.mark.parametrize("title", ["", "https://blog.naver.com/author8"])
def test_a_post_whose_film_alone_can_be_read_is_doubted(title: str) -> None:
    video = '<button data-url="https://tv.naver.com/v/123" data-cr-on="r=4&a=ugB_bsR*b.gkep"></button>'
    post = Post(title, home="https://blog.naver.com/author8", has_title=bool(title), has_keep=False)
    card = post_item(post, "ugB_bsR").replace("</div>", f"{video}</div>", 1)

    reading = posts_of(with_card(POPULAR, f"<div>{card}</div>"))

    assert [(doubt.kind, doubt.area) for doubt in reading.doubts] == [(Kind.BLOG, "ugB_bsR")]
    assert [rank for rank, _ in ranked(reading, "ugB_bsR")] == [1, 3, 4]
