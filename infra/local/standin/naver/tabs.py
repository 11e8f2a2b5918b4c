"""(seed, keyword, device, surface) → the posts of a blog tab or cafe tab, on all pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import cycle
from types import MappingProxyType

from infra.local.standin.naver import items, words
from infra.local.standin.naver.draw import Draw
from infra.local.standin.naver.items import BlogPost, Post
from infra.local.standin.naver.pages.named_pages import NAMED_PAGES
from infra.local.standin.naver.truth.list_truth import ListRow, ListTruth
from sunwi.domain.tracking import Device, Surface

#: Posts of one page of the blog tab.
BLOG_PAGE = 30
_CAFE_PAGES = (10, 15, 30)
#: A post moves by so many rows at most from one device to the other.
_DRIFT = 6


class Build(StrEnum):
    """Naver's own builds of a tab's markup.

    `LISTED` is the older one. Both others are of 2026: with links, and with buttons in their place.
    """

    LISTED = "listed"
    REACT = "react"
    BUTTONS = "buttons"


@dataclass(frozen=True, slots=True, kw_only=True)
class TabShape:
    """What the tab of a keyword is like.

    Attributes:
        posts: On all pages.
        carries_next: Whether a page carries the address of the next; else only `start` leads there.
        titles: What every third post is called, in turn.
    """

    posts: int
    build: Build = Build.LISTED
    page_size: int = BLOG_PAGE
    carries_next: bool = True
    titles: tuple[str, ...] = ()


#: Tabs that are needed in one certain form.
PLANNED_TABS: Mapping[tuple[Surface, str], TabShape] = MappingProxyType(
    {
        (Surface.BLOG_TAB, "수분크림 후기"): TabShape(posts=150),
        (Surface.BLOG_TAB, "임플란트 비용"): TabShape(posts=135, build=Build.REACT),
        (Surface.BLOG_TAB, "원목 식탁"): TabShape(posts=128, build=Build.BUTTONS),
        (Surface.BLOG_TAB, "홈카페 원두"): TabShape(posts=7, build=Build.REACT),
        (Surface.BLOG_TAB, "필라테스 초보"): TabShape(posts=30),
        (Surface.BLOG_TAB, "퓨트라곤 세밀라"): TabShape(posts=0),
        (Surface.CAFE_TAB, "수분크림 후기"): TabShape(posts=125, page_size=10, carries_next=False),
        (Surface.CAFE_TAB, "임플란트 비용"): TabShape(posts=140, build=Build.REACT),
        (Surface.CAFE_TAB, "원목 식탁"): TabShape(posts=122, build=Build.BUTTONS, page_size=15),
        (Surface.CAFE_TAB, "홈카페 원두"): TabShape(posts=6),
        (Surface.CAFE_TAB, "퓨트라곤 세밀라"): TabShape(posts=0, build=Build.REACT),
        **{
            (surface, NAMED_PAGES["refusal_words"].keyword): TabShape(posts=45, build=build, titles=words.REFUSALS)
            for surface, build in ((Surface.BLOG_TAB, Build.REACT), (Surface.CAFE_TAB, Build.LISTED))
        },
    }
)


def tab_shape(seed: int, keyword: str, surface: Surface) -> TabShape:
    """Return the planned shape of a keyword's tab, or draw one: many posts, some, or a few."""
    if (surface, keyword) in PLANNED_TABS:
        return PLANNED_TABS[surface, keyword]
    draw = Draw(seed, "tab shape", surface, keyword)
    low, high = draw.pick(((120, 200), (120, 200), (31, 90), (1, 25)))
    is_blog = surface is Surface.BLOG_TAB
    return TabShape(
        posts=draw.number(low, high),
        build=draw.pick((Build.LISTED, Build.REACT, Build.BUTTONS)),
        page_size=BLOG_PAGE if is_blog else draw.pick(_CAFE_PAGES),
        carries_next=is_blog or draw.chance(50),
    )


@lru_cache(maxsize=64)
def tab_truth(seed: int, keyword: str, device: Device, surface: Surface) -> ListTruth:
    """Decide the tab of a keyword; PC and mobile list the same posts, in another order."""
    shape = tab_shape(seed, keyword, surface)
    draw = Draw(seed, surface, keyword)
    posts = _blog_posts(draw, keyword, shape) if surface is Surface.BLOG_TAB else _cafe_posts(draw, keyword, shape)
    if shape.titles:
        names = cycle(shape.titles)
        posts = [replace(post, title=next(names)) if n % 3 == 0 else post for n, post in enumerate(posts)]
    order = Draw(seed, surface, "order", keyword, device)
    keys = [place + (order.number(0, _DRIFT) if device is Device.MOBILE else 0) for place in range(len(posts))]
    moved = [posts[place] for place in sorted(range(len(posts)), key=lambda place: (keys[place], place))]
    rows = tuple(ListRow(item=post) for post in _with_repeats(order, moved, shape.page_size))
    return ListTruth(
        seed=seed,
        keyword=keyword,
        device=device,
        surface=surface,
        rows=rows,
        total=len(rows),
        page_size=shape.page_size,
        area="" if shape.build is Build.LISTED else AREAS[surface],
    )


#: Naver's code around the rows of a tab of 2026.
AREAS: Mapping[Surface, str] = MappingProxyType({Surface.BLOG_TAB: "ugB_blR", Surface.CAFE_TAB: "ugB_cfR"})


def _blog_posts(draw: Draw, keyword: str, shape: TabShape) -> list[Post]:
    """Draw blog posts: some of an author who has one already, of an influencer, of a foreign blog."""
    posts: list[Post] = []
    for _ in range(shape.posts):
        sort = draw.number(1, 100)
        bundles = draw.number(1, 3) if draw.chance(10) else 0
        earlier = draw.pick(posts) if posts else None
        if sort <= 8:  # noqa: PLR2004 - per cent
            posts.append(items.draw_foreign_post(draw, keyword))
        elif sort <= 14 and shape.build is not Build.LISTED:  # noqa: PLR2004 - per cent
            posts.append(items.draw_influencer_post(draw, keyword))
        elif sort <= 24 and isinstance(earlier, BlogPost):  # noqa: PLR2004 - per cent
            same = items.draw_blog_post(draw, keyword, blog=earlier.blog, bundles=bundles)
            posts.append(replace(same, author=earlier.author, profile=earlier.profile))
        else:
            profile = f"si_profile{draw.number(100, 999)}" if draw.chance(12) else ""
            posts.append(items.draw_blog_post(draw, keyword, bundles=bundles, profile=profile))
    return posts


def _cafe_posts(draw: Draw, keyword: str, shape: TabShape) -> list[Post]:
    """Draw cafe posts: a cafe has several cards, and some of them bundle more of its posts."""
    cafes = [(words.account(draw), draw.number(90_000_000, 99_999_999), words.cafe_name(draw)) for _ in range(25)]
    posts: list[Post] = []
    for _ in range(shape.posts):
        name, club, title = draw.pick(cafes)
        bundles = draw.number(1, 3) if draw.chance(15) else 0
        post = items.draw_cafe_post(draw, keyword, cafe=(name, club), bundles=bundles)
        posts.append(replace(post, author=title))
    return posts


def _with_repeats(order: Draw, posts: Sequence[Post], page_size: int) -> list[Post]:
    """Show some post of a page again on the next one; the list is no longer for it."""
    repeated = list(posts)
    for boundary in range(page_size, len(posts), page_size):
        place = boundary + order.number(0, 4)
        if place < len(posts) and order.chance(60):
            repeated.insert(place, repeated[place - order.number(5, page_size)])
    return repeated[: len(posts)]
