import pytest

from sunwi.domain.reading import Presence
from sunwi.domain.tracking import Kind
from tests.fixtures.naver.pages import Area, integrated_page, other_area
from tests.fixtures.naver.posts import Post, post_area, post_item, web_card
from tests.fixtures.naver.reading import KEYWORD, posts_of, ranked, read

BLOG = "https://blog.naver.com/somebody/22425355790{}"
ONE, TWO, THREE = (Post(BLOG.format(number)) for number in (1, 2, 3))
ID = "blog:somebody/22425355790{}"


@pytest.mark.parametrize("code", ["zzB_newX", "ugN_gnC", "rvw_all"])
def test_cards_with_marks_of_their_own_are_read_in_an_area_of_unknown_sort(code: str) -> None:
    cards = [post_item(Post(BLOG.format(number), template="newItem"), code) for number in (1, 2)]

    reading = posts_of(
        other_area(f"{code}*n", "".join(f"<div>{card}</div>" for card in cards)), post_area("ugB_bsR", [THREE])
    )

    assert reading.presence[Kind.BLOG] is Presence.PRESENT
    assert ranked(reading, code) == [(1, ID.format(1)), (2, ID.format(2))]
    assert [card.page_rank for card in reading.cards] == [1, 2, 3]


def test_pages_with_marks_of_their_own_in_an_area_of_unknown_sort_count_down_the_page_alone() -> None:
    site = "".join(web_card(f"https://example.com/{number}", "zzB_newX") for number in (1, 2))

    reading = posts_of(other_area("zzB_newX", f"<div>{site}</div>"), post_area("ugB_bsR", [ONE]))

    assert [(card.page_rank, card.area) for card in reading.cards] == [(1, "zzB_newX"), (2, "zzB_newX"), (3, "ugB_bsR")]
    assert reading.depth[Kind.BLOG] == 1


def test_what_an_areas_own_template_says_is_another_sort_holds_no_cards_whatever_its_code() -> None:
    cited = (
        f'<div data-meta-area="zzB_newX" data-block-id="ai-briefing/a.ts"><a href="{BLOG.format(9)}">A source</a></div>'
    )

    reading = posts_of(Area("zzB_newX", cited), post_area("ugB_bsR", [ONE]))

    assert reading.presence[Kind.BLOG] is Presence.PRESENT
    assert ranked(reading) == [(1, ID.format(1))]


def test_cards_that_scrolling_loaded_behind_the_listed_areas_are_read_and_said_to_be_unlisted() -> None:
    feed = post_area("fdB_xyR", [TWO]).html
    page = integrated_page(KEYWORD, post_area("ugB_bsR", [ONE]))

    behind = read(page.replace('<div class="_scrollLogEndline">', f'{feed}<div class="_scrollLogEndline">'))
    before = read(page.replace('<div id="main_pack">', f'<div id="main_pack">{feed}'))

    assert behind.presence[Kind.BLOG] is Presence.PRESENT
    assert ranked(behind) == [(1, ID.format(1)), (1, ID.format(2))]
    assert "posts: fdB_xyR is shown behind the listed areas, but not listed" in behind.evidence
    assert before.presence[Kind.BLOG] is Presence.SUSPECT


def test_what_stands_before_an_areas_marker_and_belongs_to_another_area_is_not_its_post() -> None:
    clips = other_area("vdB_cpC*s", '<a href="https://m.naver.com/shorts/1">clip</a>')
    strayed = Area("ugB_bsR", clips.html + '<div><a href="https://example.com/">more</a></div>')

    reading = posts_of(strayed)

    assert reading.presence[Kind.BLOG] is Presence.SUSPECT
    assert reading.cards == ()


@pytest.mark.parametrize("listed_as", ["rvw_all*r", "xxY_zzZ"])
def test_posts_that_are_linked_in_an_area_of_unknown_sort_make_the_posts_suspect(listed_as: str) -> None:
    linked = f'<ul><li><a href="{BLOG.format(1)}">A post</a></li></ul>'
    pictured = f'<a href="{BLOG.format(1)}"><img src="x"></a><a href="https://blog.naver.com/somebody">Somebody</a>'
    code = listed_as.partition("*")[0]

    for html in (f'<section data-slog-container="{code}">{linked}</section>', f"<section>{linked}</section>"):
        for others in ((), (post_area("ugB_bsR", [TWO]),)):
            reading = posts_of(*others, Area(listed_as, html))

            assert reading.presence[Kind.BLOG] is Presence.SUSPECT
            assert f"posts: {ID.format(1)} stands in an area of unknown sort" in reading.evidence
    assert posts_of(other_area(listed_as, pictured)).presence[Kind.BLOG] is Presence.ABSENT


@pytest.mark.parametrize("listed_as", ["vdB_cpC*s", "urB_imM*N", "abL_baX*mrqs", "kwX_ndT", "ugB_adR*o", "shp_gui"])
def test_posts_that_are_linked_in_an_area_that_holds_no_cards_change_nothing(listed_as: str) -> None:
    linked = other_area(listed_as, f'<a href="{BLOG.format(1)}">A post</a>')

    assert posts_of(linked).presence[Kind.BLOG] is Presence.ABSENT
    assert ranked(posts_of(post_area("ugB_bsR", [TWO]), linked)) == [(1, ID.format(2))]
