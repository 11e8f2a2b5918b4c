"""WebSocket API → which open page watches what."""

from typing import Any

from sunwi.bootstrap.live import LiveContainer
from sunwi.errors import Forbidden
from sunwi.observability import bind_invocation, configure_logging
from sunwi.settings import load_settings

_OK, _FORBIDDEN = {"statusCode": 200}, {"statusCode": 403}


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own context object
    """Let a page in, take what it wants to watch, or forget it.

    Raises:
        SunwiError: The database cannot be reached; a page that is not let in tries again.
    """
    configure_logging(load_settings().log_level)
    bind_invocation(function="live", request_id=getattr(context, "aws_request_id", None))
    pages, about = LiveContainer.bootstrap().keep_connections, event["requestContext"]
    connection_id = str(about["connectionId"])
    match about["eventType"]:
        case "CONNECT":
            headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
            ticket = (event.get("queryStringParameters") or {}).get("ticket", "")
            try:
                pages.connect(connection_id, ticket=ticket, origin=headers.get("origin", ""))
            except Forbidden:
                return _FORBIDDEN
        case "MESSAGE":
            pages.take(connection_id, event.get("body") or "")
        case _:
            pages.disconnect(connection_id)
    return _OK
