"""A pasted link → the identity that is looked for."""

import re

from sunwi.domain.tracking import Kind, Target
from sunwi.errors import InvalidInput
from sunwi.sites.naver.links import link_rules
from sunwi.sites.naver.links.links import Link, LinkForm, identify_link, quote_link, read_link

__all__ = ["ALLOWED_REDIRECT_HOSTS", "identify_link", "is_short_link", "parse_target"]

#: Where a shortened link may lead on its way to a place or a post, and where it may end.
ALLOWED_REDIRECT_HOSTS = frozenset(
    {
        *("naver.me", "link.naver.com", "app.map.naver.com"),
        *link_rules.MAP_HOSTS,
        *link_rules.PLACE_HOSTS,
        *link_rules.STORE_HOSTS,
        *link_rules.BLOG_HOSTS,
        *link_rules.CAFE_HOSTS,
        *link_rules.INFLUENCER_HOSTS,
    }
)

_FORMS = {
    Kind.PLACE: {LinkForm.PLACE},
    Kind.BLOG: {LinkForm.BLOG_POST, LinkForm.INFLUENCER_POST},
    Kind.CAFE: {LinkForm.CAFE_POST},
}
_WANTED = {
    Kind.PLACE: "open the business on Naver Map and paste the address of its page",
    Kind.BLOG: "open the blog post itself and paste its address, like https://blog.naver.com/<id>/<number>",
    Kind.CAFE: "open the cafe post itself and paste its address, like https://cafe.naver.com/<cafe>/<number>",
}
_KOREAN_WANTED = {
    Kind.PLACE: "네이버 지도에서 업체를 열고 그 페이지의 주소를 붙여 넣으세요",
    Kind.BLOG: "블로그 글을 열고 그 주소를 붙여 넣으세요 (https://blog.naver.com/<아이디>/<번호>)",
    Kind.CAFE: "카페 글을 열고 그 주소를 붙여 넣으세요 (https://cafe.naver.com/<카페>/<번호>)",
}
_KOREAN_KINDS = {Kind.PLACE: "플레이스", Kind.BLOG: "블로그", Kind.CAFE: "카페"}
#: Of a page's name: an account, and what may be the number of a post.
_LIKE_POST = re.compile(r"^web:[^/]+/([^/]+)/[0-9]+$", re.ASCII)
_KIND_OF_FORM = {form: kind for kind, forms in _FORMS.items() for form in forms}
#: What a link names, in English and in Korean.
_NAMED = {
    LinkForm.PLACE: ("a place", "업체"),
    LinkForm.BLOG_POST: ("a blog post", "블로그 글"),
    LinkForm.INFLUENCER_POST: ("an influencer's blog post", "인플루언서 글"),
    LinkForm.CAFE_POST: ("a cafe post", "카페 글"),
    LinkForm.CLIP: ("a Naver clip, which has no rank in the post blocks", "순위가 없는 네이버 클립"),
    LinkForm.MAP_PAGE: ("a Naver Map or place page without a place number", "업체 번호가 없는 지도나 플레이스 페이지"),
    LinkForm.BLOG_PAGE: ("a blog without a post number", "글 번호가 없는 블로그"),
    LinkForm.CAFE_PAGE: ("a cafe without a post number", "글 번호가 없는 카페"),
    LinkForm.INFLUENCER_PAGE: ("an influencer's page without a post number", "글 번호가 없는 인플루언서 페이지"),
    LinkForm.NAVER_UTILITY_PAGE: (
        "a search, advertising or sign-in page of Naver",
        "네이버의 검색, 광고, 로그인 페이지",
    ),
    LinkForm.NAVER_PAGE: ("a page of Naver that is no place and no post", "업체도 글도 아닌 네이버 페이지"),
}


def parse_target(kind: Kind, url: str) -> Target:
    """Read the identity of a place or post off a link that someone pasted.

    Args:
        kind: What the link is said to name.
        url: Any of the address forms that Naver gives out, with or without scheme and trailing parts.

    Raises:
        InvalidInput: The link cannot name a target of this kind; the message repeats the link and
            says what to paste instead.

    Source: docs/naver.md, link forms.
    """
    link = read_link(url)
    if link.form in _FORMS[kind]:
        return Target(kind, link.id)
    raise _refusal(kind, url.strip(), link)


def is_short_link(url: str) -> bool:
    """Whether a pasted link is one of Naver's shortened ones, which name nothing until a browser has followed them."""
    try:
        link = read_link(url)
    except InvalidInput:
        return False
    return link.form is LinkForm.SHORT and link.id.rpartition("/")[2] != ""


def _refusal(kind: Kind, url: str, link: Link) -> InvalidInput:
    shown, wanted, korean_wanted = quote_link(url), _WANTED[kind], _KOREAN_WANTED[kind]
    if link.form is LinkForm.SHORT:
        return InvalidInput(
            f"{shown} is a shortened link and does not say what it leads to: "
            "open it and paste the address that the browser then shows",
            korean=f"대상 URL {shown}: 단축 주소입니다. 열어서 브라우저에 보이는 주소를 붙여 넣으세요",
        )
    if link.form is LinkForm.FOREIGN:
        like, korean_like = "", ""
        if "naver" in link.host:
            like, korean_like = " although it looks like it", " (비슷해 보이는 다른 곳)"
        return InvalidInput(
            f"{shown} leads to {link.host}, which is not Naver{like}: {wanted}",
            korean=f"대상 URL {shown}: 네이버가 아닌 {link.host} 주소입니다{korean_like}. {korean_wanted}",
        )
    named, korean_named = _of_wrong_account(link) or _NAMED[link.form]
    if link.form in _KIND_OF_FORM:
        right = _KIND_OF_FORM[link.form]
        change = f"유형을 {_KOREAN_KINDS[right]}(으)로 바꾸거나, {korean_wanted}"
        return InvalidInput(
            f"{shown} names {named}, not a {kind.value} target: choose kind {right.value}, or {wanted}",
            korean=f"대상 URL {shown}: {korean_named} 주소입니다. {change}",
        )
    return InvalidInput(
        f"{shown} names {named}: {wanted}", korean=f"대상 URL {shown}: {korean_named} 주소입니다. {korean_wanted}"
    )


def _of_wrong_account(link: Link) -> tuple[str, str] | None:
    """Report that it is the account that is no good, of what reads like a post otherwise."""
    found = _LIKE_POST.search(link.id) if link.form in {LinkForm.BLOG_PAGE, LinkForm.CAFE_PAGE} else None
    if found is None or found[1].lower() in link_rules.NO_ACCOUNTS or link_rules.is_account(found[1].lower()):
        return None
    shown = quote_link(found[1])
    return (
        f"a post of the id {shown}, which is none of Naver's (2 to 40 letters, digits, _ or -)",
        f"네이버 아이디가 아닌 {shown}의 글 (아이디는 영문, 숫자, _, - 로 2~40자)",
    )
