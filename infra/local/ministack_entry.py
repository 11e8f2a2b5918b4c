"""Start MiniStack so that its SES passes whole messages on as they were sent, and its HTTP APIs have names.

MiniStack's SES v2 reads a raw message and passes on one of its own with the same subject and parts, without any other
header; AWS sends what it was given, with a Message-ID of its own. Its HTTP APIs answer at names under the host that
it is bound to, which is a number here and has no names under it: they are to answer under `localhost`, which browsers
resolve; and a request's cookies come in a list of their own, as the payload format 2.0 has them.
`python -m infra.local.ministack_entry`.
"""

import base64
import json
import re
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from ministack import app
from ministack.app import main
from ministack.services import lambda_svc, ses, ses_v2

#: The whole message of the call that is being answered; None for one of parts.
_WHOLE: ContextVar[bytes | None] = ContextVar("whole message", default=None)

Handler = Callable[..., Awaitable[Any]]


def pass_messages_on() -> None:
    """Replace what writes SES v2's messages."""
    answer: Handler = ses_v2.handle_request
    build: Callable[..., str] = ses_v2._build_mime_message  # noqa: SLF001 - it has no other place to change it

    async def handle_request(method: str, path: str, headers: Any, body: bytes, query_params: Any) -> Any:  # noqa: ANN401 - MiniStack's own
        _WHOLE.set(_whole_message(body) if path.rstrip("/").endswith("/outbound-emails") else None)
        return await answer(method, path, headers, body, query_params)

    def build_message(*parts: Any) -> str:  # noqa: ANN401 - MiniStack's own
        whole = _WHOLE.get()
        if whole is None:
            return build(*parts)
        *_, message_id = parts
        text = whole.decode("utf-8", errors="replace")
        return f"Message-ID: <{message_id}>\r\n{ses._strip_message_id_header(text)}"  # noqa: SLF001 - as SES v1 does

    ses_v2.handle_request = handle_request
    ses_v2._build_mime_message = build_message  # noqa: SLF001 - see above


def name_http_apis() -> None:
    """Have `<api>.execute-api.localhost` lead to an API."""
    app._EXECUTE_API_RE = re.compile(r"^([a-f0-9]{8})\.execute-api\.localhost(?::\d+)?$")  # noqa: SLF001 - see above


def pass_cookies_on() -> None:
    """Have an HTTP API's event name its cookies apart from its headers."""
    execute: Callable[..., Any] = lambda_svc._execute_function_with_config_scope  # noqa: SLF001 - see above

    def with_cookies(record: Any, event: Any, *rest: Any, **more: Any) -> Any:  # noqa: ANN401 - MiniStack's own
        if isinstance(event, dict) and event.get("version") == "2.0" and "cookies" not in event:
            cookies = event.get("headers", {}).pop("cookie", "")
            if cookies:
                event["cookies"] = [each.strip() for each in cookies.split(";")]
        return execute(record, event, *rest, **more)

    lambda_svc._execute_function_with_config_scope = with_cookies  # noqa: SLF001 - see above


def _whole_message(body: bytes) -> bytes | None:
    try:
        data = json.loads(body)["Content"]["Raw"]["Data"]
        return base64.b64decode(data)
    except (KeyError, TypeError, ValueError):
        return None


if __name__ == "__main__":
    pass_messages_on()
    name_http_apis()
    pass_cookies_on()
    main()
