"""`naver.me`: short addresses of places and posts, as people share them."""

import threading

from aiohttp import web

from infra.local.standin.naver.answers import not_found
from infra.local.standin.naver.draw import Draw
from infra.local.standin.naver.generator import page_truth
from infra.local.standin.naver.items import BlogPost, CafePost, Place

HOST = "naver.me"
#: Leads to a host that is not Naver's.
FOREIGN = f"https://{HOST}/xOutSide"
#: Leads to another short address, and that one back.
LOOP = f"https://{HOST}/xLoopOne"
_BACK = f"https://{HOST}/xLoopTwo"
_KEYWORDS = ("가상역 국밥", "수분크림 후기")


class ShortLinks:
    """The short addresses that the site knows; safe to use from several threads."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._lock = threading.Lock()
        self._table = {FOREIGN: "https://evil.example/place/1", LOOP: _BACK, _BACK: LOOP}
        for keyword in _KEYWORDS:
            cards = page_truth(seed, keyword).cards
            for sort in (Place, BlogPost, CafePost):
                for card in [card for card in cards if isinstance(card.item, sort)][:1]:
                    self.shorten(card.item.url)

    def shorten(self, url: str) -> str:
        """Return the short address of an address; the same one always."""
        short = f"https://{HOST}/{Draw(self._seed, 'short', url).token(8)}"
        with self._lock:
            self._table[short] = url
        return short

    @property
    def table(self) -> dict[str, str]:
        """Short address → where it leads."""
        with self._lock:
            return dict(self._table)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Redirect a short address."""
        target = self.table.get(f"https://{HOST}{request.path}")
        return not_found(request) if target is None else web.Response(status=302, headers={"Location": target})
