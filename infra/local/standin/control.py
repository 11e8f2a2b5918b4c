"""The control addresses, which are answered under 127.0.0.1 and localhost alone."""

from json import JSONDecodeError

from aiohttp import web

from infra.local.standin.faults import FaultBook, FaultKind, parse_fault
from infra.local.standin.naver.answers import not_found
from infra.local.standin.naver.hosts.short_links import ShortLinks
from infra.local.standin.naver.pages.named_pages import NAMED_PAGES
from infra.local.standin.naver.truth.truths import surface_truth
from infra.local.standin.request_log import RequestLog
from sunwi.domain.tracking import Device, Surface, normalise_keyword
from sunwi.errors import InvalidInput

_FAULTS = "/_standin/faults"


class Control:
    """Sets faults, tells truths, shortens addresses, counts requests."""

    def __init__(self, seed: int, faults: FaultBook, log: RequestLog, links: ShortLinks) -> None:
        self._seed = seed
        self._faults = faults
        self._log = log
        self._links = links

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one control request; what it asks wrongly is said with status 400."""
        try:
            return await self._answer(request)
        except (InvalidInput, JSONDecodeError) as error:
            return web.json_response({"error": str(error)}, status=400)

    async def _answer(self, request: web.Request) -> web.Response:
        match request.method, request.path:
            case "GET", _:
                return self._tell(request)
            case "PUT", "/_standin/short-links":
                return web.json_response({"short": self._links.shorten(_url(await request.json()))})
            case "DELETE", "/_standin/requests":
                self._log.clear()
            case "DELETE", path if path == _FAULTS:
                self._faults.clear()
            case "PUT", path if path.startswith(f"{_FAULTS}/"):
                self._faults.set(path.removeprefix(f"{_FAULTS}/"), parse_fault(await request.json()))
            case _:
                return not_found(request)
        return web.json_response({"status": "done"})

    def _tell(self, request: web.Request) -> web.Response:
        data: object
        match request.path:
            case "/_standin/health":
                data = {"status": "ok", "seed": self._seed}
            case "/_standin/truth":
                data = self._truth(request)
            case "/_standin/requests":
                data = {"addresses": self._log.addresses, "documents": self._log.documents}
            case "/_standin/short-links":
                data = self._links.table
            case path if path == _FAULTS:
                data = [kind.value for kind in FaultKind]
            case "/_standin/pages":
                data = {name: {"keyword": page.keyword, "says": page.says} for name, page in NAMED_PAGES.items()}
            case _:
                return not_found(request)
        return web.json_response(data)

    def _truth(self, request: web.Request) -> dict[str, object]:
        device, surface = request.query.get("device", Device.PC), request.query.get("surface", Surface.INTEGRATED)
        if device not in list(Device):
            raise InvalidInput(f"the device {device!r} is unknown: use {', '.join(Device)}")
        if surface not in list(Surface):
            raise InvalidInput(f"the surface {surface!r} is unknown: use {', '.join(Surface)}")
        keyword = normalise_keyword(request.query.get("query", ""))
        location = request.query.get("location", "")
        return surface_truth(self._seed, keyword, Device(device), Surface(surface), location).as_json()


def _url(body: object) -> str:
    url = body.get("url") if isinstance(body, dict) else None
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        raise InvalidInput('a short link is asked for with an object, such as {"url": "https://blog.naver.com/a/1"}')
    return url
