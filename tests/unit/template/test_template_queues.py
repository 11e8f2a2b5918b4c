import math
from typing import Any

from sunwi.settings import Settings

Template = dict[str, Any]
Resources = dict[str, dict[str, Any]]

SOURCES = {"CrawlQueue": "CrawlDeadLetterQueue", "ExpressQueue": "ExpressDeadLetterQueue"}
ATTEMPTS = 3


def allowed(template: Template, parameter: str) -> list[int]:
    return list(template["Parameters"][parameter]["AllowedValues"])


def test_a_message_is_hidden_six_times_as_long_as_the_crawler_may_take(template: Template) -> None:
    mapping = template["Mappings"]["CrawlerTimeout"]
    timeouts = allowed(template, "CrawlerTimeoutSeconds")
    assert mapping == {
        str(timeout): {
            "Visibility": Settings(crawler_timeout_seconds=timeout, crawl_delay_seconds=0).visibility_seconds
        }
        for timeout in timeouts
    }
    assert mapping["60"] == {"Visibility": 6 * 60}


def test_a_message_may_be_received_for_three_attempts_and_every_postponement_of_a_run(template: Template) -> None:
    postpone = Settings.model_fields["crawl_postpone_seconds"].default
    timeouts = allowed(template, "CrawlBatchTimeout")
    assert template["Mappings"]["BatchTimeout"] == {
        str(timeout): {"MaxReceiveCount": max(10, ATTEMPTS + math.ceil(timeout / postpone))} for timeout in timeouts
    }


def test_an_old_message_is_one_that_outlived_its_run_and_its_visibility(template: Template) -> None:
    assert template["Mappings"]["OldestMessage"] == {
        str(batch): {str(one): batch + 6 * one for one in allowed(template, "CrawlerTimeoutSeconds")}
        for batch in allowed(template, "CrawlBatchTimeout")
    }


def test_both_queues_take_their_numbers_from_the_mappings(queues: Resources) -> None:
    for name, dead_letters in SOURCES.items():
        properties = queues[name]["Properties"]
        assert properties["VisibilityTimeout"] == {
            "Fn::FindInMap": ["CrawlerTimeout", {"Ref": "CrawlerTimeoutSeconds"}, "Visibility"]
        }
        assert properties["RedrivePolicy"] == {
            "deadLetterTargetArn": {"Fn::GetAtt": [dead_letters, "Arn"]},
            "maxReceiveCount": {"Fn::FindInMap": ["BatchTimeout", {"Ref": "CrawlBatchTimeout"}, "MaxReceiveCount"]},
        }


def test_every_queue_either_has_a_dead_letter_queue_or_is_one(queues: Resources) -> None:
    with_dead_letters = {name for name, queue in queues.items() if "RedrivePolicy" in queue["Properties"]}
    assert with_dead_letters == set(SOURCES)
    assert set(queues) - with_dead_letters == {*SOURCES.values(), "DispatcherFailureQueue", "CanaryFailureQueue"}


def test_dead_letters_take_messages_of_their_own_queue_only(queues: Resources) -> None:
    for name, dead_letters in SOURCES.items():
        policy = queues[dead_letters]["Properties"]["RedriveAllowPolicy"]
        queue_name = queues[name]["Properties"]["QueueName"]["Fn::Sub"]
        arn = "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:" + queue_name
        assert policy == {"redrivePermission": "byQueue", "sourceQueueArns": [{"Fn::Sub": arn}]}


def test_dead_letters_outlive_the_queue_they_come_from(queues: Resources) -> None:
    for name, dead_letters in SOURCES.items():
        assert queues[name]["Properties"]["MessageRetentionPeriod"] == 4 * 86_400
        assert queues[dead_letters]["Properties"]["MessageRetentionPeriod"] == 14 * 86_400
    assert queues["DispatcherFailureQueue"]["Properties"]["MessageRetentionPeriod"] == 14 * 86_400


def test_every_queue_is_encrypted(queues: Resources) -> None:
    assert all(queue["Properties"]["SqsManagedSseEnabled"] is True for queue in queues.values())


def test_the_crawler_gets_one_message_at_a_time_and_reports_which_failed(functions: Resources) -> None:
    events = functions["Crawler"]["Properties"]["Events"]
    assert {event["Properties"]["Queue"]["Fn::GetAtt"][0] for event in events.values()} == set(SOURCES)
    for event in events.values():
        assert event["Type"] == "SQS"
        assert event["Properties"]["BatchSize"] == 1
        assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_the_pollers_are_two_or_as_many_as_the_crawlers(template: Template) -> None:
    crawlers = allowed(template, "CrawlerConcurrency")
    assert template["Mappings"]["Concurrency"] == {str(count): {"Pollers": max(2, count)} for count in crawlers}
    assert template["Parameters"]["CrawlerConcurrency"]["Default"] == 1
    crawler = template["Resources"]["Crawler"]["Properties"]
    assert crawler["ReservedConcurrentExecutions"] == {"Ref": "CrawlerConcurrency"}
