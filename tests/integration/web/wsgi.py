"""The API as a WSGI application, for programs that ask one: each request becomes an event, as the gateway makes it."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from sunwi.web.app import WebApp

#: Headers that WSGI has under names of their own.
_BARE = {"CONTENT_TYPE": "content-type", "CONTENT_LENGTH": "content-length"}


@dataclass(frozen=True, slots=True)
class WsgiApi:
    """Answers WSGI's calls."""

    app: WebApp

    def __call__(self, environ: Mapping[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        answer = self.app.resolve(event_of(environ), None)
        status = int(answer["statusCode"])
        headers = [(name, str(value)) for name, value in answer.get("headers", {}).items()]
        headers += [("Set-Cookie", cookie) for cookie in answer.get("cookies", [])]
        start(f"{status} {HTTPStatus(status).phrase}", headers)
        return [answer["body"].encode()]


def event_of(environ: Mapping[str, Any]) -> dict[str, Any]:
    """Write an event of the HTTP API; bodies are in base64, as those of forms and files are."""
    # WSGI has a path's bytes as Latin-1 letters; the gateway passes it on as UTF-8.
    path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    headers |= {name: environ[key] for key, name in _BARE.items() if environ.get(key)}
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": environ.get("QUERY_STRING", ""),
        "headers": headers,
        "requestContext": {
            "domainName": "api.sunwi.test",
            "requestId": str(uuid4()),
            "stage": "$default",
            "http": {
                "method": environ["REQUEST_METHOD"],
                "path": quote(path),
                "sourceIp": "127.0.0.1",
                "userAgent": "test",
            },
            "timeEpoch": 0,
        },
        "body": b64encode(body).decode() if body else None,
        "isBase64Encoded": bool(body),
    }
