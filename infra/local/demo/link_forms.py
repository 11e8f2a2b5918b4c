"""The forms in which people paste the address of a place or post."""

from urllib.parse import quote

from infra.local.standin.naver.items import BlogPost, CafePost, Item, Place


def pasted_url(item: Item, keyword: str, turn: int) -> str:
    """Write an item's address in one of its forms; `turn` counts through them."""
    forms = _forms(item, quote(keyword, safe=""))
    return forms[turn % len(forms)]


def _forms(item: Item, query: str) -> tuple[str, ...]:
    match item:
        case Place(id=number):
            return (
                f"https://map.naver.com/p/entry/place/{number}",
                f"https://m.place.naver.com/restaurant/{number}/home",
                f"https://map.naver.com/p/search/{query}/place/{number}?placePath=%2Fhome&searchType=place",
                f"https://pcmap.place.naver.com/place/{number}/home?from=map",
                f"https://map.naver.com/v5/entry/place/{number}",
            )
        case BlogPost(blog=blog, number=post):
            return (
                f"https://blog.naver.com/{blog}/{post}",
                f"https://m.blog.naver.com/{blog}/{post}",
                f"https://blog.naver.com/PostView.naver?blogId={blog}&logNo={post}",
                f"https://m.blog.naver.com/PostView.naver?blogId={blog}&logNo={post}&proxyReferer=",
            )
        case CafePost(cafe=cafe, article=article, token=token):
            return (
                f"https://cafe.naver.com/{cafe}/{article}",
                f"https://cafe.naver.com/{cafe}/{article}?art={token}",
                f"https://m.cafe.naver.com/{cafe}/{article}",
            )
        case _:
            return (item.url,)
