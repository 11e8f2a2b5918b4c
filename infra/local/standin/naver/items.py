"""What can stand on a page as one card, with the identity that a reader must find.

Numbers are of the length of real ones, and of ranges that no real one is in.
"""

import base64
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from infra.local.standin.naver import words
from infra.local.standin.naver.draw import Draw


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A business; `coordinates` are longitude and latitude in degrees, WGS 84."""

    id: str
    title: str
    category: str
    coordinates: tuple[str, str]
    is_new: bool = False
    bundled: tuple["Item", ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """The address an owner shares."""
        return f"https://map.naver.com/p/entry/place/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogPost:
    """A blog post; `profile` names the author's influencer page, when the card shows that one."""

    blog: str
    number: int
    title: str
    author: str
    profile: str = ""
    bundled: tuple["Item", ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Identity in the form of a card's id."""
        return f"blog:{self.blog}/{self.number}"

    @property
    def url(self) -> str:
        """The address that the page links."""
        return f"https://blog.naver.com/{self.blog}/{self.number}"

    @property
    def log_id(self) -> str:
        """Naver's own id of the document, as in its click logs."""
        return f"90000003_{self.number:024X}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CafePost:
    """A cafe post; `club` is the cafe's number."""

    cafe: str
    club: int
    article: int
    title: str
    author: str
    bundled: tuple["Item", ...] = ()

    @property
    def id(self) -> str:
        """Identity in the form of a card's id."""
        return f"cafe:{self.cafe}/{self.article}"

    @property
    def aliases(self) -> tuple[str, ...]:
        """The same post under the cafe's number, which the page gives in its click logs."""
        return (f"cafe:{self.club}/{self.article}",)

    @property
    def url(self) -> str:
        """The address without its search token."""
        return f"https://cafe.naver.com/{self.cafe}/{self.article}"

    @property
    def token(self) -> str:
        """The search token (`art`): who sent the visitor, for which post, signed."""
        draw = Draw("token", self.id)
        payload = {"cafeType": "CAFE_URL", "cafeUrl": self.cafe, "articleId": self.article, "issuedAt": 1777000000000}
        parts = [b"external-service-standin", b'{"alg":"HS256","typ":"JWT"}', json.dumps(payload).encode()]
        return ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), draw.token(43)])

    @property
    def log_id(self) -> str:
        """Naver's own id of the document, as in its click logs."""
        return f"90000004_{self.club:08X}{self.article:08X}00000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class InfluencerPost:
    """An influencer's card of a blog post; the page does not say which blog."""

    channel: str
    content: int
    number: int
    title: str
    author: str
    bundled: tuple["Item", ...] = ()

    @property
    def id(self) -> str:
        """Identity in the form of a card's id."""
        return f"in:{self.channel}/{self.content}"

    @property
    def aliases(self) -> tuple[str, ...]:
        """The blog post behind it, as far as the page gives it."""
        return (f"blog:*/{self.number}",)

    @property
    def url(self) -> str:
        """The address without Naver's parameters."""
        return f"https://in.naver.com/{self.channel}/contents/internal/{self.content}"

    @property
    def log_id(self) -> str:
        """Naver's own id of the document, as in its click logs."""
        return f"a0209rl4_nblog_post_{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """A page of any site; of a blog too, which Naver shows as a web page now and then.

    Attributes:
        further: Addresses of more pages of the site that its card shows; Naver's own numbers count them.
    """

    id: str
    url: str
    title: str
    author: str
    further: tuple[str, ...] = ()
    bundled: tuple["Item", ...] = ()
    aliases: tuple[str, ...] = ()


class SiteSort(StrEnum):
    """Sorts of card that are neither of a post nor of a web page."""

    VIDEO = "video"
    QUESTION = "question"
    PICTURES = "pictures"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCard:
    """A video, a question with its answers, or pictures from several pages, which are then its `bundled`."""

    sort: SiteSort
    id: str
    url: str
    title: str
    author: str
    bundled: tuple["Item", ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignPost:
    """A post of a blog that is not Naver's, which the blog tab lists all the same."""

    host: str
    number: int
    title: str
    author: str
    bundled: tuple["Item", ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Identity in the form of a card's id."""
        return f"web:{self.host}/{self.number}"

    @property
    def url(self) -> str:
        """The address that the page links."""
        return f"https://{self.host}/{self.number}"

    @property
    def log_id(self) -> str:
        """Naver's own id of the document, as in its click logs."""
        return f"90000005_{self.number:024X}"


#: Items that authors write, and that Naver shows in the card of a post.
Post: TypeAlias = BlogPost | CafePost | InfluencerPost | ForeignPost
#: All that is no place.
Result: TypeAlias = WebPage | SiteCard | Post
Item: TypeAlias = Place | Result


def draw_place(draw: Draw, *, is_new: bool = False) -> Place:
    """Make up a business."""
    x, y = draw.number(126_800_000, 127_150_000), draw.number(37_450_000, 37_650_000)
    return Place(
        id=str(draw.number(9_100_000_000, 9_999_999_999)),
        title=words.place_name(draw),
        category=draw.pick(("한식", "분식", "카페", "미용실", "치과", "꽃집")),
        coordinates=(f"{x / 1e6:.7f}", f"{y / 1e6:.7f}"),
        is_new=is_new,
    )


def draw_blog_post(draw: Draw, keyword: str, *, bundles: int = 0, blog: str = "", profile: str = "") -> BlogPost:
    """Make up a blog post; `bundles` more posts of its author are linked inside its card."""
    name = blog or words.account(draw)
    return BlogPost(
        blog=name,
        number=draw.number(229_900_000_000, 229_999_999_999),
        title=words.title(draw, keyword),
        author=words.nickname(draw),
        profile=profile,
        bundled=tuple(draw_blog_post(draw, keyword, blog=name) for _ in range(bundles)),
    )


def draw_cafe_post(draw: Draw, keyword: str, *, bundles: int = 0, cafe: tuple[str, int] | None = None) -> CafePost:
    """Make up a cafe post; `bundles` more posts of its cafe are linked inside its card."""
    name, club = cafe or (words.account(draw), draw.number(90_000_000, 99_999_999))
    return CafePost(
        cafe=name,
        club=club,
        article=draw.number(70_000_000, 79_999_999),
        title=words.title(draw, keyword),
        author=words.cafe_name(draw),
        bundled=tuple(draw_cafe_post(draw, keyword, cafe=(name, club)) for _ in range(bundles)),
    )


def draw_influencer_post(draw: Draw, keyword: str) -> InfluencerPost:
    """Make up an influencer's post."""
    return InfluencerPost(
        channel=words.account(draw),
        content=draw.number(990_000_000_000_000, 999_999_999_999_999),
        number=draw.number(229_900_000_000, 229_999_999_999),
        title=words.title(draw, keyword),
        author=words.nickname(draw),
    )


def draw_foreign_post(draw: Draw, keyword: str) -> ForeignPost:
    """Make up a post of a blog that is not Naver's."""
    return ForeignPost(
        host=f"{words.account(draw).replace('_', '-')}.example",
        number=draw.number(100, 9999),
        title=words.title(draw, keyword),
        author=words.nickname(draw),
    )


def draw_site_card(draw: Draw, keyword: str, sort: SiteSort) -> SiteCard:
    """Make up a video, a question, or pictures; a question's address names it in its query alone."""
    site, number = words.account(draw).replace("_", "-"), draw.number(100_000, 999_999)
    bundled: tuple[Item, ...] = ()
    if sort is SiteSort.QUESTION:
        name, query = (
            "kin.naver.com/qna/detail.naver",
            f"?dirId=9{number}&docId={draw.number(900_000_000, 999_999_999)}",
        )
    else:
        name, query = f"m.{site}.example/{'watch' if sort is SiteSort.VIDEO else 'album'}/{number}", ""
    if sort is SiteSort.PICTURES:
        bundled = tuple(draw_blog_post(draw, keyword) for _ in range(3))
    return SiteCard(
        sort=sort,
        id=f"web:{name}",
        url=f"https://{name}{query}",
        title=words.title(draw, keyword),
        author=words.nickname(draw),
        bundled=bundled,
    )


def draw_web_page(draw: Draw, keyword: str, *, of_blog: bool = False, further: int = 0) -> WebPage:
    """Make up a web page: of a foreign site, with so many further pages of it, or of a blog."""
    if of_blog:
        post = draw_blog_post(draw, keyword)
        return WebPage(id=post.id, url=post.url, title=post.title, author=post.author)
    host, path = f"www.{words.account(draw).replace('_', '-')}.example", f"/guide/{draw.number(100, 9999)}"
    return WebPage(
        id=f"web:{host}{path}",
        url=f"https://{host}{path}",
        title=words.title(draw, keyword),
        author=words.nickname(draw),
        further=tuple(f"https://{host}/more/{draw.number(100, 9999)}" for _ in range(further)),
    )
