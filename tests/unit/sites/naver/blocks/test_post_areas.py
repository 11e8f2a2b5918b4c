import pytest

from sunwi.domain.reading import LeftOut, Presence
from sunwi.domain.tracking import Kind
from tests.fixtures.naver.pages import Area, integrated_page, other_area
from tests.fixtures.naver.places import PlaceState, Row, place_area
from tests.fixtures.naver.posts import Post, post_area, single_boxes, web_area
from tests.fixtures.naver.reading import KEYWORD, posts_of, ranked, read

BLOG = "https://blog.naver.com/somebody/22425355790{}"
CAFE = "https://cafe.naver.com/pusanmommy/144555{}?art=ZXh0.abc"
ONE, TWO, THREE = (Post(BLOG.format(number)) for number in (1, 2, 3))
ID = "blog:somebody/22425355790{}"


def test_popular_posts_are_counted_by_card_and_other_links_are_bundled() -> None:
    first = Post(BLOG.format(1), bundled=(BLOG.format(8),))
    second = Post(
        CAFE.format(1),
        title="  A   cafe post ",
        home="https://cafe.naver.com/pusanmommy",
        replies=(CAFE.format(1), CAFE.format(7)),
        bundled=(CAFE.format(8), CAFE.format(9), CAFE.format(8)),
    )

    reading = posts_of(post_area("ugB_bsR*btf", [first, second, THREE]))

    assert ranked(reading) == [(1, ID.format(1)), (2, "cafe:pusanmommy/1445551"), (3, ID.format(3))]
    assert reading.cards[0].bundled == (ID.format(8),)
    assert reading.cards[1].bundled == tuple(f"cafe:pusanmommy/144555{number}" for number in (7, 8, 9))
    assert reading.cards[1].title == "A cafe post"
    assert reading.cards[1].url == "https://cafe.naver.com/pusanmommy/1445551"
    assert reading.depth == {Kind.PLACE: 0, Kind.BLOG: 3, Kind.CAFE: 3}


def test_boxes_that_share_an_area_code_count_on_and_foreign_sites_take_a_rank() -> None:
    boxes = single_boxes("urB_boR*bw", [ONE, "https://example.com/a?b=1", BLOG.format(2), THREE])

    reading = posts_of(single_boxes("urB_coR*cb", [Post(CAFE.format(1))]), boxes)

    assert ranked(reading, "urB_coR") == [(1, "cafe:pusanmommy/1445551")]
    assert ranked(reading, "urB_boR") == [
        (1, ID.format(1)),
        (2, "web:example.com/a"),
        (3, ID.format(2)),
        (4, ID.format(3)),
    ]
    assert [card.page_rank for card in reading.cards] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("code", ["ugB_bsR", "ugB_qpR", "ugB_ipR", "ugB_b1R", "ugB_ctR", "ugB_z9R", "urA_xyR"])
def test_every_organic_post_area_is_read_whatever_its_code(code: str) -> None:
    assert ranked(posts_of(post_area(f"{code}*f", [ONE, TWO])), code) == [(1, ID.format(1)), (2, ID.format(2))]


def test_influencer_cards_are_named_by_their_own_link_and_by_the_blog_post_behind_it() -> None:
    post = Post(
        "https://in.naver.com/somebody/contents/internal/944975898978048?areacode=x",
        home="https://in.naver.com/somebody?areacode=x",
        target=".imgtitlelink",
        template="ugcItemDesk",
        logged_as="SPC-0000000000081907.a0209rl4_nblog_post_224263665025",
    )

    (card,) = posts_of(post_area("ugB_ipR*f", [post])).cards

    assert (card.id, card.aliases) == ("in:somebody/944975898978048", ("blog:*/224263665025",))


def test_a_cafe_card_is_also_named_by_the_cafes_number() -> None:
    post = Post("http://cafe.naver.com/pusanmommy/1445556", logged_as="90000004_01B608D100160EB400000000")

    (card,) = posts_of(post_area("ugB_ctR*c", [post])).cards

    assert (card.id, card.aliases) == ("cafe:pusanmommy/1445556", ("cafe:28707025/1445556",))


def test_the_web_block_counts_down_the_page_and_not_among_the_posts() -> None:
    urls = ["https://example.com/a", BLOG.format(9), "https://example.org"]

    for has_keep in (True, False):
        reading = posts_of(post_area("ugB_bsR", [ONE]), web_area(urls, has_keep=has_keep), post_area("ugB_ctR", [TWO]))

        assert [(card.page_rank, card.area, card.rank) for card in reading.cards] == [
            (1, "ugB_bsR", 1),
            (2, "web_gen", 1),
            (3, "web_gen", 2),
            (4, "web_gen", 3),
            (5, "ugB_ctR", 1),
        ]
        assert reading.depth[Kind.BLOG] == 2
        assert reading.cards[1].title == "A page"


def test_places_count_down_the_page_before_the_posts_below_them() -> None:
    place = place_area([Row("1111111111"), Row("2222222222")], PlaceState(["1111111111", "2222222222"]))

    above = read(integrated_page(KEYWORD, post_area("ugB_b1R", [ONE]), place, post_area("ugB_b2R", [TWO])))

    assert [(card.page_rank, card.area) for card in above.cards] == [
        (1, "ugB_b1R"),
        (2, "nmb_rnk"),
        (3, "nmb_rnk"),
        (4, "ugB_b2R"),
    ]


def test_paid_posts_and_other_areas_are_no_cards() -> None:
    paid = Post("https://ader.naver.com/v1/abc", is_power_content=True, has_keep=False)
    linked = Post("https://ader.naver.com/v1/def", has_keep=False)
    clips = other_area("vdB_cpC*s", f'<a href="{BLOG.format(7)}" data-heatmap-target=".link">clip</a>')
    images = other_area("urB_imM*N", f'<a href="{BLOG.format(8)}">image</a>')

    reading = posts_of(
        post_area("ugB_adR*o", [paid, paid]), clips, images, post_area("ugB_bsR", [linked, ONE]), other_area("pwl_nop")
    )

    assert reading.presence[Kind.BLOG] is Presence.PRESENT
    assert ranked(reading) == [(1, ID.format(1))]


def test_a_page_without_post_areas_is_absent_for_posts() -> None:
    place = place_area([Row("1111111111")], PlaceState(["1111111111"]))

    reading = posts_of(place, other_area("ugB_adR*o"), other_area("kwX_ndT"))

    assert reading.presence[Kind.CAFE] is Presence.ABSENT
    assert reading.depth[Kind.CAFE] == 0


def test_hidden_cards_are_not_shown() -> None:
    reading = posts_of(post_area("ugB_bsR", [ONE, Post(BLOG.format(2), style="display:none"), THREE]))

    assert ranked(reading) == [(1, ID.format(1)), (2, ID.format(3))]
    assert reading.left_out == (LeftOut(ID.format(2), "not_shown"),)


def test_a_card_without_a_title_link_is_named_by_its_keep_button() -> None:
    reading = posts_of(post_area("ugB_bsR", [ONE, Post(BLOG.format(2), has_title=False)]))

    assert ranked(reading) == [(1, ID.format(1)), (2, ID.format(2))]


def test_a_card_that_cannot_be_named_makes_posts_suspect_and_shifts_no_rank() -> None:
    nameless = Post(BLOG.format(2), has_title=False, has_keep=False)

    reading = posts_of(post_area("ugB_bsR", [ONE, nameless, THREE]))

    assert reading.presence[Kind.BLOG] is Presence.SUSPECT
    assert ranked(reading) == [(1, ID.format(1)), (3, ID.format(3))]


def test_a_card_whose_title_and_keep_button_disagree_makes_posts_suspect() -> None:
    torn = Post(BLOG.format(2), kept_as=BLOG.format(3))

    assert posts_of(post_area("ugB_bsR", [ONE, torn])).presence[Kind.BLOG] is Presence.SUSPECT


def test_a_keep_button_that_names_the_cafe_by_number_agrees_with_the_title() -> None:
    post = Post(
        "https://cafe.naver.com/pusanmommy/1445556",
        kept_as="https://cafe.naver.com/ca-fe/cafes/28707025/articles/1445556",
    )

    reading = posts_of(post_area("ugB_ctR", [post]))

    assert reading.presence[Kind.CAFE] is Presence.PRESENT
    assert reading.cards[0].aliases == ("cafe:28707025/1445556",)


def test_a_listed_post_area_that_yields_no_card_is_suspect() -> None:
    empty = other_area("ugB_bsR*btf", "<div>nothing known</div>")

    assert posts_of(empty, post_area("ugB_ctR", [ONE])).presence[Kind.BLOG] is Presence.SUSPECT


def test_a_post_area_that_the_page_does_not_list_is_suspect() -> None:
    shown = post_area("ugB_bsR", [ONE])

    reading = posts_of(Area("ugB_bsR", shown.html, is_listed=False), post_area("ugB_ctR", [TWO]))

    assert reading.presence[Kind.BLOG] is Presence.SUSPECT


def test_posts_of_the_side_column_have_no_rank() -> None:
    side = post_area("ugB_sdR", [TWO]).html

    reading = read(integrated_page(KEYWORD, post_area("ugB_bsR", [ONE]), side=side))

    assert ranked(reading) == [(1, ID.format(1))]
    assert reading.presence[Kind.BLOG] is Presence.PRESENT


def test_a_card_that_naver_numbers_in_another_way_is_said_in_the_evidence() -> None:
    agreeing = posts_of(post_area("ugB_bsR", [Post(BLOG.format(1), number=1), Post(BLOG.format(2), number=2)]))
    missing_one = posts_of(post_area("ugB_bsR", [Post(BLOG.format(1), number=1), Post(BLOG.format(2), number=3)]))

    assert not any("Naver numbers" in fact for fact in agreeing.evidence)
    assert "posts: Naver numbers card 2 of ugB_bsR 3" in missing_one.evidence
    assert missing_one.presence[Kind.BLOG] is Presence.PRESENT


def test_mixed_blocks_of_one_page_keep_their_own_ranks_and_two_cards_of_one_cafe_are_two() -> None:
    influencer = Post(
        "https://in.naver.com/somebody/contents/internal/944975898978048",
        home="https://in.naver.com/somebody",
        target=".imgtitlelink",
        template="ugcItemDesk",
    )
    cafe = [Post(CAFE.format(number), home="https://cafe.naver.com/pusanmommy") for number in (1, 2)]
    bundle = Post(CAFE.format(3), home="https://cafe.naver.com/pusanmommy", bundled=(CAFE.format(2), CAFE.format(4)))
    boxes = single_boxes("urB_coR*cb", [cafe[0], "https://somebody.tistory.example/12", bundle])

    reading = posts_of(
        post_area("ugB_qpR*q", [ONE, cafe[0]], block_id=""),
        post_area("ugB_b1R*f", [influencer, TWO, cafe[1]], block_id=""),
        other_area("vdB_cpC*s"),
        boxes,
        post_area("ugN_gnC*g", [THREE]),
        post_area("ugB_ctR*c", [*cafe, bundle], block_id="ugc/prs_template_v2_ugc_popular_article_desk.ts"),
    )

    assert reading.presence[Kind.CAFE] is Presence.PRESENT
    assert [(card.area, card.rank, card.page_rank, card.id.rpartition("/")[2]) for card in reading.cards] == [
        ("ugB_qpR", 1, 1, "224253557901"),
        ("ugB_qpR", 2, 2, "1445551"),
        ("ugB_b1R", 1, 3, "944975898978048"),
        ("ugB_b1R", 2, 4, "224253557902"),
        ("ugB_b1R", 3, 5, "1445552"),
        ("urB_coR", 1, 6, "1445551"),
        ("urB_coR", 2, 7, "12"),
        ("urB_coR", 3, 8, "1445553"),
        ("ugN_gnC", 1, 9, "224253557903"),
        ("ugB_ctR", 1, 10, "1445551"),
        ("ugB_ctR", 2, 11, "1445552"),
        ("ugB_ctR", 3, 12, "1445553"),
    ]
    assert reading.cards[-1].bundled == ("cafe:pusanmommy/1445552", "cafe:pusanmommy/1445554")


def test_a_listed_web_area_of_which_no_card_is_read_is_named_as_unread() -> None:
    posts = post_area("ugB_bsR", [Post("https://blog.naver.com/a/223000000001")])

    assert read(integrated_page(KEYWORD, posts)).unread == ()
    assert read(integrated_page(KEYWORD, posts, other_area("web_gen*q", "<p>?</p>"))).unread == ("web_gen",)
