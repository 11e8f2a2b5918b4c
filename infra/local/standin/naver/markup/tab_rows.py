"""Rows of the blog tab and the cafe tab, in each of Naver's builds, and what stands between them."""

import re
from html import escape

from infra.local.standin.naver import words
from infra.local.standin.naver.draw import Draw
from infra.local.standin.naver.items import BlogPost, CafePost, Post
from infra.local.standin.naver.markup.elements import INLINE, VERTICAL, div, icon, image, link, mark, on_mobile, text
from infra.local.standin.naver.markup.post_card import Slot, home_url, post_card, result_url
from infra.local.standin.naver.tabs import AREAS, Build
from infra.local.standin.naver.truth.truth import AreaKind
from sunwi.domain.tracking import Device, Surface

_POST_LINK = re.compile(
    r'<a nocr="1" href="([^"]*)" class="([^"]*)" target="_blank" data-heatmap-target="\.link">(.*?)</a>'
)
#: A page has these between its rows: after so many of them, what.
_BETWEEN = {3: "powerlink", 9: "clip", 14: "paid", 22: "paid"}


def tab_rows(posts: list[Post], asked: tuple[Surface, Device, str], build: Build, start: int) -> str:
    """Write the rows of one page, with advertising and clips between them.

    Args:
        posts: Of the page, in order; a further link within a row is one of another post.
        asked: Surface, device and keyword.
        build: Whose markup.
        start: Number of the first post, from 1.
    """
    surface, device, keyword = asked
    slots = [
        Slot(
            kind=AreaKind.POPULAR,
            code=AREAS[surface],
            rank=start + place,
            keyword=keyword,
            device="desk" if device is Device.PC else "mo",
        )
        for place in range(len(posts))
    ]
    pieces: list[str] = []
    for place, (post, slot) in enumerate(zip(posts, slots, strict=True)):
        if sort := _BETWEEN.get(place):
            pieces.append(between(sort, keyword, build, start))
        pieces.append(_row(post, slot, build))
    rows = "".join(pieces)
    return on_mobile(rows) if device is Device.MOBILE else rows


def _row(post: Post, slot: Slot, build: Build) -> str:
    if build is Build.LISTED:
        return listed_row(post, slot)
    card = post_card(post, slot)
    if build is Build.REACT:
        return card
    return _POST_LINK.sub(r'<button type="button" data-url="\1" class="\2">\3</button>', card)


def listed_row(post: Post, slot: Slot) -> str:
    """Write a row of the older build: a list item with a link for title, passage and picture."""
    draw = Draw("row", post.id)
    url, home = escape(result_url(post, slot)), escape(home_url(post, slot))
    title, passage = mark(post.title, slot.keyword), mark(words.passage(draw, slot.keyword), slot.keyword)
    picture = image(f"https://files.standin.example/{draw.token(60)}")
    thumbnail = f'<a href="{url}" class="thumb_link" target="_blank">{picture}</a>' if draw.chance(80) else ""
    return (
        f'<li class="bx" id="sp_{"cafe" if isinstance(post, CafePost) else "blog"}_{slot.rank}" '
        f'data-cr-rank="{slot.rank}"><div class="view_wrap">{_user(post, home, url)}<div class="detail_box"><div '
        f'class="title_area"><a href="{url}" class="title_link" target="_blank">{title}</a></div><div class="dsc_area">'
        f'<a href="{url}" class="dsc_link" target="_blank">{passage}</a></div>{thumbnail}</div>{_after(post, slot)}'
        "</div></li>"
    )


def _user(post: Post, home: str, url: str) -> str:
    """Write the author's line, with the button that names the post."""
    draw = Draw("user", post.id)
    picture = image(f"https://profile.standin.example/{draw.token(40)}", 24)
    return (
        f'<div class="user_box"><div class="user_box_inner"><a href="{home}" class="user_thumb" target="_blank">'
        f'{picture}</a><div class="user_info"><a href="{home}" class="name" target="_blank">'
        f'{escape(post.author, quote=False)}</a><span class="sub">{words.day(draw)}</span></div></div><div '
        f'class="save_area"><button type="button" '
        f'class="btn_save _keep_trigger" data-url="{url}" aria-pressed="false">{icon(20)}</button></div></div>'
    )


def _after(post: Post, slot: Slot) -> str:
    """Write further posts of the same author, and replies, which lead to the very same post."""
    draw = Draw("after", post.id)
    others = "".join(
        f'<a href="{escape(result_url(other, slot))}" class="series_link" target="_blank">{escape(other.title)}</a>'
        for other in post.bundled
        if isinstance(other, BlogPost | CafePost)
    )
    replies = ""
    if isinstance(post, CafePost) and draw.chance(50):
        reply = escape(words.passage(draw, slot.keyword, 1))
        replies = (
            f'<div class="reply_area"><a href="{escape(result_url(post, slot))}" class="reply_link">{reply}</a></div>'
        )
    return replies + (f'<div class="series_area">{others}</div>' if others else "")


def between(sort: str, keyword: str, build: Build, start: int) -> str:
    """Write what stands between rows and is none: paid links, a paid row, a strip of clips."""
    draw = Draw("between", sort, keyword, start)
    match sort:
        case "powerlink":
            content = _powerlink(draw, keyword)
        case "clip":
            content = _clips(draw, keyword)
        case _:
            return _paid_row(draw, keyword, build)
    return f'<li class="bx type_{sort}">{content}</li>' if build is Build.LISTED else div(content, VERTICAL)


def _powerlink(draw: Draw, keyword: str) -> str:
    links = "".join(
        f'<li class="lst"><a href="{_ad_url(draw)}" class="lnk_head" target="_blank">'
        f'{escape(words.title(draw, keyword))}</a><span class="lnk_url">{words.account(draw)}.example</span></li>'
        for _ in range(3)
    )
    return (
        '<div class="ad_section sp_power_ad" id="power_ad_body"><h2 class="title">파워링크<span>광고</span></h2>'
        f'<ul class="lst_type">{links}</ul></div>'
    )


def _clips(draw: Draw, keyword: str) -> str:
    cards = "".join(
        f'<a href="https://blog.naver.com/clip/{draw.number(10**6, 10**7)}" class="clip_link" target="_blank">'
        f"{image(f'https://clip.standin.example/{draw.token(20)}.jpg', 180)}{escape(words.title(draw, keyword))}</a>"
        for _ in range(4)
    )
    return f'<div class="clip_area" data-meta-area="vdB_cpC"><h2 class="title">네이버 클립</h2>{cards}</div>'


def _paid_row(draw: Draw, keyword: str, build: Build) -> str:
    """Write a row that looks like a post: its author's page is a blog, and all else goes through Naver's ad host."""
    url, blog = _ad_url(draw), f"https://blog.naver.com/{words.account(draw)}"
    title, author = escape(words.title(draw, keyword)), escape(words.nickname(draw))
    if build is Build.LISTED:
        return (
            f'<li class="bx"><div class="view_wrap ad_wrap"><div class="user_info"><a href="{blog}" class="name">'
            f'{author}</a><a href="{url}" class="link_ad">광고</a></div><div class="detail_box"><div '
            f'class="title_area"><a href="{url}" class="title_link" target="_blank">{title}</a></div></div></div></li>'
        )
    source = div(
        link(blog, text(author), target="articleSourceJSX_title")
        + link("https://help.naver.com/alias/search/integration/integration_66.naver", icon(40), target=".adtag"),
        f"{INLINE} sds-comps-profile",
        template_id="articleSource",
    )
    body = link(url, text(title), target=".tit") + link(
        url, image(f"https://ads.standin.example/{draw.token(9)}.jpg"), target=".imgflk"
    )
    return div(
        source + body,
        f"{VERTICAL} si_item",
        template_id="ugcItem",
        template_type="searchBasic",
        power_content_url=url,
    )


def _ad_url(draw: Draw) -> str:
    return f"https://ader.naver.com/v1/{draw.token(180)}"
