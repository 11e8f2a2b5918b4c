"""Naver's own refusals, told from a changed layout, and the same words where they mean nothing."""

import pytest

from sunwi.domain.outcome import Exposed, NotExposed, NotMeasured, look_up
from sunwi.domain.reading import PageVerdict, Presence
from sunwi.domain.tracking import Kind, Surface, Target
from sunwi.errors import Blocked
from sunwi.sites.naver.page_addresses import first_page_url
from sunwi.sites.naver.pages import next_page_url
from sunwi.sites.naver.read_page import read_page, read_pages
from tests.fixtures.naver.lists import Listed, place_list_page, place_list_state
from tests.fixtures.naver.pages import integrated_page
from tests.fixtures.naver.places import PlaceState, Row, place_area
from tests.fixtures.naver.posts import Post, post_area
from tests.fixtures.naver.reading import KEYWORD, key_of, ranked, read, serve_all, serve_as
from tests.fixtures.naver.tabs import next_address, tab_more, tab_page

BLOG = "https://blog.naver.com/somebody/22425355790{}"
LIMITED = "서비스 이용이 제한되었습니다."
PLACE_REFUSALS = (
    (
        "<!doctype html><html><head><title>네이버 플레이스</title></head><body><div class='wrap'>"
        f"<h2 class='title_area'>{LIMITED}</h2><p>과도한 접근 요청으로 잠시 쉬어 갑니다.</p>"
        "<ul><li>주소 192.0.2.1</li></ul></div></body></html>"
    ),
    (
        "<!doctype html><html><head><title>네이버 플레이스</title><style>p{}</style></head><body><main>"
        f"<div class='title_area'><strong>{LIMITED}</strong></div><p>과도한 접근 요청으로 막혔습니다</p>"
        "<a href='https://help.naver.com/'>고객센터</a></main><script>var a = 1;</script></body></html>"
    ),
)
SEARCH_REFUSAL = (
    "<!doctype html><html><head><title>네이버 검색</title></head><body><div><h1>검색 서비스 이용이 제한되었습니다</h1>"
    "<p>프로그램 등을 이용한 반복 입력이 있었습니다</p><button>제한 해제</button></div></body></html>"
)
CHALLENGE = (
    '<div id="wtm-captcha-root" style="height:0"><div role="dialog" aria-modal="true" aria-label="보안 인증 필요">'
    "<p>확인</p></div></div>"
)
PLACES = [Listed(f"{1000000000 + number}") for number in range(10)]


@pytest.mark.parametrize("html", PLACE_REFUSALS)
@pytest.mark.parametrize("start", [1, 71])
def test_both_refusals_of_the_place_list_are_blocked(html: str, start: int) -> None:
    key = key_of(surface=Surface.PLACE_LIST)
    served = serve_as(html, first_page_url(key).replace("start=1", f"start={start}"))

    reading = read_page(served, key)

    assert reading.verdict is PageVerdict.BLOCKED
    assert not reading.presence


@pytest.mark.parametrize("surface", [Surface.INTEGRATED, Surface.BLOG_TAB, Surface.CAFE_TAB])
@pytest.mark.parametrize("status", [200, 403])
def test_the_refusal_of_the_search_is_blocked_whatever_its_status(surface: Surface, status: int) -> None:
    key = key_of(surface=surface)

    assert read_page(serve_as(SEARCH_REFUSAL, first_page_url(key), status), key).verdict is PageVerdict.BLOCKED


def test_naver_saying_that_nothing_was_found_is_an_empty_page() -> None:
    said = f'<div data-slog-container="nrs"><p>"{KEYWORD}"에 대한 검색결과가 없습니다.</p></div>'

    reading = read(integrated_page(KEYWORD).replace('<div id="main_pack">', f'<div id="main_pack">{said}'))

    assert reading.verdict is PageVerdict.RECOGNISED_EMPTY


@pytest.mark.parametrize(
    "words", [LIMITED, "과도한 접근 요청으로", "검색 서비스 이용이 제한되었습니다", "비정상적인 트래픽"]
)
def test_the_words_of_a_refusal_in_names_titles_and_snippets_mean_nothing(words: str) -> None:
    block = place_area([Row("1111111111", name=words)], PlaceState(["1111111111"], names={"1111111111": words}))
    posts = post_area("ugB_bsR", [Post(BLOG.format(1), title=words)])
    listed = [Listed("1000000000", name=words), *PLACES[1:]]

    assert ranked(read(integrated_page(KEYWORD, block, posts)))[:1] == [(1, "1111111111")]
    assert ranked(read(place_list_page(KEYWORD, listed), surface=Surface.PLACE_LIST))[0] == (1, "1000000000")
    assert ranked(read(tab_page(KEYWORD, [Post(BLOG.format(1), title=words)]), surface=Surface.BLOG_TAB))


def test_a_changed_layout_with_a_shop_of_such_a_name_is_no_refusal() -> None:
    linked = f'<html><body><div><a href="https://map.naver.com/p/entry/place/1111111111">{LIMITED}</a><p>{LIMITED}</p></div></body></html>'
    named = f"<html><body><ul><li><b>{LIMITED}</b></li></ul></body></html>"

    for html in (linked, named):
        assert read(html).verdict is PageVerdict.LAYOUT_UNKNOWN
        assert read(html, surface=Surface.PLACE_LIST).verdict is PageVerdict.LAYOUT_UNKNOWN


def test_a_challenge_over_a_valid_list_leaves_its_ranks_and_refuses_what_lies_behind() -> None:
    key = key_of(surface=Surface.PLACE_LIST)
    page = place_list_page(KEYWORD, PLACES, state=place_list_state(KEYWORD, PLACES, total=300))
    covered = page.replace("</body>", f"{CHALLENGE}</body>")
    served = serve_as(covered, first_page_url(key))

    reading = read_pages([served], key)

    assert (reading.verdict, reading.beyond) == (PageVerdict.RECOGNISED, PageVerdict.BLOCKED)
    assert reading.presence == {Kind.PLACE: Presence.PRESENT}
    assert next_page_url([served], key, 300) is None
    shown = look_up(reading, Target(Kind.PLACE, "1000000004"))
    assert isinstance(shown, Exposed)
    assert shown.rank == 5
    unseen = look_up(reading, Target(Kind.PLACE, "1999999999"))
    assert isinstance(unseen, NotMeasured)
    assert isinstance(unseen.as_error(), Blocked)
    assert next_page_url([serve_as(page, first_page_url(key))], key, 300) is not None


def test_a_challenge_over_a_list_that_ends_there_hides_nothing() -> None:
    key = key_of(surface=Surface.PLACE_LIST)
    covered = place_list_page(KEYWORD, PLACES).replace("</body>", f"{CHALLENGE}</body>")

    reading = read_pages([serve_as(covered, first_page_url(key))], key)

    assert reading.beyond is None
    assert isinstance(look_up(reading, Target(Kind.PLACE, "1999999999")), NotExposed)


def test_a_challenge_that_is_not_shown_hides_nothing() -> None:
    key = key_of(surface=Surface.PLACE_LIST)
    hidden = CHALLENGE.replace("height:0", "display:none")
    page = place_list_page(KEYWORD, PLACES, state=place_list_state(KEYWORD, PLACES, total=300)).replace(
        "</body>", f"{hidden}</body>"
    )

    assert read_pages([serve_as(page, first_page_url(key))], key).beyond is None


def test_a_challenge_without_anything_beneath_it_is_a_refusal() -> None:
    page = f"<html><body>{CHALLENGE}</body></html>"

    for surface in Surface:
        assert read(page, surface=surface).verdict is PageVerdict.BLOCKED


@pytest.mark.parametrize(
    ("html", "status"),
    [
        ("", 429),
        ("<!doctype html><html><head></head><body><div>잠시만요</div></body></html>", 200),
        (SEARCH_REFUSAL, 200),
    ],
)
def test_no_rows_where_a_tab_has_further_ones_is_a_refusal(html: str, status: int) -> None:
    key = key_of(surface=Surface.BLOG_TAB)
    first = tab_page(KEYWORD, [Post(BLOG.format(n)) for n in range(1, 6)], next_url=next_address(KEYWORD, 6))

    reading = read_pages([serve_as(first, first_page_url(key)), serve_as(html, next_address(KEYWORD, 6), status)], key)

    assert reading.verdict is PageVerdict.BLOCKED


def test_json_that_a_browser_shows_as_text_is_unwrapped() -> None:
    key = key_of(surface=Surface.BLOG_TAB)
    first = tab_page(KEYWORD, [Post(BLOG.format(n)) for n in range(1, 6)], next_url=next_address(KEYWORD, 6))
    more = tab_more([Post(f"https://blog.naver.com/more{n}/22425350000{n}") for n in range(5)])
    text = more.replace("&", "&amp;").replace("<", "&lt;")
    plain = read_pages(serve_all([first, more], key), key)

    for wrapped in (
        f"<html><head></head><body><pre>{text}</pre></body></html>",
        f'<html><body><pre style="word-wrap: break-word">{text}</pre><div class="json-formatter"></div></body></html>',
        f"<html><body><div><pre>{text}</pre></div></body></html>",
    ):
        assert read_pages(serve_all([first, wrapped], key), key) == plain
    assert plain.depth[Kind.BLOG] == 10


@pytest.mark.parametrize("keyword", ["captcha 해결", "보안확인", "서비스 이용이 제한되었습니다"])
@pytest.mark.parametrize("surface", [Surface.INTEGRATED, Surface.BLOG_TAB])
def test_words_of_a_refusal_that_were_searched_for_refuse_nothing(keyword: str, surface: Surface) -> None:
    tab = "tab.nx.all" if surface is Surface.INTEGRATED else "tab.blog.all"
    html = (
        f'<html><head><title>{keyword} : 네이버 검색</title><script>var g_ssc = "{tab}"; var g_query = "{keyword}";'
        "</script></head><body><div id='main_pack'>"
        f"<div data-slog-container='nrs'>‘{keyword}’에 대한 검색결과가 없습니다.</div></div>"
        "<div id='footer'></div></body></html>"
    )

    key = key_of(keyword, surface=surface)

    assert read_page(serve_as(html, first_page_url(key)), key).verdict is PageVerdict.RECOGNISED_EMPTY


@pytest.mark.parametrize("keyword", ["이용", "서비스", "captcha"])
def test_a_refusal_is_one_whatever_was_searched_for(keyword: str) -> None:
    key = key_of(keyword)

    assert read_page(serve_as(SEARCH_REFUSAL, first_page_url(key)), key).verdict is PageVerdict.BLOCKED
