"""What a deployed stack says about itself."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class StackOutputs:
    """The template's outputs, under the same names in snake case."""

    crawl_queue_url: str
    crawl_queue_arn: str
    express_queue_url: str
    express_queue_arn: str
    crawl_dead_letter_queue_url: str
    crawl_dead_letter_queue_arn: str
    express_dead_letter_queue_url: str
    express_dead_letter_queue_arn: str
    dispatcher_failure_queue_url: str
    canary_failure_queue_url: str
    watchdog_failure_queue_url: str
    evidence_bucket_name: str
    dispatcher_function_name: str
    crawler_function_name: str
    canary_function_name: str
    run_monitor_function_name: str
    watchdog_function_name: str
    migrator_function_name: str
    state_machine_arn: str
    schedule_rule_name: str
    schedule_rule_arn: str
    watch_rule_arn: str
    alarm_topic_arn: str
    canary_rule_arn: str
    #: Of a release before it had these, empty.
    files_bucket_name: str = ""
    worker_function_name: str = ""
    worker_core_function_name: str = ""
    tender_function_name: str = ""
    tender_rule_arn: str = ""
    job_state_machine_arn: str = ""
    schedules_queue_url: str = ""
    schedules_queue_arn: str = ""
    schedules_dead_letter_queue_url: str = ""
    schedules_dead_letter_queue_arn: str = ""
    schedule_group_name: str = ""
    schedule_role_arn: str = ""
    #: Where no mail is sent, empty.
    mail_configuration_set_name: str = ""
    mail_report_topic_arn: str = ""
    notices_queue_url: str = ""
    notices_queue_arn: str = ""
    notices_dead_letter_queue_url: str = ""
    notifier_function_name: str = ""
    address: str = ""
    live_address: str = ""
    user_pool_id: str = ""
    sign_in_client_id: str = ""
    sign_in_address: str = ""
    api_function_name: str = ""
    live_function_name: str = ""

    @classmethod
    def from_cloudformation(cls, values: Mapping[str, str]) -> "StackOutputs":
        """Read the outputs of a stack; those without a field here are left out.

        Args:
            values: OutputKey to OutputValue.

        Raises:
            KeyError: The template has no output for a field.
        """
        named = {snake_case(key): value for key, value in values.items()}
        wanted = [field.name for field in fields(cls) if field.default is MISSING or field.name in named]
        return cls(**{name: named[name] for name in wanted})


def snake_case(name: str) -> str:
    """Return `CrawlQueueUrl` as `crawl_queue_url`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
