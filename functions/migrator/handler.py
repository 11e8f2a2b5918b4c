"""CloudFormation, or an operator, → the database's schema."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sunwi.adapters.aws.custom_resource import answered, parse_request
from sunwi.bootstrap.upkeep import UpkeepContainer
from sunwi.observability import bind_invocation, configure_logging
from sunwi.settings import load_settings

#: What an answer to CloudFormation, and taking an upgrade back, are left of the function's time, in seconds.
ANSWER_SECONDS = 20


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own context object
    """Bring the schema to what the template says, or to this release's newest when somebody else calls.

    Returns:
        `before` and `after`, the schema's revisions, and `is_ahead`.

    Raises:
        SunwiError: The schema is as it was.
    """
    bind_invocation(function="migrator", request_id=getattr(context, "aws_request_id", None))
    seconds = context.get_remaining_time_in_millis() / 1000 - ANSWER_SECONDS
    request = parse_request(event)
    if request is None:
        return _upgrade("head", seconds)
    with answered(request, seconds=seconds) as data:
        if request.kind != "Delete":  # a deleted stack leaves its data
            data.update({name: str(value) for name, value in _upgrade(request.properties["Revision"], seconds).items()})
    return dict(data)


def _upgrade(revision: str, seconds: float) -> dict[str, Any]:
    configure_logging(load_settings().log_level)
    container = UpkeepContainer.bootstrap()
    give_up_at = container.adapters.clock.now() + timedelta(seconds=seconds)
    return asdict(container.migrate_database.upgrade(revision, give_up_at=give_up_at))
