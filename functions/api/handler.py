"""HTTP API → a route → its answer."""

from typing import Any

from sunwi.observability import bind_invocation, configure_logging
from sunwi.settings import load_settings
from sunwi.web.front_door import front_door

# All routes are imported while the environment starts: its processor is not cut down yet.
front_door()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own context object
    """Answer a request; whatever goes wrong is an answer, too."""
    configure_logging(load_settings().log_level)
    bind_invocation(function="api", invocation_id=getattr(context, "aws_request_id", None))
    return front_door().resolve(event, context)
