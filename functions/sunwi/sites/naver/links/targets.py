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
#: Of a page's name: an account, and what may be the number of a post.
_LIKE_POST = re.compile(r"^web:[^/]+/([^/]+)/[0-9]+$", re.ASCII)
_KIND_OF_FORM = {form: kind for kind, forms in _FORMS.items() for form in forms}
#: What a link names.
_NAMED = {
    LinkForm.PLACE: "a place",
    LinkForm.BLOG_POST: "a blog post",
    LinkForm.INFLUENCER_POST: "an influencer's blog post",
    LinkForm.CAFE_POST: "a cafe post",
    LinkForm.CLIP: "a Naver clip, which has no rank in the post blocks",
    LinkForm.MAP_PAGE: "a Naver Map or place page without a place number",
    LinkForm.BLOG_PAGE: "a blog without a post number",
    LinkForm.CAFE_PAGE: "a cafe without a post number",
    LinkForm.INFLUENCER_PAGE: "an influencer's page without a post number",
    LinkForm.NAVER_UTILITY_PAGE: "a search, advertising or sign-in page of Naver",
    LinkForm.NAVER_PAGE: "a page of Naver that is no place and no post",
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
    shown, wanted = quote_link(url), _WANTED[kind]
    if link.form is LinkForm.SHORT:
        return InvalidInput(
            f"{shown} is a shortened link and does not say what it leads to: "
            "open it and paste the address that the browser then shows",
            code="link_shortened",
            link=url,
        )
    if link.form is LinkForm.FOREIGN:
        return _refusal_of_foreign(kind, url, link.host)
    if account := _wrong_account(link):
        return InvalidInput(
            f"{shown} names a post of the id {quote_link(account)}, which is none of Naver's (2 to 40 letters, digits, "
            f"_ or -): {wanted}",
            code="link_of_no_account",
            link=url,
            account=account,
            kind=kind,
        )
    named = _NAMED[link.form]
    if link.form in _KIND_OF_FORM:
        right = _KIND_OF_FORM[link.form]
        return InvalidInput(
            f"{shown} names {named}, not a {kind.value} target: choose kind {right.value}, or {wanted}",
            code="link_of_other_kind",
            link=url,
            form=link.form,
            right_kind=right,
            kind=kind,
        )
    return InvalidInput(
        f"{shown} names {named}: {wanted}", code="link_of_no_target", link=url, form=link.form, kind=kind
    )


def _refusal_of_foreign(kind: Kind, url: str, host: str) -> InvalidInput:
    if "naver" in host:
        return InvalidInput(
            f"{quote_link(url)} leads to {host}, which is not Naver although it looks like it: {_WANTED[kind]}",
            code="link_looks_like_naver",
            link=url,
            host=host,
            kind=kind,
        )
    return InvalidInput(
        f"{quote_link(url)} leads to {host}, which is not Naver: {_WANTED[kind]}",
        code="link_foreign",
        link=url,
        host=host,
        kind=kind,
    )


def _wrong_account(link: Link) -> str | None:
    """Return the account, where it alone is no good of what reads like a post otherwise."""
    found = _LIKE_POST.search(link.id) if link.form in {LinkForm.BLOG_PAGE, LinkForm.CAFE_PAGE} else None
    if found is None or found[1].lower() in link_rules.NO_ACCOUNTS or link_rules.is_account(found[1].lower()):
        return None
    return found[1]
