from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.tracking import Kind
from sunwi.errors import InvalidInput
from sunwi.sites.naver.links.links import find_link, read_link
from sunwi.sites.naver.links.targets import ALLOWED_REDIRECT_HOSTS, identify_link, is_short_link, parse_target

PLACE = "1648862917"
POST = "blog:somebody/224253557960"
ARTICLE = "cafe:pusanmommy/1445556"

PLACES = [
    "https://map.naver.com/p/search/%EA%B9%80%EB%B0%A5/place/1648862917?placePath=%3Fbk_query%3D1234567890",
    "https://map.naver.com/p/search/김밥/place/1648862917",
    "https://map.naver.com/p/search/1234567890/place/1648862917",
    "https://map.naver.com/p/search/place/place/1648862917",
    "https://map.naver.com/p/entry/place/1648862917?lng=127.1&lat=37.1&entry=pll",
    "https://map.naver.com/v5/entry/place/1648862917",
    "https://map.naver.com/v5/search/%EA%B9%80/place/1648862917?c=15,0,0,0,dh",
    "https://m.place.naver.com/restaurant/1648862917/home?entry=pll&bk_query=x",
    "https://m.place.naver.com/place/1648862917/review/visitor?reviewId=9999999999",
    "https://m.place.naver.com/share?id=1648862917&tabsPath=%2Fhome",
    "https://pcmap.place.naver.com/cafe/1648862917/menu",
    "https://pcmap.place.naver.com/hairshop/1648862917",
    "https://pcmap.place.naver.com/hospital/1648862917",
    "https://pcmap.place.naver.com/entry/place/1648862917",
    "https://pcmap.place.naver.com/place/list?placeId=1648862917",
    "https://map.naver.com/?pinType=site&pinId=1648862917",
    "https://map.naver.com/local/siteview.nhn?code=1648862917",
    "https://store.naver.com/restaurants/detail?id=1648862917",
    "HTTPS://M.PLACE.NAVER.COM/restaurant/1648862917",
    "m.place.naver.com/restaurant/1648862917",
    "//m.place.naver.com/restaurant/1648862917",
    "  http://m.place.naver.com:80/restaurant/1648862917#home  ",
    "https://m.place.naver.com./restaurant/1648862917",
    "https://m.place.naver.com/beauty/1648862917/stylist?theme=place",
    "https://m.place.naver.com/accommodation/1648862917/room",
    "https://place.naver.com/restaurant/1648862917",
    "https://pcmap.place.naver.com/restaurant/1648862917/home?from=map&fromPanelNum=2&ts=1700000000000",
    "https://map.naver.com/p/entry/place/1648862917?c=15.00,0,0,0,dh&placePath=%2Freview",
    "https://map.naver.com/p/search/%EC%B9%98%EA%B3%BC/place/1648862917?c=12.00,0,0,0,dh&isCorrectAnswer=true",
    "https://m.map.naver.com/p/entry/place/1648862917",
]
POSTS = [
    "https://blog.naver.com/somebody/224253557960",
    "http://blog.naver.com/SomeBody/224253557960",
    "blog.naver.com/somebody/224253557960/",
    "https://m.blog.naver.com/somebody/224253557960?referrerCode=1#comments",
    "https://blog.naver.com/PostView.naver?blogId=somebody&logNo=224253557960&categoryNo=0",
    "https://blog.naver.com/PostView.nhn?blogId=SomeBody&logNo=224253557960",
    "https://m.blog.naver.com/PostView.naver?blogId=somebody&amp;logNo=224253557960",
    "https://blog.naver.com/somebody?Redirect=Log&logNo=224253557960",
    "HTTPS://BLOG.NAVER.COM/somebody/224253557960",
    "https://blog.naver.com/%73omebody/224253557960",
    "https://m.blog.naver.com/PostView.nhn?logNo=224253557960&blogId=somebody&proxyReferer=",
    "https://blog.naver.com/PostView.naver?BlogId=somebody&LogNo=224253557960#",
    "http://m.blog.naver.com/somebody/224253557960?trackingCode=rss",
    "https://blog.naver.com./somebody/224253557960",
]
ARTICLES = [
    "https://cafe.naver.com/pusanmommy/1445556",
    "https://cafe.naver.com/PusanMommy/1445556?art=ZXh0ZXJuYWw.abc",
    "http://m.cafe.naver.com/pusanmommy/1445556",
    "https://m.cafe.naver.com/ca-fe/pusanmommy/1445556",
    "https://m.cafe.naver.com/ca-fe/web/cafes/pusanmommy/articles/1445556?useCafeId=false",
    "https://cafe.naver.com/pusanmommy/1445556%3Fart%3DZXh0",
    "https://cafe.naver.com/pusanmommy%2F1445556",
    "https://cafe.naver.com/pusanmommy%252F1445556%253Fart%253DZXh0",
    "https://m.cafe.naver.com/ca-fe/web/cafes/pusanmommy/articles/1445556%3FfromList%3Dtrue",
    "https://cafe.naver.com/pusanmommy?iframe_url_utf8=%2FArticleRead.nhn%253Fclubid%3D28707025%2526articleid%3D1445556",
    "https://cafe.naver.com/pusanmommy.cafe?iframe_url=/ArticleRead.nhn%3Fclubid=28707025%26articleid=1445556",
]
NUMBERED_ARTICLES = [
    "https://cafe.naver.com/ArticleRead.nhn?clubid=28707025&articleid=1445556",
    "https://m.cafe.naver.com/ArticleRead.naver?clubid=28707025&articleid=1445556&boardtype=L",
    "https://cafe.naver.com/ca-fe/cafes/28707025/articles/1445556",
    "https://m.cafe.naver.com/ca-fe/web/cafes/28707025/articles/1445556?fromList=true",
    "https://cafe.naver.com/f-e/cafes/28707025/articles/1445556?boardtype=L&menuid=1",
    "https://cafe.naver.com/ArticleRead.nhn?articleid=1445556&clubid=28707025&search.query=x",
    "http://m.cafe.naver.com/ca-fe/cafes/28707025/articles/1445556?art=ZXh0.abc",
]
INFLUENCER_POSTS = [
    "https://in.naver.com/Somebody/contents/internal/944975898978048?areacode=itb",
    "https://m.in.naver.com/somebody/contents/internal/944975898978048",
    "https://in.naver.com/somebody/contents/external/944975898978048?query=x",
    "in.naver.com/somebody/contents/944975898978048",
]
KNOWN = [*PLACES, *POSTS, *ARTICLES, *NUMBERED_ARTICLES, *INFLUENCER_POSTS]


@pytest.mark.parametrize("url", PLACES)
def test_every_form_of_a_place_link_names_the_same_place(url: str) -> None:
    assert parse_target(Kind.PLACE, url).id == PLACE


@pytest.mark.parametrize("url", POSTS)
def test_every_form_of_a_blog_link_names_the_same_post(url: str) -> None:
    assert parse_target(Kind.BLOG, url).id == POST


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        ("https://in.naver.com/some.body.v/contents/internal/944975898978048", "in:some.body.v/944975898978048"),
        ("https://blog.naver.com/_some_body_/224253557960", "blog:_some_body_/224253557960"),
    ],
)
def test_names_of_authors_may_have_full_stops_or_start_with_a_line(url: str, identity: str) -> None:
    assert parse_target(Kind.BLOG, url).id == identity


@pytest.mark.parametrize("url", ARTICLES)
def test_every_form_of_a_cafe_link_names_the_same_post(url: str) -> None:
    assert parse_target(Kind.CAFE, url).id == ARTICLE


@pytest.mark.parametrize("url", NUMBERED_ARTICLES)
def test_a_cafe_link_that_has_only_the_cafes_number_keeps_that_number(url: str) -> None:
    assert parse_target(Kind.CAFE, url).id == "cafe:28707025/1445556"


@pytest.mark.parametrize("url", INFLUENCER_POSTS)
def test_an_influencers_post_has_an_identity_of_its_own(url: str) -> None:
    assert parse_target(Kind.BLOG, url).id == "in:somebody/944975898978048"


SHORT_LINKS = ["https://naver.me/5xYzAbCd", "naver.me/5xYzAbCd?x=1", "HTTP://NAVER.ME/G1", "//naver.me/abc#x"]


@pytest.mark.parametrize("url", SHORT_LINKS)
def test_a_shortened_link_is_known_as_one_and_names_nothing_itself(url: str) -> None:
    assert is_short_link(url)
    for kind in Kind:
        with pytest.raises(InvalidInput, match="shortened link"):
            parse_target(kind, url)


@pytest.mark.parametrize(
    "url",
    ["https://naver.me", "https://naver.me/", "https://naver.me.evil.kr/abc", "https://evil.kr/naver.me/abc", "", "x",
     "https://naver.me:8080/abc", "ftp://naver.me/abc", "https://blog.naver.com/somebody/224253557960"],
)  # fmt: skip
def test_no_other_link_is_taken_for_a_shortened_one(url: str) -> None:
    assert not is_short_link(url)


def test_a_shortened_link_may_lead_to_every_site_that_has_targets_and_to_no_other() -> None:
    hosts = {urlsplit(url if "://" in url else f"https://{url.strip().removeprefix('//')}").hostname for url in KNOWN}

    assert {str(host).rstrip(".") for host in hosts} <= ALLOWED_REDIRECT_HOSTS
    assert all(host == "naver.me" or host.endswith(".naver.com") for host in ALLOWED_REDIRECT_HOSTS)
    assert not any("ader" in host or "nid" in host for host in ALLOWED_REDIRECT_HOSTS)


@pytest.mark.parametrize("url", [*PLACES, *POSTS, *ARTICLES, *NUMBERED_ARTICLES])
def test_a_result_link_is_named_by_the_same_rules_as_a_pasted_one(url: str) -> None:
    kind = Kind.PLACE if url in PLACES else Kind.BLOG if url in POSTS else Kind.CAFE

    assert url.startswith(("m.", "blog", " ")) or identify_link(url) == parse_target(kind, url).id


REFUSED = [
    (Kind.PLACE, "", "the link is empty"),
    (Kind.PLACE, "   ", "the link is empty"),
    (Kind.PLACE, "https://naver.me/5xYzAbCd", "open it and paste"),
    (Kind.PLACE, "https://map.naver.com/p/search/12345678", "without a place number"),
    (Kind.PLACE, "https://map.naver.com/p/search/place/12345678", "without a place number"),
    (Kind.PLACE, "https://map.naver.com/p/entry/address/14141414", "without a place number"),
    (Kind.PLACE, "https://map.naver.com/p/bus-station/12345678", "without a place number"),
    (Kind.PLACE, "https://map.naver.com/p?c=15.00,0,0,0,dh&id=1648862917", "without a place number"),
    (Kind.PLACE, "https://m.place.naver.com/place/list?query=x&id=1648862917", "without a place number"),
    (Kind.PLACE, "https://m.place.naver.com/place/12345", "without a place number"),
    (Kind.PLACE, "https://m.place.naver.com/place/１６４８８６２９１７", "without a place number"),
    (Kind.PLACE, "https://pcmap.place.naver.com/place?placeId=1648862917&placeId=1648862918", "without a place"),
    (Kind.PLACE, "https://blog.naver.com/somebody/224253557960", "choose kind blog"),
    (Kind.PLACE, "https://cafe.naver.com/pusanmommy/1445556", "choose kind cafe"),
    (Kind.BLOG, "https://m.place.naver.com/restaurant/1648862917", "choose kind place"),
    (Kind.CAFE, "https://in.naver.com/x1/contents/internal/944975898978048", "choose kind blog"),
    (Kind.BLOG, "https://blog.naver.com/somebody", "without a post number"),
    (Kind.BLOG, "https://blog.naver.com", "without a post number"),
    (Kind.BLOG, "https://blog.naver.com/a/223456789012", "a post of the id 'a', which is none of Naver's"),
    (Kind.CAFE, "https://cafe.naver.com/a/223456789", "a post of the id 'a', which is none of Naver's"),
    (Kind.BLOG, "https://blog.naver.com/somebody/12", "without a post number"),
    (Kind.BLOG, "https://blog.naver.com/PostList.naver?blogId=somebody", "without a post number"),
    (Kind.BLOG, "https://blog.naver.com/somebody/٢٢٤٢٥٣٥٥٧٩٦٠", "without a post number"),
    (Kind.BLOG, "https://in.naver.com/somebody", "without a post number"),
    (Kind.BLOG, "https://blog.naver.com/clip/12345678", "clip"),
    (Kind.BLOG, "https://clip.naver.com/@somebody/12345678", "clip"),
    (Kind.CAFE, "https://cafe.naver.com/pusanmommy", "without a post number"),
    (Kind.CAFE, "https://cafe.naver.com/ca-fe/cafes/28707025", "without a post number"),
    (Kind.BLOG, "https://kin.naver.com/qna/detail.naver?docId=1", "no place and no post"),
    (Kind.BLOG, "https://search.naver.com/search.naver?query=x", "search, advertising or sign-in"),
    (Kind.BLOG, "https://ader.naver.com/v1/abc", "search, advertising or sign-in"),
    (Kind.BLOG, "https://example.com/somebody/224253557960", "which is not Naver:"),
    (Kind.BLOG, "https://blog.naver.com.evil.kr/somebody/224253557960", "looks like it"),
    (Kind.BLOG, "https://evilnaver.com/somebody/224253557960", "looks like it"),
    (Kind.BLOG, "https://blog-naver.com/somebody/224253557960", "looks like it"),
    (Kind.BLOG, "https://blog.naver.com@evil.kr/somebody/224253557960", "can hide where it leads"),
    (Kind.BLOG, "https://user:pw@blog.naver.com/somebody/224253557960", "can hide where it leads"),
    (Kind.BLOG, "https://evil.kr\\@blog.naver.com/somebody/224253557960", "can hide where it leads"),
    (Kind.BLOG, "https://bloɡ.naver.com/somebody/224253557960", "no usable host name"),
    (Kind.BLOG, "https://blog.naver.com:8080/somebody/224253557960", "names port 8080"),
    (Kind.BLOG, "javascript:alert(1)", "has the scheme 'javascript'"),
    (Kind.PLACE, "nmap://place?id=1648862917", "has the scheme 'nmap'"),
    (Kind.BLOG, "ftp://blog.naver.com/somebody/224253557960", "has the scheme 'ftp'"),
    (Kind.BLOG, "https://[::1/somebody", "not a web address"),
    (Kind.BLOG, "https://blog.naver.com:99999/somebody/224253557960", "not a web address"),
    (Kind.BLOG, "somebody/224253557960", "no usable host name"),
    (Kind.BLOG, "224253557960", "no usable host name"),
    (Kind.BLOG, "see https://blog.naver.com/somebody/224253557960", "one address alone"),
    (Kind.BLOG, "https://blog.naver.com/some\u200bbody/224253557960", "one address alone"),
    (Kind.BLOG, "https://blog.naver.com/" + "x" * 10_000, "10023 characters"),
]


def test_the_tables_hold_as_many_forms_as_are_promised() -> None:
    assert len(set(KNOWN)) >= 60
    assert len(set(REFUSED)) >= 40


@pytest.mark.parametrize(("kind", "url", "says"), REFUSED)
def test_a_link_that_names_no_target_is_refused_with_the_link_and_the_remedy(kind: Kind, url: str, says: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_target(kind, url)

    message = str(refused.value)
    assert says in message
    assert "paste" in message or "copy" in message
    assert len(message) < 500
    if url.strip():
        assert url.strip()[:12].encode("unicode_escape").decode()[:6] in message


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        ("https://namu.wiki/w/%EA%B9%80%EB%B0%A5#s-1", "web:namu.wiki/w/%EA%B9%80%EB%B0%A5"),
        ("http://Example.com", "web:example.com/"),
        ("https://blog.naver.com/somebody", "web:blog.naver.com/somebody"),
        ("https://kin.naver.com/qna/detail.naver?docId=1", "web:kin.naver.com/qna/detail.naver"),
        ("  https://blog.naver.com/somebody/224253557960\n", "blog:somebody/224253557960"),
        (
            "https://m.search.naver.com/p/crd/rd?p=x&px=1&u=https%3A%2F%2Fblog.naver.com%2Fsomebody%2F224253557960&r=1",
            "blog:somebody/224253557960",
        ),
        (
            "https://cr3.naver.com/rd?r=1&u=http%3A%2F%2Fcafe.naver.com%2Fpusanmommy%2F1445556",
            "cafe:pusanmommy/1445556",
        ),
        ("https://link.naver.com/bridge?url=https%3A%2F%2Fm.place.naver.com%2Fcafe%2F1648862917%2Fhome", "1648862917"),
        ("https://cr.naver.com/rd?u=https%3A%2F%2Fader.naver.com%2Fv1%2Fabc", None),
        ("https://search.naver.com/p/crd/rd?u=javascript%3Aalert(1)", None),
        ("https://cr.naver.com/rd?u=https%3A%2F%2F%5Bbroken", None),
        ("https://keep.naver.com/", None),
        ("https://ader.naver.com/v1/abc", None),
        ("https://adcr.naver.com/adcr?x=1", None),
        ("https://search.naver.com/search.naver?query=x", None),
        ("?page=2", None),
        ("#", None),
        ("javascript:void(0)", None),
        ("https://[broken/", None),
    ],
)
def test_other_result_links_are_named_by_site_and_path(url: str, identity: str | None) -> None:
    assert identify_link(url) == identity


ACCOUNTS = st.from_regex(r"[a-z0-9][a-z0-9_-]{2,18}", fullmatch=True).filter(
    lambda name: name not in {"clip", "market", "section", "prologue", "ca-fe", "f-e"}
)
NUMBERS = st.integers(10_000, 999_999_999_999).map(str)


@given(account=ACCOUNTS, number=NUMBERS, tail=st.sampled_from(["", "/", "?a=1", "#x", "/trailing?b=2"]), data=st.data())
def test_equivalent_forms_of_a_post_are_one_identity(account: str, number: str, tail: str, data: st.DataObject) -> None:
    host = data.draw(st.sampled_from(["blog.naver.com", "m.blog.naver.com", "BLOG.Naver.com"]))
    scheme = data.draw(st.sampled_from(["https://", "http://", "", "//"]))
    written = data.draw(st.sampled_from([account, account.upper()]))

    assert parse_target(Kind.BLOG, f"{scheme}{host}/{written}/{number}{tail}").id == f"blog:{account}/{number}"


@given(
    head=st.sampled_from(["https://", "http://", "//"]),
    host=st.sampled_from(["blog.naver.com", "m.blog.naver.com", "cafe.naver.com", "m.cafe.naver.com"]),
    account=ACCOUNTS | st.sampled_from(["clip", "ca-fe", "f-e", "market", "PostView.naver"]),
    number=st.integers(0, 10**16).map(str),
    tail=st.text(alphabet="/?#&=@\\a1. %é\u200b", max_size=12),
)
def test_the_short_way_over_usual_links_names_what_the_long_way_does(
    head: str, host: str, account: str, number: str, tail: str
) -> None:
    url = f"{head}{host}/{account}/{number}{tail}"
    try:
        link = read_link(url)
    except InvalidInput:
        link = None

    assert find_link(url) == link


@given(st.text(max_size=300) | st.text(alphabet="htps:/.@naverblogcfmp[]%?&=0123456789\\", max_size=80))
def test_no_text_makes_the_rules_fail_in_another_way_than_refusing(text: str) -> None:
    link = find_link(text)
    for kind in Kind:
        try:
            target = parse_target(kind, text)
        except InvalidInput:
            continue
        assert link is None or link.id == target.id


@given(
    st.sampled_from(["https://blog.naver.com/", "https://cafe.naver.com/", "https://map.naver.com/p/", "https://"]),
    st.text(max_size=120),
)
def test_no_tail_makes_the_rules_fail_in_another_way_than_refusing(head: str, tail: str) -> None:
    link = find_link(head + tail)

    assert link is None or link.id.partition(":")[0] in {"blog", "cafe", "in", "web"} or link.id.isdecimal()
