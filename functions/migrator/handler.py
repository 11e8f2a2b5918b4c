"""CloudFormation, or an operator, → settings that fit each other, the database's schema, its admin, and schedules."""

from typing import Any

from sunwi.adapters.aws.custom_resource import answered, parse_request
from sunwi.bootstrap.upkeep import UpkeepContainer
from sunwi.observability import bind_invocation, configure_logging
from sunwi.settings import load_settings

#: What an answer to CloudFormation, and taking an upgrade back, are left of the function's time, in seconds.
ANSWER_SECONDS = 20


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own context object
    """Check a deployment's settings, bring the schema to what it says and make its admin, or its missing schedules.

    Anybody else gets the newest schema, admin and schedules, and is told what was found and left.

    Raises:
        SunwiError: Settings do not fit each other, the schema is as it was, or a schedule or the admin is missing.
    """
    bind_invocation(function="migrator", request_id=getattr(context, "aws_request_id", None))
    seconds = context.get_remaining_time_in_millis() / 1000 - ANSWER_SECONDS
    if (request := parse_request(event)) is None:
        return {**_care().bring_up("head", seconds=seconds), "created": _care().ensure_schedules()}
    with answered(request, seconds=seconds) as data:
        match {} if request.kind == "Delete" else request.properties:  # a deleted stack leaves its data
            case {"Values": values}:
                UpkeepContainer.check_deployment(values)
            case {"Names": _}:
                data["created"] = " ".join(_care().ensure_schedules())
            case asked if asked:
                found = _care().bring_up(asked["Revision"], seconds=seconds)
                data.update({key: str(value) for key, value in found.items()})
    return dict(data)


def _care() -> UpkeepContainer:
    configure_logging(load_settings().log_level)
    return UpkeepContainer.bootstrap()
