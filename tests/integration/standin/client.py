"""A plain HTTPS client that reaches the site under any host name."""

import json
import ssl
from dataclasses import dataclass
from http.client import HTTPSConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from infra.local.standin import StandinSite
from sunwi.domain.tracking import Device, Surface

_SEARCH = {Device.PC: ("search.naver.com", "nexearch"), Device.MOBILE: ("m.search.naver.com", "m")}

TABS = {
    (Surface.BLOG_TAB, Device.PC): "tab.blog.all",
    (Surface.BLOG_TAB, Device.MOBILE): "tab.m_blog.all",
    (Surface.CAFE_TAB, Device.PC): "tab.cafe.all",
    (Surface.CAFE_TAB, Device.MOBILE): "tab.m_cafe.all",
}
_PLACES = {Device.PC: "pcmap.place.naver.com", Device.MOBILE: "m.place.naver.com"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def data(self) -> Any:
        return json.loads(self.body)


class Client:
    def __init__(self, site: StandinSite) -> None:
        self._site = site
        self._context = ssl.create_default_context()
        self._context.check_hostname = False
        self._context.verify_mode = ssl.CERT_NONE

    def ask(self, host: str, path: str, *, method: str = "GET", body: object = None) -> Answer:
        connection = HTTPSConnection("127.0.0.1", self._site.port, context=self._context, timeout=30)
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, {"Host": host})
            response = connection.getresponse()
            return Answer(response.status, dict(response.headers), response.read())
        finally:
            connection.close()

    def search(self, keyword: str, device: Device = Device.PC) -> Answer:
        host, where = _SEARCH[device]
        return self.ask(host, f"/search.naver?{urlencode({'where': where, 'query': keyword})}")

    def place_list(
        self, keyword: str, device: Device = Device.PC, *, path: str = "place", at: str = "", **fields: object
    ) -> Answer:
        x, _, y = at.partition(",")
        query = urlencode({"query": keyword, **({"x": x, "y": y} if at else {}), **fields})
        return self.ask(_PLACES[device], f"/{path}/list?{query}")

    def tab(self, surface: Surface, keyword: str, device: Device = Device.PC, start: int | None = None) -> Answer:
        fields = {"ssc": TABS[surface, device], "sm": "tab_jum", "query": keyword}
        query = urlencode(fields if start is None else {**fields, "start": start})
        return self.ask(_SEARCH[device][0], f"/search.naver?{query}")

    def follow(self, url: str) -> Answer:
        parts = urlsplit(url)
        return self.ask(parts.netloc, f"{parts.path}?{parts.query}")

    def control(self, path: str, *, method: str = "GET", body: object = None) -> Answer:
        return self.ask("127.0.0.1", f"/_standin/{path}", method=method, body=body)

    def put_fault(self, keyword: str, **fault: object) -> Answer:
        return self.control(f"faults/{quote(keyword, safe='')}", method="PUT", body=fault)
