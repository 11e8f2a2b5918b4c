"""CloudFormation, or an operator, → settings that fit each other, and the database's schema."""

from typing import Any

from sunwi.adapters.aws.custom_resource import answered, parse_request
from sunwi.bootstrap.upkeep import UpkeepContainer
from sunwi.observability import bind_invocation, configure_logging
from sunwi.service.upkeep.check_settings import check_deployment
from sunwi.settings import load_settings

#: What an answer to CloudFormation, and taking an upgrade back, are left of the function's time, in seconds.
ANSWER_SECONDS = 20


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own context object
    """Check a deployment's settings, or bring the schema to what it says; to this release's newest for anybody else.

    Returns:
        `before`, `after` and `is_ahead` of the schema's revision.

    Raises:
        SunwiError: Settings do not fit each other, or the schema is as it was.
    """
    bind_invocation(function="migrator", request_id=getattr(context, "aws_request_id", None))
    seconds = context.get_remaining_time_in_millis() / 1000 - ANSWER_SECONDS
    if (request := parse_request(event)) is None:
        return _upgrade("head", seconds)
    with answered(request, seconds=seconds) as data:
        if request.kind != "Delete" and "Values" in request.properties:
            check_deployment(request.properties["Values"])
        elif request.kind != "Delete":  # a deleted stack leaves its data
            data.update({name: str(value) for name, value in _upgrade(request.properties["Revision"], seconds).items()})
    return dict(data)


def _upgrade(revision: str, seconds: float) -> dict[str, Any]:
    configure_logging(load_settings().log_level)
    return UpkeepContainer.bootstrap().upgrade(revision, seconds=seconds)
