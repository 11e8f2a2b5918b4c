"""What makes a kind suspect, and what does not: doubt has a price."""

import pytest

from sunwi.domain.exposure_criteria import ExposureCriteria
from sunwi.domain.matching import MatchedBy
from sunwi.domain.outcome import Exposed, NotExposed, NotMeasured, look_up
from sunwi.domain.reading import Presence
from sunwi.domain.tracking import Kind, Target
from tests.fixtures.naver.pages import Area
from tests.fixtures.naver.posts import Post, post_area, post_item, single_boxes, web_card
from tests.fixtures.naver.reading import posts_of, ranked

BLOG = "https://blog.naver.com/somebody/22425355790{}"
CAFE = "https://cafe.naver.com/somecafe/1234{}"
CAFE_HOME = "https://cafe.naver.com/somecafe"
VIDEO = "https://www.youtube.com/watch?v=abc"


def box(code: str, inner: str, block: str = "x") -> str:
    return f'<div class="sc_new" data-block-id="{block}" data-meta-area="{code}"><div>{inner}</div></div>'


def boxes(code: str, *parts: str) -> Area:
    return Area(f"{code}*b", f'<div data-slog-container="{code}">{"".join(parts)}</div>')


def blog_box(number: int, code: str = "urB_boR") -> str:
    return box(code, post_item(Post(BLOG.format(number)), code))


def video(code: str, button: str = ".gkep") -> str:
    """A video: several links of one film, its channel, and a button that is logged by a word of its own."""
    return (
        f'<a href="{VIDEO}"><img src="x"></a><a href="{VIDEO}" data-heatmap-target=".tit">A film</a>'
        '<a href="https://www.youtube.com/@channel">A channel</a><a href="https://other.example/more">More</a>'
        + (f'<button data-url="{VIDEO}" data-cr-on="r=1&a={code}*b{button}"></button>' if button else "")
    )


OTHERS = {
    "video": box("urB_boR", video("urB_boR"), "video/prs_template_v2_video_rra_desk.ts"),
    "video without a template": box("urB_boR", video("urB_boR")),
    "video without a button": box("urB_boR", video("urB_boR", ""), "video/prs_template_v2_video_rra_desk.ts"),
    "question": box(
        "urB_boR",
        web_card("https://kin.naver.com/qna/detail.naver?docId=1", "urB_boR"),
        "kin/prs_template_v2_kin_rra_desk.ts",
    ),
    "question without a button": box(
        "urB_boR",
        '<a href="https://kin.naver.com/qna/1">Q</a><a href="https://terms.naver.com/2">A</a>',
        "kin/prs_template_v2_kin_rra_desk.ts",
    ),
    "images": box("urB_boR", '<div data-image="1">pictures</div>', "image/prs_template_v2_image_rra_desk.ts"),
    "site": box("urB_boR", web_card("https://shop.example/1", "urB_boR")),
    "site without a button": box(
        "urB_boR", '<a href="https://shop.example/1">A shop</a><a href="https://cdn.example/2">A page</a>'
    ),
}


@pytest.mark.parametrize("other", OTHERS)
def test_a_card_of_no_kind_of_ours_takes_its_rank_and_casts_no_doubt(other: str) -> None:
    reading = posts_of(boxes("urB_boR", blog_box(1), OTHERS[other], blog_box(2)))

    assert reading.presence[Kind.BLOG] is Presence.PRESENT
    assert reading.presence[Kind.CAFE] is Presence.PRESENT
    assert reading.doubts == ()
    assert [(rank, name) for rank, name in ranked(reading, "urB_boR") if name.startswith("blog:")] == [
        (1, "blog:somebody/224253557901"),
        (3, "blog:somebody/224253557902"),
    ]
    assert reading.depth[Kind.BLOG] == 3


def test_naver_numbering_a_site_more_than_once_casts_no_doubt() -> None:
    counted = web_card("https://shop.example/1", "urB_coR").replace("a=urB_coR", "r=1&a=urB_coR")
    later = post_item(Post(BLOG.format(1), number=4), "urB_coR")

    reading = posts_of(boxes("urB_coR", box("urB_coR", counted), box("urB_coR", later)))

    assert reading.presence[Kind.BLOG] is Presence.PRESENT
    assert ranked(reading, "urB_coR")[1] == (2, "blog:somebody/224253557901")


@pytest.mark.parametrize(
    ("home", "suspect"), [("https://blog.naver.com/writer", Kind.BLOG), ("https://cafe.naver.com/somecafe", Kind.CAFE)]
)
def test_a_post_card_that_cannot_be_named_casts_doubt_on_its_own_kind_and_says_which_card(
    home: str, suspect: Kind
) -> None:
    nameless = Post("https://blog.naver.com/", home=home, has_title=False, has_keep=False)
    other = Kind.CAFE if suspect is Kind.BLOG else Kind.BLOG

    reading = posts_of(post_area("ugB_bsR*f", [Post(BLOG.format(1)), nameless, Post(CAFE.format(5), home=CAFE_HOME)]))

    assert reading.presence[suspect] is Presence.SUSPECT
    assert reading.presence[other] is Presence.PRESENT
    assert [(doubt.kind, doubt.area, doubt.reason) for doubt in reading.doubts] == [
        (suspect, "ugB_bsR", "a card of ugB_bsR cannot be named")
    ]
    assert "number 2" in reading.doubts[0].card
    own = {Kind.BLOG: "blog:somebody/224253557901", Kind.CAFE: "cafe:somecafe/12345"}
    assert isinstance(look_up(reading, Target(suspect, own[suspect])), NotMeasured)
    found = look_up(reading, Target(other, own[other]))
    assert isinstance(found, Exposed)
    assert found.rank == (1 if other is Kind.BLOG else 3)


@pytest.mark.parametrize(
    ("url", "suspect"), [("https://blog.naver.com/writer/posts", Kind.BLOG), ("https://cafe.naver.com/some", Kind.CAFE)]
)
def test_a_post_whose_title_leads_to_no_post_that_we_understand_is_not_taken_for_another_page(
    url: str, suspect: Kind
) -> None:
    reading = posts_of(post_area("ugB_bsR", [Post(url, home=url, kept_as=url), Post(BLOG.format(1))]))

    assert reading.presence[suspect] is Presence.SUSPECT
    assert ranked(reading, "ugB_bsR") == [(2, "blog:somebody/224253557901")]


def test_a_card_of_posts_without_any_link_may_be_of_either_kind() -> None:
    empty = '<div data-template-id="ugcItem"><div>nothing</div></div>'

    reading = posts_of(
        Area("ugB_bsR", f'<div data-meta-area="ugB_bsR">{empty}{post_item(Post(BLOG.format(1)), "x")}</div>')
    )

    assert {doubt.kind for doubt in reading.doubts} == {Kind.BLOG, Kind.CAFE}


@pytest.mark.parametrize(("code", "kinds"), [("ugB_ctR", {Kind.CAFE}), ("ugB_ipR", {Kind.BLOG})])
def test_an_area_of_one_kind_that_cannot_be_read_casts_doubt_on_that_kind_alone(code: str, kinds: set[Kind]) -> None:
    reading = posts_of(
        post_area("ugB_bsR", [Post(BLOG.format(1))]), Area(code, f'<div data-meta-area="{code}">?</div>')
    )

    assert {kind for kind in (Kind.BLOG, Kind.CAFE) if reading.presence[kind] is Presence.SUSPECT} == kinds
    assert {doubt.kind for doubt in reading.doubts} == kinds


@pytest.mark.parametrize(
    "block", ["image/prs_template_v2_image_rra_desk.ts", "video/prs_template_v2_video_rra_desk.ts"]
)
def test_posts_behind_the_pictures_of_a_box_are_bundled_in_its_one_card_and_take_no_rank(block: str) -> None:
    pictures = "".join(
        f'<div data-template-id="imageItem"><a href="{url}"><img src="x"></a><a href="{url}">A picture</a></div>'
        for url in (BLOG.format(7), BLOG.format(8), "https://shop.example/album")
    )

    reading = posts_of(boxes("urB_boR", blog_box(1), box("urB_boR", pictures, block), blog_box(2)))

    assert reading.doubts == ()
    assert [rank for rank, _ in ranked(reading, "urB_boR")] == [1, 2, 3]
    assert reading.cards[1].id == "web:shop.example/album"
    assert reading.cards[1].bundled == ("blog:somebody/224253557907", "blog:somebody/224253557908")
    found = look_up(reading, Target(Kind.BLOG, "blog:somebody/224253557907"))
    assert isinstance(found, NotExposed)
    assert (found.matched_by, found.near_rank) == (MatchedBy.BUNDLED, 2)


def test_a_heap_of_posts_in_a_box_is_doubted() -> None:
    heap = f'<a href="{BLOG.format(1)}">One</a><a href="{BLOG.format(2)}">Two</a>'

    reading = posts_of(boxes("urB_boR", box("urB_boR", heap), blog_box(3)))

    assert reading.presence[Kind.BLOG] is Presence.SUSPECT


def test_the_newer_names_of_single_boxes_count_where_single_boxes_are_counted() -> None:
    reading = posts_of(
        single_boxes("rrB_hdR*c", [Post(BLOG.format(1))]), single_boxes("rrB_bdR*w", [VIDEO, Post(BLOG.format(2))])
    )

    found = look_up(
        reading, Target(Kind.BLOG, "blog:somebody/224253557902"), ExposureCriteria(areas=frozenset({"single_boxes"}))
    )
    assert isinstance(found, Exposed)
    assert (found.rank, found.area, found.page_rank) == (2, "rrB_bdR", 3)


@pytest.mark.parametrize("code", ["rrB_bdR", "urB_coR", "web_gen", "sit_4po"])
def test_a_post_that_is_drawn_like_a_web_page_takes_its_rank_where_it_stands(code: str) -> None:
    post = web_card(BLOG.format(1), code)
    drawn = box(code, f"{web_card('https://shop.example/1', code)}", "web/prs_template_v2_web_basic_desk.ts")

    reading = posts_of(
        boxes(code, drawn, box(code, post, "web/prs_template_v2_web_basic_desk.ts")),
        post_area("ugB_bsR", [Post(CAFE.format(1), home=CAFE_HOME)]),
    )

    found = look_up(reading, Target(Kind.BLOG, "blog:somebody/224253557901"))
    assert isinstance(found, Exposed)
    assert (found.rank, found.area) == (2, code)


def test_related_cafe_posts_are_read_where_there_are_any_and_not_missed_where_there_are_none() -> None:
    with_posts = posts_of(
        post_area("heB_ceR", [Post(CAFE.format(1), home=CAFE_HOME)]), post_area("ugB_bsR", [Post(BLOG.format(1))])
    )
    without = posts_of(
        Area("heB_ceR", '<div data-meta-area="heB_ceR">?</div>'), post_area("ugB_bsR", [Post(BLOG.format(1))])
    )

    assert ranked(with_posts, "heB_ceR") == [(1, "cafe:somecafe/12341")]
    assert without.presence[Kind.CAFE] is Presence.PRESENT
    assert without.doubts == ()


@pytest.mark.parametrize(
    "code",
    ["ugB_itM", "__option", "heL_htX", "abL_rtX", "exB_soT", "ldc_btm", "bok_lst", "ink_mik", "ink_kid", "nco_abc"],
)
def test_an_area_that_is_known_to_hold_no_posts_casts_no_doubt_and_moves_no_rank(code: str) -> None:
    linked = f'<a href="{BLOG.format(7)}">A post in words</a><a href="https://in.naver.com/x">x</a>'

    reading = posts_of(
        Area(code, f'<div data-meta-area="{code}"><ul><li>{linked}</li></ul></div>'),
        post_area("ugB_bsR", [Post(BLOG.format(1))]),
    )

    assert reading.doubts == ()
    assert [(card.page_rank, card.rank) for card in reading.cards] == [(1, 1)]


def test_an_older_build_is_read_by_the_class_of_its_sections_and_a_row_of_searches_is_no_card() -> None:
    rows = [
        f'<li class="bx"><a class="name" href="https://blog.naver.com/a{n}">A{n}</a>'
        f'<a class="title_link" href="https://blog.naver.com/a{n}/22425355790{n}">Title {n}</a></li>'
        for n in (1, 2, 3)
    ]
    joined = (
        f'<li class="bx type_join"><h3>함께 볼만한 검색어</h3><a href="?where=nexearch&query=x">x</a>'
        f'<a href="https://blog.naver.com/a9"><img></a><a href="{BLOG.format(9)}">x</a></li>'
    )
    items = f"{rows[0]}{joined}{rows[1]}{rows[2]}"
    section = f'<section class="sc_new sp_nreview _prs_ugB_bsR"><ul class="lst_view">{items}</ul></section>'

    reading = posts_of(Area("ugB_bsR*f", section))

    assert reading.presence[Kind.BLOG] is Presence.PRESENT
    assert ranked(reading, "ugB_bsR") == [(n, f"blog:a{n}/22425355790{n}") for n in (1, 2, 3)]
