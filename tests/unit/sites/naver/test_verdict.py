import re
from dataclasses import replace

import pytest

from sunwi.domain.reading import PageVerdict, Presence
from sunwi.domain.tracking import Device, Kind
from sunwi.sites.naver.read_page import read_page
from tests.fixtures.naver.pages import integrated_page, other_area
from tests.fixtures.naver.places import PlaceState, Row, place_area
from tests.fixtures.naver.posts import Post, post_area
from tests.fixtures.naver.reading import KEYWORD, key_of, read, serve

POSTS = post_area("ugB_bsR*btf", [Post("https://blog.naver.com/somebody/224253557960")])
PLACES = place_area([Row("1111111111")], PlaceState(["1111111111"]))
GOOD = integrated_page(KEYWORD, PLACES, other_area("pwl_nop"), POSTS)
CAPTCHA = "<html><head><title>{}</title></head><body><div>{}</div></body></html>"


def test_a_whole_answer_to_the_keyword_is_recognised_though_it_names_captcha() -> None:
    reading = read(GOOD)

    assert "captcha" in GOOD
    assert reading.verdict is PageVerdict.RECOGNISED
    assert reading.presence == dict.fromkeys(Kind, Presence.PRESENT)
    assert any("headerfooter_query" in fact for fact in reading.evidence)


@pytest.mark.parametrize("status", [403, 429])
def test_a_refusing_status_is_blocked_whatever_the_body_says(status: int) -> None:
    reading = read_page(serve(GOOD, status=status), key_of())

    assert reading.verdict is PageVerdict.BLOCKED
    assert reading.evidence == (f"HTTP status {status}",)
    assert (reading.presence, reading.cards) == ({}, ())


def test_an_overloaded_site_that_says_when_to_come_again_refuses() -> None:
    served = replace(serve(GOOD, status=503), retry_after_seconds=0)
    reading = read_page(served, key_of())

    assert reading.verdict is PageVerdict.BLOCKED
    assert reading.evidence == ("HTTP status 503 with Retry-After",)


@pytest.mark.parametrize("status", [204, 302, 404, 418, 500, 503])
def test_no_other_status_than_200_is_recognised(status: int) -> None:
    reading = read_page(serve(GOOD, status=status), key_of())

    assert reading.verdict is PageVerdict.LAYOUT_UNKNOWN
    assert f"HTTP status {status}" in reading.evidence


@pytest.mark.parametrize(
    ("final_url", "verdict"),
    [
        ("https://nid.naver.com/nidlogin.login?url=https%3A%2F%2Fsearch.naver.com", PageVerdict.LOGIN_WALL),
        ("https://search.naver.com/nidlogin.login", PageVerdict.LOGIN_WALL),
        ("https://captcha.naver.com/check?q=1", PageVerdict.BLOCKED),
        ("https://search.naver.com/challenge", PageVerdict.BLOCKED),
        ("https://search.naver.com/search.naver?where=nexearch&query=captcha+nidlogin", PageVerdict.RECOGNISED),
        ("http://127.0.0.1:8080/search.naver?query=x", PageVerdict.RECOGNISED),
        ("https://[broken", PageVerdict.RECOGNISED),
    ],
)
def test_where_redirects_end_decides_by_host_and_path_and_never_by_the_query(
    final_url: str, verdict: PageVerdict
) -> None:
    assert read_page(serve(GOOD, final_url=final_url), key_of()).verdict is verdict


@pytest.mark.parametrize(
    "html",
    [
        CAPTCHA.format("네이버 : captcha", ""),
        CAPTCHA.format("NAVER", "<p>자동입력 방지문자를 입력해 주세요</p>"),
        CAPTCHA.format("NAVER", "비정상적인 트래픽이 감지되었습니다"),
        CAPTCHA.format("NAVER", "<p>보안 확인을 완료해 주세요</p>"),
        CAPTCHA.format("NAVER", '<div class="captcha_container"></div>'),
        CAPTCHA.format("NAVER", '<script src="https://x.naver.com/wtm_captcha.js"></script>'),
    ],
)
def test_a_page_that_asks_for_a_person_is_blocked(html: str) -> None:
    assert read(html).verdict is PageVerdict.BLOCKED


def test_a_sign_in_form_instead_of_results_is_a_login_wall() -> None:
    html = CAPTCHA.format("NAVER", '<form id="frmNIDLogin" action="/nidlogin.login"></form>')

    assert read(html).verdict is PageVerdict.LOGIN_WALL


@pytest.mark.parametrize("left", [0.0, 0.3, 0.6, 0.9, 0.999])
def test_a_body_cut_anywhere_is_never_recognised(left: float) -> None:
    cut = GOOD[: int((len(GOOD) - len("</html>")) * left)]

    assert read(cut).verdict is PageVerdict.TRUNCATED


def test_a_cut_body_that_a_browser_closed_is_still_cut() -> None:
    end = GOOD.index('<div class="sc_new"')
    closed = GOOD[:end] + "</div></div></div></body></html>"

    reading = read(closed)

    assert reading.verdict is PageVerdict.TRUNCATED
    assert "listed but not on the page: ugB_bsR" in reading.evidence


def test_a_body_cut_within_its_last_area_that_a_browser_closed_is_still_cut() -> None:
    end = GOOD.index('data-heatmap-target=".link"')
    closed = GOOD[:end] + "></a></div></div></div></body></html>"
    scripted = GOOD[:end] + "><script>inside()</script></a></div></div></div></body></html>"

    for html in (closed, scripted):
        reading = read(html)

        assert reading.verdict is PageVerdict.TRUNCATED
        assert "nothing stands behind the areas" in reading.evidence


def test_a_whole_page_is_known_by_what_stands_behind_its_areas_though_its_foot_has_other_names() -> None:
    page = GOOD.replace("_scrollLogEndline", "x").replace('id="footer"', 'id="x"')

    assert read(page).verdict is PageVerdict.RECOGNISED


@pytest.mark.parametrize("behind", ["\n<!-- 12 ms -->", "<!-- saved -->" * 400, "<script>var s = '<div>';</script>\n"])
def test_remarks_and_scripts_behind_the_documents_end_do_not_make_it_cut(behind: str) -> None:
    assert read(GOOD + behind).verdict is PageVerdict.RECOGNISED


def test_the_end_of_a_document_that_a_script_writes_is_not_the_pages_own() -> None:
    frame = "<script>frame.write('<html><body></body></html>'); var later = 1"

    assert read(GOOD[: GOOD.index("<script>start()")] + frame).verdict is PageVerdict.TRUNCATED


def test_a_page_with_none_of_its_listed_areas_is_of_unknown_layout() -> None:
    start, end = GOOD.index('<div id="main_pack">'), GOOD.index('<div class="_scrollLogEndline">')

    assert read(GOOD[:start] + GOOD[end:]).verdict is PageVerdict.LAYOUT_UNKNOWN


def test_the_answer_to_another_keyword_is_of_unknown_layout_and_says_which() -> None:
    reading = read(integrated_page("떡볶이", POSTS))

    assert reading.verdict is PageVerdict.LAYOUT_UNKNOWN
    assert any("떡볶이" in fact for fact in reading.evidence)


@pytest.mark.parametrize("said", ["강남  맛집", " 강남 맛집", "\u1100\u1161\u11bc\u1102\u1161\u11b7 맛집"])
def test_white_space_and_decomposed_hangul_do_not_make_another_keyword(said: str) -> None:
    assert read(integrated_page(said, POSTS), keyword="강남 맛집").verdict is PageVerdict.RECOGNISED


def test_a_keyword_with_markup_in_it_is_recognised() -> None:
    assert read(integrated_page('A&B <"x">', POSTS), keyword='A&B <"x">').verdict is PageVerdict.RECOGNISED


def test_without_a_section_list_the_layout_is_unknown() -> None:
    assert read(integrated_page(KEYWORD, POSTS, list_areas=False)).verdict is PageVerdict.LAYOUT_UNKNOWN


def test_the_shorter_form_of_the_section_list_is_enough() -> None:
    assert read(integrated_page(KEYWORD, PLACES, POSTS, info_only=True)).presence == dict.fromkeys(
        Kind, Presence.PRESENT
    )


def as_script(page: str) -> str:
    return re.sub(r'\{"(area|n)": "([^"]+)", "(rank|r)": ', r"{\1 : '\2', '\3':", page)


def test_a_section_list_that_is_written_as_a_script_and_not_as_json_is_read() -> None:
    for page in (GOOD, integrated_page(KEYWORD, PLACES, POSTS, info_only=True)):
        written = as_script(page)

        assert written != page
        assert read(written).presence == dict.fromkeys(Kind, Presence.PRESENT)


def test_an_empty_section_list_gives_way_to_the_shorter_form() -> None:
    start, end = GOOD.index('"main": [') + len('"main": ['), GOOD.index('], "main2"')

    assert read(GOOD[:start] + GOOD[end:]).presence == dict.fromkeys(Kind, Presence.PRESENT)


def test_the_second_page_of_the_integrated_results_is_no_first_page() -> None:
    page = GOOD.replace("</head>", '<script>var g_ssc = "tab.ur.all";</script></head>')

    reading = read(page)

    assert reading.verdict is PageVerdict.LAYOUT_UNKNOWN
    assert "the page says it is tab.ur.all, another page" in reading.evidence


@pytest.mark.parametrize("list_areas", [True, False])
def test_only_navers_own_statement_makes_an_empty_page(list_areas: bool) -> None:  # noqa: FBT001 - a parameter of the table
    statement = '<div class="not_found02" id="notfound"><p>\'<em>김밥</em>\'에 대한 검색결과가 없습니다.</p></div>'
    advert = other_area("pwl_nop", statement)

    empty = read(integrated_page(KEYWORD, advert, list_areas=list_areas))

    assert empty.verdict is PageVerdict.RECOGNISED_EMPTY
    assert empty.presence == dict.fromkeys(Kind, Presence.ABSENT)
    assert empty.depth == dict.fromkeys(Kind, 0)


@pytest.mark.parametrize(
    "beside_it",
    [
        '<div data-template-id="ugcItem">A card</div>',
        '<p><a href="https://blog.naver.com/somebody/224253557960">A post</a></p>',
        '<p><a href="https://m.place.naver.com/restaurant/1234567890">A place</a></p>',
    ],
)
def test_a_statement_of_no_results_beside_results_empties_nothing(beside_it: str) -> None:
    statement = '<div id="notfound">검색결과가 없습니다.</div>'
    listed = other_area("pwl_nop", statement)

    empty = read(integrated_page(KEYWORD, listed, list_areas=False))
    full = read(integrated_page(KEYWORD, listed, other_area("zzz_zzz", beside_it), list_areas=False))

    assert empty.verdict is PageVerdict.RECOGNISED_EMPTY
    assert full.verdict is PageVerdict.LAYOUT_UNKNOWN


@pytest.mark.parametrize(
    ("statement", "side"),
    [
        ('<div hidden><div id="notfound">검색결과가 없습니다.</div></div>', ""),
        ('<div class="not_found" style="display: none">검색결과가 없습니다.</div>', ""),
        ("", '<div id="notfound">검색결과가 없습니다.</div>'),
    ],
)
def test_a_statement_of_no_results_that_nobody_sees_or_that_stands_aside_empties_nothing(
    statement: str, side: str
) -> None:
    page = integrated_page(KEYWORD, other_area("pwl_nop", statement), side=side, list_areas=False)

    assert read(page).verdict is PageVerdict.LAYOUT_UNKNOWN


def test_the_words_of_no_results_inside_a_post_empty_nothing() -> None:
    area = post_area(
        "ugB_bsR", [Post("https://blog.naver.com/somebody/224253557960", title="검색결과가 없습니다 not_found")]
    )

    reading = read(integrated_page(KEYWORD, area))

    assert reading.verdict is PageVerdict.RECOGNISED
    assert reading.presence[Kind.BLOG] is Presence.PRESENT


def test_a_page_without_organic_areas_is_read_as_absent_for_all() -> None:
    reading = read(integrated_page(KEYWORD, other_area("pwl_nop"), other_area("kwX_ndT")))

    assert reading.verdict is PageVerdict.RECOGNISED
    assert reading.presence == dict.fromkeys(Kind, Presence.ABSENT)


def test_a_post_that_imitates_the_section_list_in_its_title_changes_nothing() -> None:
    fake = 'naver.search.section = {"main": [{"area": "ugB_zzR"}]}; __APOLLO_STATE__ = {"ROOT_QUERY": {}}'
    area = post_area("ugB_bsR", [Post("https://blog.naver.com/somebody/224253557960", title=fake)])

    reading = read(integrated_page(KEYWORD, area))

    assert reading.presence == {
        Kind.PLACE: Presence.ABSENT,
        Kind.BLOG: Presence.PRESENT,
        Kind.CAFE: Presence.PRESENT,
    }


@pytest.mark.parametrize("kept", ["data-slog-id", "data-slog-container", "data-laim-exp-id"])
def test_a_mobile_page_without_a_list_is_read_by_any_mark_of_its_areas(kept: str) -> None:
    page = integrated_page(KEYWORD, PLACES, POSTS, list_areas=False, pack="ct")
    for mark in {"data-slog-id", "data-slog-container", "data-laim-exp-id"} - {kept}:
        page = page.replace(mark, "data-zzz")

    reading = read(page, device=Device.MOBILE)

    assert reading.presence == dict.fromkeys(Kind, Presence.PRESENT)
    assert [card.area for card in reading.cards] == ["nmb_rnk", "ugB_bsR"]


def test_a_mobile_page_without_a_list_of_its_areas_is_read_by_the_marks_of_the_areas() -> None:
    page = integrated_page(KEYWORD, PLACES, POSTS, list_areas=False, pack="ct")

    mobile = read(page, device=Device.MOBILE)

    assert mobile.presence == dict.fromkeys(Kind, Presence.PRESENT)
    assert any("areas marked" in fact for fact in mobile.evidence)
    assert read(page).verdict is PageVerdict.LAYOUT_UNKNOWN
    cut = page.replace('<div class="_scrollLogEndline"></div>', "").replace('<div id="footer"></div>', "")
    assert read(cut, device=Device.MOBILE).verdict is PageVerdict.TRUNCATED
    paid = integrated_page(KEYWORD, other_area("pwl_nop"), list_areas=False, pack="ct")
    assert read(paid, device=Device.MOBILE).verdict is PageVerdict.LAYOUT_UNKNOWN


def test_the_question_that_the_page_keeps_for_its_own_log_counts_too() -> None:
    said = f'<script>var g_query = "{KEYWORD}";</script></head>'
    page = integrated_page("x", POSTS).replace("</head>", said)

    assert read(page).verdict is PageVerdict.RECOGNISED


@pytest.mark.parametrize(
    ("device", "host"), [(Device.PC, "https://m.search.naver.com"), (Device.MOBILE, "https://search.naver.com")]
)
def test_a_page_from_the_other_devices_host_is_not_this_devices_page(device: Device, host: str) -> None:
    served = serve(GOOD, final_url=f"{host}/search.naver?query={KEYWORD}")

    reading = read_page(served, key_of(device=device))

    assert reading.verdict is PageVerdict.LAYOUT_UNKNOWN
    assert any(f"which is not for {device}" in fact for fact in reading.evidence)


@pytest.mark.parametrize(("where", "is_read"), [("nexearch", True), ("m", True), ("blog", False), ("m_view", False)])
def test_a_page_that_names_no_tab_is_what_its_search_form_asks_for(*, where: str, is_read: bool) -> None:
    page = GOOD.replace("<form>", f'<form><input type="hidden" name="where" value="{where}">')

    assert read(page).verdict.is_readable is is_read
