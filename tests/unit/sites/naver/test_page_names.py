"""What a page says that it is and answers, where it says it in one place only, or in an unusual one."""

import json

import pytest

from sunwi.domain.reading import PageReading, PageVerdict, Presence
from sunwi.domain.tracking import Device, Kind, Surface
from tests.fixtures.naver.pages import integrated_page, other_area
from tests.fixtures.naver.posts import Post, post_area, web_card
from tests.fixtures.naver.reading import KEYWORD, posts_of, ranked, read
from tests.fixtures.naver.tab_posts import blogs
from tests.fixtures.naver.tabs import tab_page

POSTS = post_area("ugB_bsR*btf", [Post("https://blog.naver.com/somebody/224253557960")])
GOOD = integrated_page(KEYWORD, POSTS)
NAMED = '<script>var g_ssc = "{}";</script></head>'
WHERE = '<form><input type="hidden" name="where" value="{}">'


def said(tab: str, where: str = "", device: Device = Device.PC) -> PageReading:
    page = GOOD.replace("</head>", NAMED.format(tab))
    return read(page.replace("<form>", WHERE.format(where)) if where else page, device=device)


@pytest.mark.parametrize("tab", ["tab.nx.all", "tab.m.all", "tab.m_nx.all"])
def test_the_integrated_page_is_known_by_its_names(tab: str) -> None:
    assert said(tab, device=Device.MOBILE).verdict is PageVerdict.RECOGNISED


def test_a_page_of_a_name_that_nobody_knows_is_the_integrated_one_if_its_form_asks_for_that() -> None:
    assert said("tab.zz.all").verdict is PageVerdict.LAYOUT_UNKNOWN
    assert said("tab.zz.all", "m").verdict is PageVerdict.RECOGNISED
    assert said("tab.zz.all", "nexearch").verdict is PageVerdict.RECOGNISED
    assert said("tab.zz.all", "m_blog").verdict is PageVerdict.LAYOUT_UNKNOWN
    assert said("tab.itb.all", "nexearch").verdict is PageVerdict.LAYOUT_UNKNOWN


def test_boxes_say_which_tab_they_are_of_where_the_page_does_not() -> None:
    page = tab_page(KEYWORD, blogs(1, 3)).replace('name="ssc"', 'name="zzz"').replace("g_ssc", "g_zzz")
    of_box = '<div id="main_pack"><div data-meta-ssc="{}"></div>'

    def read_with(tab: str) -> PageVerdict:
        return read(page.replace('<div id="main_pack">', of_box.format(tab)), surface=Surface.BLOG_TAB).verdict

    assert read_with("tab.blog.all") is PageVerdict.RECOGNISED
    assert read_with("tab.nx.all") is PageVerdict.LAYOUT_UNKNOWN


def test_the_state_of_a_box_says_what_the_page_answers_where_nothing_else_does() -> None:
    state = json.dumps({"meta": {"area": "ugB_bsR", "query": KEYWORD}}, ensure_ascii=False)
    silent = GOOD.replace("headerfooter_query", "zz").replace(" : 네이버 검색", "").replace('name="query"', "")

    def read_with(script: str) -> PageReading:
        return read(silent.replace("</body>", f"<script>bootstrap(root, {script})</script></body>"))

    assert read(silent).verdict is PageVerdict.LAYOUT_UNKNOWN
    assert read_with(state.replace(KEYWORD, "떡볶이")).verdict is PageVerdict.LAYOUT_UNKNOWN
    assert read_with(state).verdict is PageVerdict.RECOGNISED
    assert "the box of ugB_bsR is the keyword" in read_with(state).evidence


def test_posts_of_the_main_column_are_not_passed_over_because_the_list_puts_their_area_aside() -> None:
    strayed = post_area("bnrB_abR", [Post("https://blog.naver.com/other/224253557961")]).html.replace("bnrB_abR", "bnr")
    before = GOOD.replace('<div id="main_pack">', f'<div id="main_pack">{strayed}')

    beside = read(before.replace('<div id="sub_pack">', '<div id="sub_pack"><p>aside</p>'))

    assert beside.presence[Kind.BLOG] is Presence.SUSPECT
    assert read(GOOD).presence[Kind.BLOG] is Presence.PRESENT


@pytest.mark.parametrize("listed_as", ["kin*i", "nws_all"])
def test_questions_and_news_count_down_the_page_where_they_are_marked_as_cards(listed_as: str) -> None:
    code = listed_as.partition("*")[0]
    site = "".join(web_card(f"https://kin.naver.com/qna/{number}", code) for number in (1, 2))
    unmarked = other_area(listed_as, '<a href="https://kin.naver.com/qna/1">A question</a>')

    reading = posts_of(other_area(listed_as, f"<div>{site}</div>"), POSTS)
    unread = posts_of(unmarked, POSTS)

    assert [(card.page_rank, card.area) for card in reading.cards] == [(1, code), (2, code), (3, "ugB_bsR")]
    assert reading.depth[Kind.BLOG] == 1
    assert ranked(unread) == [(1, "blog:somebody/224253557960")]
    assert f"{code}: listed, none read: page ranks below may be too small" in unread.evidence
    assert reading.presence[Kind.BLOG] is unread.presence[Kind.BLOG] is Presence.PRESENT
