import itertools
import math
from datetime import timedelta
from typing import Any

from sunwi.domain.attempt import LONGEST_POSTPONEMENT_SECONDS, receive_limit
from sunwi.settings import Settings

Template = dict[str, Any]
Resources = dict[str, dict[str, Any]]

#: Looks that end a message: two that failed and the third, or a last receive that acknowledges it unread.
LOOKS = 3
RECEIVE_PARAMETERS = ("CrawlBatchTimeout", "CrawlerTimeoutSeconds", "CrawlPostponeSeconds")
SETTINGS = {
    "CRAWL_BATCH_TIMEOUT": "CrawlBatchTimeout",
    "CRAWLER_TIMEOUT_SECONDS": "CrawlerTimeoutSeconds",
    "CRAWL_POSTPONE_SECONDS": "CrawlPostponeSeconds",
}
SOURCES = {"CrawlQueue": "CrawlDeadLetterQueue", "ExpressQueue": "ExpressDeadLetterQueue"}
#: All queues that have one.
WITH_DEAD_LETTERS = {
    **SOURCES,
    "SchedulesQueue": "SchedulesDeadLetterQueue",
    "NoticesQueue": "NoticesDeadLetterQueue",
}


def allowed(template: Template, parameter: str) -> list[int]:
    return list(template["Parameters"][parameter]["AllowedValues"])


def visibility(crawler_timeout: int) -> int:
    return Settings(crawler_timeout_seconds=crawler_timeout, crawl_delay_seconds=0).visibility_seconds


def test_a_message_is_hidden_six_times_as_long_as_the_crawler_may_take_and_as_long_as_any_postponement(
    template: Template,
) -> None:
    assert template["Mappings"]["CrawlerTimeout"] == {
        str(timeout): {"Visibility": visibility(timeout)} for timeout in allowed(template, "CrawlerTimeoutSeconds")
    }
    assert template["Mappings"]["CrawlerTimeout"]["60"] == {"Visibility": 6 * 60}
    assert max(allowed(template, "CrawlPostponeSeconds")) == LONGEST_POSTPONEMENT_SECONDS


def test_a_message_may_be_received_for_three_attempts_and_whatever_else_a_run_has_time_for(template: Template) -> None:
    assert template["Mappings"]["MaxReceiveCount"] == {
        str(batch): {
            str(postpone): receive_limit(timedelta(seconds=batch), postponement=timedelta(seconds=postpone))
            for postpone in allowed(template, "CrawlPostponeSeconds")
        }
        for batch in allowed(template, "CrawlBatchTimeout")
    }


def test_no_mixture_of_starved_and_postponed_receives_that_a_run_has_time_for_uses_a_healthy_message_up(
    template: Template,
) -> None:
    mappings = template["Mappings"]
    for batch, timeout, postpone in itertools.product(*(allowed(template, name) for name in RECEIVE_PARAMETERS)):
        hidden = mappings["CrawlerTimeout"][str(timeout)]["Visibility"]
        limit = mappings["MaxReceiveCount"][str(batch)][str(postpone)]
        assert limit >= LOOKS + 7
        for starved in range(1 + math.ceil(batch / hidden)):
            fruitless = starved + most_postponements(batch, beside=starved * [hidden], each=postpone)
            assert LOOKS + fruitless <= limit, (batch, timeout, postpone, starved)


def most_postponements(batch: int, *, beside: list[int], each: int) -> int:
    """Fit as many postponements into a run as there is room for; the receive that begins last may outlast the run."""
    left = batch - sum(beside[1:])
    return math.ceil(left / each) - len(beside[:1])


def test_an_old_message_is_one_that_outlived_its_run_and_its_visibility(template: Template) -> None:
    assert template["Mappings"]["OldestMessage"] == {
        str(batch): {
            str(timeout): batch + visibility(timeout) for timeout in allowed(template, "CrawlerTimeoutSeconds")
        }
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
            "maxReceiveCount": {
                "Fn::FindInMap": ["MaxReceiveCount", {"Ref": "CrawlBatchTimeout"}, {"Ref": "CrawlPostponeSeconds"}]
            },
        }


def test_the_crawler_works_by_the_numbers_that_its_queues_were_made_from(template: Template) -> None:
    shared = template["Globals"]["Function"]["Environment"]["Variables"]
    crawler = template["Resources"]["Crawler"]["Properties"]
    variables = {**shared, **crawler["Environment"]["Variables"]}
    assert {name: variables[name] for name in SETTINGS} == {name: {"Ref": ref} for name, ref in SETTINGS.items()}
    assert crawler["Timeout"] == {"Ref": "CrawlerTimeoutSeconds"}


def test_every_queue_either_has_a_dead_letter_queue_or_is_one(queues: Resources) -> None:
    with_dead_letters = {name for name, queue in queues.items() if "RedrivePolicy" in queue["Properties"]}
    assert with_dead_letters == set(WITH_DEAD_LETTERS)
    failures = {f"{name}FailureQueue" for name in ("Dispatcher", "Canary", "Watchdog", "Notifier")}
    assert set(queues) - with_dead_letters == {*WITH_DEAD_LETTERS.values(), *failures}


def test_dead_letters_take_messages_of_their_own_queue_only(queues: Resources) -> None:
    for name, dead_letters in WITH_DEAD_LETTERS.items():
        policy = queues[dead_letters]["Properties"]["RedriveAllowPolicy"]
        queue_name = queues[name]["Properties"]["QueueName"]["Fn::Sub"]
        arn = "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:" + queue_name
        assert policy == {"redrivePermission": "byQueue", "sourceQueueArns": [{"Fn::Sub": arn}]}


def test_dead_letters_outlive_the_queue_they_come_from(queues: Resources) -> None:
    for name, dead_letters in WITH_DEAD_LETTERS.items():
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
