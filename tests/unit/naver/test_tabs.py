import json
from dataclasses import replace

import pytest

from sunwi.domain.reading import LeftOut, PageVerdict, Presence
from sunwi.domain.tracking import Device, Kind, PageKey, Surface
from sunwi.naver.pages import next_page_url
from sunwi.naver.read_page import read_page, read_pages
from tests.fixtures.naver.pages import integrated_page
from tests.fixtures.naver.posts import Post, post_area
from tests.fixtures.naver.reading import KEYWORD, key_of, ranked, read, read_all, serve_all, serve_as
from tests.fixtures.naver.tabs import BUILDS, next_address, paid_row, tab_more, tab_page, tab_row, tab_rows

BLOG_TAB = key_of(surface=Surface.BLOG_TAB)
CAFE_TAB = key_of(surface=Surface.CAFE_TAB)


def blog(number: int, author: str = "") -> Post:
    name = author or f"author{number}"
    return Post(f"https://blog.naver.com/{name}/2242535{number:05}", home=f"https://blog.naver.com/{name}")


def cafe(number: int, name: str = "pusanmommy") -> Post:
    return Post(f"https://cafe.naver.com/{name}/14455{number:02}?art=ZXh0.x", home=f"https://cafe.naver.com/{name}")


def named(*numbers: int) -> list[tuple[int, str]]:
    return [(rank, f"blog:author{number}/2242535{number:05}") for rank, number in enumerate(numbers, 1)]


def blogs(first: int, last: int) -> list[Post | str]:
    return [blog(number) for number in range(first, last + 1)]


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


def test_rows_are_read_on_through_the_addresses_that_the_pages_carry() -> None:
    bodies = [
        tab_page(KEYWORD, blogs(1, 30), next_url=next_address(KEYWORD, 31)),
        tab_more(blogs(29, 60), next_url=next_address(KEYWORD, 61)),
        tab_more(blogs(61, 90)),
        tab_more(blogs(91, 120)),
    ]
    served = serve_all(bodies, BLOG_TAB, depth=100)

    assert [page.requested_url for page in served[1:3]] == [next_address(KEYWORD, 31), next_address(KEYWORD, 61)]
    assert served[3].requested_url == next_address(KEYWORD, 91).replace("&start=91&prank=7", "&prank=7&start=91")
    assert next_page_url(served, BLOG_TAB, 100) is None
    reading = read_pages(served, BLOG_TAB)
    assert reading.depth == {Kind.BLOG: 120}
    assert ranked(reading) == named(*range(1, 121))
    assert [card.page_rank for card in reading.cards] == list(range(1, 121))


def test_a_tab_that_carries_no_address_is_read_on_by_the_number_of_rows() -> None:
    served = serve_all([tab_page(KEYWORD, [*blogs(1, 10), blog(10)]), tab_page(KEYWORD, blogs(11, 20))], BLOG_TAB)

    assert served[1].requested_url == served[0].requested_url + "&start=12"
    assert read_pages(served, BLOG_TAB).depth == {Kind.BLOG: 20}


@pytest.mark.parametrize(
    "pages",
    [
        [tab_more(blogs(31, 40)), tab_more([], contents="")],
        [tab_more(blogs(31, 40)), tab_more(blogs(1, 3))],
        [tab_more(blogs(31, 40), next_url=next_address(KEYWORD, 41)), tab_more(blogs(1, 3))],
        [
            tab_more(blogs(31, 40), next_url=next_address(KEYWORD, 41)),
            tab_page(KEYWORD, ['<div id="notfound">검색결과가 없습니다.</div>']),
        ],
    ],
)
def test_a_list_ends_where_nothing_new_comes(pages: list[str]) -> None:
    served = serve_all([tab_page(KEYWORD, blogs(1, 30), next_url=next_address(KEYWORD, 31)), *pages], BLOG_TAB)

    reading = read_pages(served, BLOG_TAB)

    assert next_page_url(served, BLOG_TAB, 100) is None
    assert reading.verdict is PageVerdict.RECOGNISED
    assert reading.depth == {Kind.BLOG: 40}


def test_a_list_does_not_end_where_the_page_before_names_further_rows_and_none_come() -> None:
    first = tab_page(KEYWORD, blogs(1, 30), next_url=next_address(KEYWORD, 31))

    reading = read_all([first, tab_more([], contents="")], BLOG_TAB)

    assert reading.verdict is PageVerdict.LAYOUT_UNKNOWN
    assert reading.evidence[-1] == "page 2: the page before names further rows, and none came"


@pytest.mark.parametrize(
    ("html", "status", "verdict"),
    [
        ("", 403, PageVerdict.BLOCKED),
        ("", 429, PageVerdict.BLOCKED),
        ("", 200, PageVerdict.TRUNCATED),
        ("<html><body>비정상적인 트래픽이 감지되었습니다</body></html>", 200, PageVerdict.BLOCKED),
        ('{"pageId": "search-ncaptcha", "confirmRules": []}', 200, PageVerdict.BLOCKED),
        (tab_more(blogs(31, 60))[:-900], 200, PageVerdict.TRUNCATED),
        (tab_more([], contents="<p>soon</p>"), 200, PageVerdict.LAYOUT_UNKNOWN),
        ('{"code": 200}', 200, PageVerdict.LAYOUT_UNKNOWN),
        (tab_more(blogs(31, 60)), 500, PageVerdict.LAYOUT_UNKNOWN),
        (tab_page("떡볶이", blogs(31, 60)), 200, PageVerdict.LAYOUT_UNKNOWN),
    ],
)
def test_a_later_page_that_cannot_be_read_decides_the_verdict_and_is_named(
    html: str, status: int, verdict: PageVerdict
) -> None:
    first = serve_as(tab_page(KEYWORD, blogs(1, 30)), "https://search.naver.com/search.naver?ssc=tab.blog.all")
    served = [first, serve_as(html, next_address(KEYWORD, 31), status)]

    reading = read_pages(served, BLOG_TAB)

    assert reading.verdict is verdict
    assert (reading.cards, reading.presence) == ((), {})
    assert reading.evidence[-1].startswith("page 2: ")
    assert next_page_url(served, BLOG_TAB, 100) is None


@pytest.mark.parametrize("other", ["떡볶이", "김밥 추천"])
def test_further_rows_that_go_on_with_another_keyword_are_not_taken(other: str) -> None:
    first = tab_page(KEYWORD, blogs(1, 30), next_url=next_address(KEYWORD, 31))
    served = serve_all([first, tab_more(blogs(31, 60), next_url=next_address(other, 61))], BLOG_TAB)

    reading = read_pages(served, BLOG_TAB)

    assert reading.verdict is PageVerdict.LAYOUT_UNKNOWN
    assert reading.cards == ()
    assert "further rows that go on at https" in reading.evidence[-1]


def test_further_rows_that_go_on_with_another_tab_are_not_taken() -> None:
    first = tab_page(KEYWORD, blogs(1, 30), next_url=next_address(KEYWORD, 31))
    other = next_address(KEYWORD, 61, ssc="tab.cafe.all")

    assert read_all([first, tab_more(blogs(31, 60), next_url=other)], BLOG_TAB).verdict is PageVerdict.LAYOUT_UNKNOWN


def test_further_rows_from_another_address_than_was_asked_for_are_not_taken() -> None:
    first = serve_as(tab_page(KEYWORD, blogs(1, 30)), "https://search.naver.com/search.naver?ssc=tab.blog.all")
    asked = serve_as(tab_more(blogs(31, 60)), next_address(KEYWORD, 31))
    moved = replace(asked, final_url=next_address("떡볶이", 31))

    assert read_pages([first, asked], BLOG_TAB).verdict is PageVerdict.RECOGNISED
    assert read_pages([first, moved], BLOG_TAB).verdict is PageVerdict.LAYOUT_UNKNOWN


def marked(word: str, first: int, last: int) -> list[Post | str]:
    return [
        f'<li class="bx"><a class="name" href="{post.home}">a</a>'
        f'<a class="title_link" href="{post.url}">a <mark>{word}</mark></a></li>'
        for post in map(blog, range(first, last + 1))
    ]


@pytest.mark.parametrize("word", ["떡볶이", "김밥 추천"])
def test_further_rows_that_mark_none_of_the_words_of_the_rows_before_are_not_taken(word: str) -> None:
    first = tab_page(KEYWORD, marked(KEYWORD, 1, 30), build="list", next_url=next_address(KEYWORD, 31))
    same, other, bare = (
        read_all([first, tab_more(rows, build="list")], BLOG_TAB)
        for rows in (
            [*marked(KEYWORD, 31, 31), *marked(word, 32, 40)],
            marked(word, 31, 40),
            [f"<li>{tab_row(blog(31), 'items')}</li>"],
        )
    )

    assert (same.verdict, same.depth) == (PageVerdict.RECOGNISED, {Kind.BLOG: 40})
    assert other.verdict is PageVerdict.LAYOUT_UNKNOWN
    assert other.evidence[-1].startswith(f"page 2: the words marked are ['{word}']")
    assert bare.verdict is PageVerdict.RECOGNISED


def test_a_row_of_a_foreign_site_is_named_by_its_button_and_not_by_its_authors_page() -> None:
    home, post = "https://somebody.tistory.example", "https://somebody.tistory.example/12"
    row = (
        f'<li class="bx"><a href="{home}">Somebody</a><button data-url="{post}"></button>'
        f'<a href="{post}">A post</a><a href="{blog(9).url}">more</a></li>'
    )
    page = tab_page(KEYWORD, [blog(1), row], build="list")

    assert [card.id for card in read(page, surface=Surface.BLOG_TAB).cards][1] == "web:somebody.tistory.example/12"


def test_pages_behind_one_that_could_not_be_read_change_nothing() -> None:
    pages = [tab_page(KEYWORD, blogs(1, 3)), "", tab_more(blogs(4, 6))]
    served = [serve_as(html, next_address(KEYWORD, 1 + 3 * number)) for number, html in enumerate(pages)]

    assert read_pages(served, BLOG_TAB) == read_pages(served[:2], BLOG_TAB)


def test_json_as_a_browser_shows_it_and_within_a_call_is_read() -> None:
    body = tab_more(blogs(31, 33))
    first = tab_page(KEYWORD, blogs(1, 30), next_url=next_address(KEYWORD, 31))
    escaped = body.replace("&", "&amp;").replace("<", "&lt;")
    shown = f'<html><head><meta name="color-scheme"></head><body><pre style="white-space">{escaped}</pre></body></html>'

    for again in (shown, f"getBlogContents({body});"):
        assert read_all([first, again], BLOG_TAB).depth == {Kind.BLOG: 33}


@pytest.mark.parametrize(
    "address",
    [
        "http://s.search.naver.com/p/review/53/search.naver?ssc=tab.blog.all&query=%EA%B9%80%EB%B0%A5&start=31",
        "https://s.search.naver.com.evil.kr/p/review/53/search.naver?ssc=tab.blog.all&query=%EA%B9%80%EB%B0%A5&start=31",
        "https://evil.kr/p/review/53/search.naver?ssc=tab.blog.all&query=%EA%B9%80%EB%B0%A5&start=31",
        "https://s.search.naver.com/p/review/53/search.naver?ssc=tab.blog.all&query=x&start=31",
        "https://s.search.naver.com/p/review/53/search.naver?ssc=tab.cafe.all&query=%EA%B9%80%EB%B0%A5&start=31",
        "https://s.search.naver.com/p/review/53/search.naver?ssc=tab.blog.all&query=%EA%B9%80%EB%B0%A5&start=1",
        "https://s.search.naver.com/p/review/53/search.naver?ssc=tab.blog.all&query=%EA%B9%80%EB%B0%A5&start=x",
        "https://s.search.naver.com:8443/p/review/53/search.naver?ssc=tab.blog.all&query=%EA%B9%80%EB%B0%A5&start=31",
        "https://a@s.search.naver.com/p/review/53/search.naver?ssc=tab.blog.all&query=%EA%B9%80%EB%B0%A5&start=31",
    ],
)
def test_an_address_that_leads_elsewhere_is_not_followed(address: str) -> None:
    page = serve_as(tab_page(KEYWORD, blogs(1, 30), next_url=address), "https://search.naver.com/search.naver")

    following = next_page_url([page], BLOG_TAB, 100)

    assert following is not None
    assert following.startswith("https://search.naver.com/search.naver?ssc=tab.blog.all")
    assert following.endswith("&start=31")


def test_an_address_written_with_escapes_is_found() -> None:
    address = next_address(KEYWORD, 31)
    for written in (address.replace("/", "\\/").replace("&", "\\u0026"), address.replace("&", "&amp;")):
        html = tab_page(KEYWORD, blogs(1, 30)).replace("</footer>", f'</footer><script>x = "{written}"</script>')
        page = serve_as(html, "https://search.naver.com/search.naver?ssc=tab.blog.all")

        assert next_page_url([page], BLOG_TAB, 100) == address


@pytest.mark.parametrize("build", BUILDS)
def test_a_tab_with_paid_rows_only_is_of_unknown_layout(build: str) -> None:
    reading = read(tab_page(KEYWORD, [paid_row(build), paid_row(build)], build=build), surface=Surface.BLOG_TAB)

    assert reading.verdict is PageVerdict.LAYOUT_UNKNOWN
    assert "no organic rows, and no word of no results" in reading.evidence


def test_only_navers_own_statement_makes_a_tab_empty() -> None:
    empty = read(tab_page(KEYWORD, ['<div id="notfound">검색결과가 없습니다.</div>']), surface=Surface.CAFE_TAB)
    said = read(
        tab_page(KEYWORD, ['<div id="notfound">검색결과가 없습니다.</div>'], ssc="tab.cafe.all"),
        surface=Surface.CAFE_TAB,
    )

    assert empty.verdict is PageVerdict.LAYOUT_UNKNOWN
    assert said.verdict is PageVerdict.RECOGNISED_EMPTY
    assert said.presence == {Kind.CAFE: Presence.ABSENT}


def test_the_integrated_page_in_place_of_a_tab_is_of_unknown_layout_and_the_other_way_round() -> None:
    page = integrated_page(KEYWORD, post_area("ugB_bsR", [blog(1)]))
    marked = page.replace("headerfooter_query =", 'g_ssc = "tab.nx.all", headerfooter_query =', 1)
    at_the_old_address = serve_as(page, "https://search.naver.com/search.naver?where=blog&query=x")

    assert read_page(at_the_old_address, BLOG_TAB).verdict is PageVerdict.LAYOUT_UNKNOWN
    assert read(marked, surface=Surface.BLOG_TAB).verdict is PageVerdict.LAYOUT_UNKNOWN
    assert read(marked).verdict is PageVerdict.RECOGNISED
    assert read(tab_page(KEYWORD, blogs(1, 3))).verdict is PageVerdict.LAYOUT_UNKNOWN
    assert read(tab_page(KEYWORD, blogs(1, 3)), surface=Surface.CAFE_TAB).verdict is PageVerdict.LAYOUT_UNKNOWN


def test_the_answer_to_another_keyword_is_of_unknown_layout() -> None:
    reading = read(tab_page("떡볶이", blogs(1, 3)), surface=Surface.BLOG_TAB)

    assert reading.verdict is PageVerdict.LAYOUT_UNKNOWN
    assert any("떡볶이" in fact for fact in reading.evidence)


def test_posts_without_any_known_mark_are_a_layout_that_is_not_known_and_no_cut_page() -> None:
    rows = "".join(f'<article><h3><a href="{post.url}">{post.title}</a></h3></article>' for post in (blog(1), blog(2)))
    page = f"<html><head><title>{KEYWORD} : 네이버 검색</title></head><body><main>{rows}</main>{{}}</body></html>"

    for behind in ("", "<footer>네이버</footer>"):
        reading = read(page.format(behind), surface=Surface.BLOG_TAB)

        assert reading.verdict is PageVerdict.LAYOUT_UNKNOWN
        assert reading.cards == ()


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize("left", [0.2, 0.5, 0.8])
def test_a_cut_tab_is_never_recognised_whether_or_not_a_browser_closed_it(build: str, left: float) -> None:
    page = tab_page(KEYWORD, blogs(1, 30), build=build)
    cut = page[: int(len(page) * left)]

    assert read(cut, surface=Surface.BLOG_TAB).verdict is PageVerdict.TRUNCATED
    closed = read(cut[: cut.rindex("<")] + "</body></html>", surface=Surface.BLOG_TAB)
    assert closed.verdict in {PageVerdict.TRUNCATED, PageVerdict.LAYOUT_UNKNOWN}


def test_a_row_that_cannot_be_named_takes_its_rank_and_makes_the_tab_suspect() -> None:
    nameless = '<div><div data-template-id="ugcItem"><a href="https://blog.naver.com/x">x</a></div></div>'
    torn = Post(blog(2).url, home=blog(2).home, kept_as=blog(7).url)

    for row in (nameless.replace(">x</a>", ' data-heatmap-target="articleSourceJSX_title">x</a>'), torn):
        reading = read(tab_page(KEYWORD, [blog(1), row, blog(3)]), surface=Surface.BLOG_TAB)

        assert reading.presence == {Kind.BLOG: Presence.SUSPECT}
        assert ranked(reading) == [(1, named(1)[0][1]), (3, "blog:author3/224253500003")]


def test_further_rows_alone_are_no_first_page() -> None:
    assert read(tab_more(blogs(1, 3)), surface=Surface.BLOG_TAB).verdict is PageVerdict.LAYOUT_UNKNOWN
    for html in (tab_more(blogs(31, 33)), tab_more([], contents=""), tab_page(KEYWORD, blogs(31, 33))):
        reading = read_page(serve_as(html, next_address(KEYWORD, 31)), BLOG_TAB)

        assert reading.verdict is PageVerdict.LAYOUT_UNKNOWN
        assert reading.cards == ()


def test_markup_in_a_field_of_another_name_is_found() -> None:
    first = tab_page(KEYWORD, blogs(1, 30), next_url=next_address(KEYWORD, 31))
    other = json.dumps({"collection": [{"html": tab_rows(blogs(31, 40), "items")}], "url": "x"})

    assert read_all([first, other], BLOG_TAB).depth == {Kind.BLOG: 40}


def test_no_page_at_all_is_of_unknown_layout() -> None:
    for surface in Surface:
        reading = read_pages([], PageKey(surface, Device.PC, KEYWORD))

        assert reading.verdict is PageVerdict.LAYOUT_UNKNOWN
        assert reading.evidence == ("no page was served",)
