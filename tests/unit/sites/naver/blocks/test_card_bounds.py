import pytest

from sunwi.domain.reading import Presence
from sunwi.domain.tracking import Kind
from tests.fixtures.naver.pages import Area
from tests.fixtures.naver.posts import Post, post_area, post_item, single_boxes
from tests.fixtures.naver.reading import posts_of, ranked

BLOG = "https://blog.naver.com/somebody/22425355790{}"
ONE, TWO, THREE = (Post(BLOG.format(number)) for number in (1, 2, 3))
ID = "blog:somebody/22425355790{}"
OLD_ITEM = (
    '<li class="bx"><a class="user" href="https://blog.naver.com/somebody">Somebody</a>'
    '<a class="title_link" href="{0}">A title</a><a href="{0}">A snippet</a></li>'
)
RELATED = '<div class="series"><ul><li><a href="{0}">Another of the same author</a></li></ul></div>'


def test_boxes_of_older_pages_are_cut_where_every_part_names_its_author() -> None:
    rows = "".join(OLD_ITEM.format(BLOG.format(number)) for number in (1, 2, 3))
    markup = {
        "list": f"<ul>{rows}</ul>",
        "blocks": rows.replace("<li", "<div").replace("</li>", "</div>"),
    }

    for html in markup.values():
        attributed = Area("ugB_bsR", f'<div data-meta-area="ugB_bsR" data-block-id="">{html}</div>')
        marked_behind = Area("ugB_bsR", f"<section>{html}</section>")

        for area in (attributed, marked_behind):
            assert ranked(posts_of(area)) == [(1, ID.format(1)), (2, ID.format(2)), (3, ID.format(3))]


@pytest.mark.parametrize("code", ["ugB_bsR", "rrB_hdR", "rvw_gen", "view_all"])
@pytest.mark.parametrize("has_code", [True, False])
def test_lists_of_older_pages_are_read_with_paid_rows_and_related_posts_among_them(
    *, code: str, has_code: bool
) -> None:
    paid = (
        '<li class="bx"><a class="user" href="https://blog.naver.com/seller">Seller</a>'
        '<a class="title_link" href="https://ader.naver.com/v1/x">Paid</a></li>'
    )
    related = OLD_ITEM.format(BLOG.format(2)).replace("</li>", RELATED.format(BLOG.format(7)) + "</li>")
    rows = OLD_ITEM.format(BLOG.format(1)) + related + paid + OLD_ITEM.format(BLOG.format(3))
    mark = f' data-slog-container="{code}"' if has_code else ""

    reading = posts_of(Area(f"{code}*x", f'<section class="sc_new"{mark}><ul class="lst">{rows}</ul></section>'))

    assert reading.presence[Kind.BLOG] is Presence.PRESENT
    assert ranked(reading, code) == [(1, ID.format(1)), (2, ID.format(2)), (3, ID.format(3))]
    assert reading.cards[1].bundled == (ID.format(7),)


def test_blocks_side_by_side_without_any_mark_are_cards_where_each_names_its_author() -> None:
    def block(number: int, more: str = "") -> str:
        home, url = (
            f"https://blog.naver.com/author{number}",
            f"https://blog.naver.com/author{number}/22425355790{number}",
        )
        return (
            f'<div class="mod"><div><a href="{home}">Somebody</a></div><div><a href="{url}">A title</a>'
            f'<a href="{url}">A snippet</a></div>{more}</div>'
        )

    other = '<div class="after"><a href="https://blog.naver.com/author2/224253557777">Another</a></div>'
    blocks = block(1) + block(2, other) + block(3)
    box = f'<div data-meta-area="ugB_b1R" data-block-id=""><div>{blocks}</div><a href="?where=more">More</a></div>'

    reading = posts_of(Area("ugB_b1R*f", box))

    assert [name for _, name in ranked(reading)] == [f"blog:author{n}/22425355790{n}" for n in (1, 2, 3)]
    assert reading.cards[1].bundled == ("blog:author2/224253557777",)


@pytest.mark.parametrize(
    "row", ['<li><a href="{0}"><b>A title</b></a></li>', '<div class="c"><a href="{0}">A title</a></div>']
)
def test_rows_of_one_sort_with_one_post_each_need_no_author(row: str) -> None:
    rows = "".join(row.format(BLOG.format(number)) for number in (1, 2, 3))

    reading = posts_of(Area("ugB_bsR", f'<section data-slog-container="ugB_bsR"><ul>{rows}</ul></section>'))

    assert ranked(reading) == [(1, ID.format(1)), (2, ID.format(2)), (3, ID.format(3))]


def test_an_item_around_other_items_is_no_card_and_one_with_parts_of_its_own_is() -> None:
    one, two, three = (post_item(post, "ugB_bsR") for post in (ONE, TWO, THREE))
    group = f'<div data-template-id="ugcItemGroup">{one}{two}</div>'
    bundle = three.removesuffix("</div>") + post_item(Post(BLOG.format(8)), "ugB_bsR") + "</div>"

    reading = posts_of(Area("ugB_bsR", f'<div data-meta-area="ugB_bsR">{group}<div>{bundle}</div></div>'))

    assert ranked(reading) == [(1, ID.format(1)), (2, ID.format(2)), (3, ID.format(3))]
    assert reading.cards[2].bundled == (ID.format(8),)


def test_two_keep_buttons_of_one_post_are_one_card() -> None:
    again = f'<button data-url="{BLOG.format(2)}" data-cr-on="a=ugB_bsR*b.kep"></button>'
    posts = [Post(BLOG.format(number), template="") for number in (1, 2, 3)]
    area = post_area("ugB_bsR", posts)
    html = area.html.replace(f'<button data-url="{BLOG.format(2)}"', again + f'<button data-url="{BLOG.format(2)}"')

    assert ranked(posts_of(Area("ugB_bsR", html))) == [(1, ID.format(1)), (2, ID.format(2)), (3, ID.format(3))]


@pytest.mark.parametrize("mark", ['data-meta-area=""', ""])
def test_boxes_of_a_container_that_do_not_say_their_area_count_with_those_that_do(mark: str) -> None:
    area = single_boxes("urB_boR*bw", [ONE, TWO, "https://example.com/a", THREE])
    boxes = area.html.split('data-meta-area="urB_boR"')

    for silent in ({2}, {3}, {1, 2, 3, 4}):
        marks = [mark if place in silent else 'data-meta-area="urB_boR"' for place in range(1, len(boxes))]
        html = boxes[0] + "".join(said + box for said, box in zip(marks, boxes[1:], strict=True))

        reading = posts_of(Area("urB_boR*bw", html))

        assert reading.presence[Kind.BLOG] is Presence.PRESENT
        assert ranked(reading) == [
            (1, ID.format(1)),
            (2, ID.format(2)),
            (3, "web:example.com/a"),
            (4, ID.format(3)),
        ]


def test_a_single_box_of_one_other_site_takes_a_rank_without_any_mark_of_a_card() -> None:
    asked = "https://kin.naver.com/qna/detail.naver?docId="
    kin = f'<div data-meta-area="urB_coR"><a href="{asked}1">A question</a><a href="{asked}2">Another</a></div>'
    cafe = [f'<div data-meta-area="urB_coR">{post_item(post, "urB_coR")}</div>' for post in (ONE, TWO)]

    reading = posts_of(Area("urB_coR*cb", f'<div data-slog-container="urB_coR">{cafe[0]}{kin}{cafe[1]}</div>'))

    assert reading.presence[Kind.CAFE] is Presence.PRESENT
    assert ranked(reading) == [(1, ID.format(1)), (2, "web:kin.naver.com/qna/detail.naver"), (3, ID.format(2))]


def test_pages_of_the_web_block_without_any_mark_are_counted_side_by_side() -> None:
    def page(name: str) -> str:
        links = "".join(f'<li><a href="https://{name}/{part}">{part}</a></li>' for part in ("shop", "map"))
        return f'<div><a href="https://{name}/">A site</a><ul>{links}</ul></div>'

    sites = page("one.example") + page("two.example") + page("three.example")
    web = f'<div data-meta-area="web_gen"><h2>Web</h2><div>{sites}</div></div>'

    reading = posts_of(Area("web_gen*w", web), post_area("ugB_bsR", [ONE]))

    assert [card.id for card in reading.cards] == [
        *(f"web:{name}.example/" for name in ("one", "two", "three")),
        ID.format(1),
    ]


def test_a_box_that_cannot_be_cut_into_cards_is_suspect_and_not_one_card() -> None:
    heap = "".join(f'<a href="{BLOG.format(number)}">A title</a>' for number in (1, 2))

    reading = posts_of(Area("ugB_bsR", f'<div data-meta-area="ugB_bsR">{heap}</div>'))

    assert reading.presence[Kind.BLOG] is Presence.SUSPECT
    assert reading.cards == ()
