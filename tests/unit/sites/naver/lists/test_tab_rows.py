import pytest

from sunwi.domain.reading import LeftOut, PageVerdict, Presence
from sunwi.domain.tracking import Device, Kind, Surface
from sunwi.sites.naver.pages import next_page_url
from sunwi.sites.naver.read_page import read_page
from tests.fixtures.naver.posts import Post
from tests.fixtures.naver.reading import KEYWORD, key_of, ranked, read, serve_as
from tests.fixtures.naver.tab_posts import blog, blogs, cafe, named
from tests.fixtures.naver.tabs import BUILDS, paid_row, tab_page

BLOG_TAB = key_of(surface=Surface.BLOG_TAB)


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize("device", list(Device))
def test_a_blog_tab_is_read_in_every_build_of_its_markup(build: str, device: Device) -> None:
    ssc = "tab.blog.all" if device is Device.PC else "tab.m_blog.all"

    reading = read(tab_page(KEYWORD, blogs(1, 5), build=build, ssc=ssc), device=device, surface=Surface.BLOG_TAB)

    assert reading.verdict is PageVerdict.RECOGNISED
    assert reading.presence == {Kind.BLOG: Presence.PRESENT}
    assert reading.depth == {Kind.BLOG: 5}
    assert ranked(reading) == named(1, 2, 3, 4, 5)
    assert (reading.surface, reading.device) == (Surface.BLOG_TAB, device)


@pytest.mark.parametrize("build", BUILDS)
def test_replies_and_other_posts_within_a_row_are_bundled_and_paid_rows_have_no_rank(build: str) -> None:
    first = Post(cafe(1).url, home=cafe(1).home, bundled=(cafe(8).url,), replies=(cafe(1).url, cafe(9).url))
    rows: list[Post | str] = [paid_row(build), first, paid_row(build), cafe(2), first, cafe(3)]

    reading = read(tab_page(KEYWORD, rows, build=build, ssc="tab.cafe.all"), surface=Surface.CAFE_TAB)

    assert ranked(reading) == [
        (1, "cafe:pusanmommy/1445501"),
        (2, "cafe:pusanmommy/1445502"),
        (3, "cafe:pusanmommy/1445503"),
    ]
    assert set(reading.cards[0].bundled) == {"cafe:pusanmommy/1445508", "cafe:pusanmommy/1445509"}
    assert reading.presence == {Kind.CAFE: Presence.PRESENT}


@pytest.mark.parametrize("build", BUILDS)
def test_clips_between_the_rows_are_no_rows_and_are_not_counted_by_the_next_address(build: str) -> None:
    home = blog(4).home
    clips = "".join(f'<a class="lnk" href="https://blog.naver.com/clip/{number}">clip</a>' for number in (1, 2))
    strips = [f'<div class="clips">{clips}</div>', f'<div><a class="name" href="{home}">me</a>{clips}</div>']
    rows = [f'<li class="bx">{strip}</li>' if build == "list" else strip for strip in strips]
    html = tab_page(KEYWORD, [blog(1), *rows, blog(2), rows[0]], build=build)
    served = serve_as(html, "https://search.naver.com/search.naver?ssc=tab.blog.all&query=x")

    assert ranked(read_page(served, BLOG_TAB)) == named(1, 2)
    assert (next_page_url([served], BLOG_TAB, 100) or "").endswith("&start=3")


def test_a_paid_row_that_links_its_advertisers_blog_is_no_row() -> None:
    paid = (
        '<li class="bx"><div><a class="name" href="https://blog.naver.com/seller">광고주</a></div>'
        '<div><a class="title_link" href="https://ader.naver.com/v1/abc">광고</a></div></li>'
    )
    html = tab_page(KEYWORD, [blog(1), paid, blog(2)], build="list")

    assert ranked(read(html, surface=Surface.BLOG_TAB)) == named(1, 2)


def test_a_post_that_shows_a_clip_within_its_row_keeps_its_rank() -> None:
    clip = '<a href="https://blog.naver.com/clip/1">clip</a></div></li>'
    html = tab_page(KEYWORD, [blog(1), blog(2)], build="list").replace("</div></li>", clip)

    assert ranked(read(html, surface=Surface.BLOG_TAB)) == named(1, 2)


@pytest.mark.parametrize("build", ["items", "list"])
def test_hidden_rows_are_left_out_and_foreign_sites_take_a_rank(build: str) -> None:
    hidden = Post(blog(2).url, home=blog(2).home, style="display:none")
    foreign = Post("https://somebody.tistory.com/12", home="https://somebody.tistory.com/")

    reading = read(tab_page(KEYWORD, [blog(1), hidden, foreign, blog(3)], build=build), surface=Surface.BLOG_TAB)

    assert [card.id for card in reading.cards] == [
        named(1)[0][1],
        "web:somebody.tistory.com/12",
        "blog:author3/224253500003",
    ]
    assert reading.left_out == (LeftOut("blog:author2/224253500002", "not_shown"),)


def test_an_influencers_row_keeps_the_number_of_the_blog_post_behind_it() -> None:
    post = Post(
        "https://in.naver.com/somebody/contents/internal/944975898978048",
        home="https://in.naver.com/somebody",
        logged_as="nblog_post_224263665025",
    )

    (card,) = read(tab_page(KEYWORD, [post]), surface=Surface.BLOG_TAB).cards

    assert (card.id, card.aliases) == ("in:somebody/944975898978048", ("blog:*/224263665025",))


def test_rows_without_any_marks_are_told_apart_by_their_authors() -> None:
    rows = "".join(
        f'<div><a href="{blog(number).home}">a</a><a href="{blog(number).url}">title</a>'
        f'<a href="{blog(number).url}">text</a><a href="{blog(number + 90).url}">more</a></div>'
        for number in (1, 2, 3)
    )

    reading = read(tab_page(KEYWORD, [rows]), surface=Surface.BLOG_TAB)

    assert ranked(reading) == named(1, 2, 3)
    assert [card.bundled for card in reading.cards] == [(f"blog:author{n}/2242535000{n}",) for n in (91, 92, 93)]
    assert reading.cards[0].title == "title"


def test_a_row_of_a_foreign_site_is_named_by_its_button_and_not_by_its_authors_page() -> None:
    home, post = "https://somebody.tistory.example", "https://somebody.tistory.example/12"
    row = (
        f'<li class="bx"><a href="{home}">Somebody</a><button data-url="{post}"></button>'
        f'<a href="{post}">A post</a><a href="{blog(9).url}">more</a></li>'
    )
    page = tab_page(KEYWORD, [blog(1), row], build="list")

    assert [card.id for card in read(page, surface=Surface.BLOG_TAB).cards][1] == "web:somebody.tistory.example/12"


def test_a_row_that_cannot_be_named_takes_its_rank_and_makes_the_tab_suspect() -> None:
    nameless = '<div><div data-template-id="ugcItem"><a href="https://blog.naver.com/x">x</a></div></div>'
    torn = Post(blog(2).url, home=blog(2).home, kept_as=blog(7).url)

    for row in (nameless.replace(">x</a>", ' data-heatmap-target="articleSourceJSX_title">x</a>'), torn):
        reading = read(tab_page(KEYWORD, [blog(1), row, blog(3)]), surface=Surface.BLOG_TAB)

        assert reading.presence == {Kind.BLOG: Presence.SUSPECT}
        assert ranked(reading) == [(1, named(1)[0][1]), (3, "blog:author3/224253500003")]


def test_a_post_that_is_linked_like_a_row_and_stands_in_none_makes_the_posts_suspect() -> None:
    url = blog(9).url
    once = f'<div><a href="{url}">제목</a></div>'
    row = f'<div><a href="{url}">제목</a><a href="{url}">본문</a></div>'

    def presence(*rows: Post | str, inside: str = "") -> Presence:
        reading = read(tab_page(KEYWORD, rows, inside=inside), surface=Surface.BLOG_TAB)
        assert ranked(reading)[:2] == named(1, 2)
        return reading.presence[Kind.BLOG]

    assert presence(blog(1), row, blog(2)) is Presence.SUSPECT
    assert presence(blog(1), blog(2), inside=row) is Presence.SUSPECT
    assert presence(blog(1), once, blog(2)) is Presence.PRESENT
    assert presence(blog(1), blog(2), blog(9), inside=row) is Presence.PRESENT
    assert presence(blog(1), blog(2), inside=f'<div data-meta-area="kwX_ndT">{row}</div>') is Presence.PRESENT
    assert presence(blog(1), blog(2), inside=f"<div hidden>{row}</div>") is Presence.PRESENT
