"""What watches over days."""

from dataclasses import dataclass
from functools import cached_property
from time import sleep

from sunwi.adapters.aws.alarms import SnsAlarmChannel
from sunwi.adapters.aws.health import SqsMessageCounts
from sunwi.adapters.sql.connection.migrations import SqlSchema
from sunwi.bootstrap.runs import RunContainer
from sunwi.domain.look_times import LookTimes
from sunwi.service.watchdog.gather_facts import (
    CRAWL_DEAD_LETTERS,
    DISPATCHER_FAILURES,
    EXPRESS_DEAD_LETTERS,
    WATCHDOG_FAILURES,
    GatherFacts,
)
from sunwi.service.watchdog.raise_findings import RaiseFindings
from sunwi.service.watchdog.repair_run import RepairRun
from sunwi.service.watchdog.watch_day import WatchDay


@dataclass(frozen=True)
class WatchContainer(RunContainer):
    """The watch over days."""

    @cached_property
    def alarms(self) -> SnsAlarmChannel | None:
        """Where alarms go; None when no topic is set."""
        topic_arn = self.settings.alarm_topic_arn
        return SnsAlarmChannel(self.aws_client("sns"), topic_arn) if topic_arn else None

    @cached_property
    def message_counts(self) -> SqsMessageCounts:
        """Counts the messages of the queues that should be empty, of those that are set."""
        settings = self.settings
        urls = {
            CRAWL_DEAD_LETTERS: settings.crawl_dead_letter_queue_url,
            EXPRESS_DEAD_LETTERS: settings.express_dead_letter_queue_url,
            DISPATCHER_FAILURES: settings.dispatcher_failure_queue_url,
            WATCHDOG_FAILURES: settings.watchdog_failure_queue_url,
        }
        return SqsMessageCounts(self.aws_client("sqs"), {name: url for name, url in urls.items() if url})

    @cached_property
    def look_times(self) -> LookTimes:
        """When the watchdog looks by itself; asks neither AWS nor the database."""
        settings = self.settings
        return LookTimes(
            hour=settings.crawl_schedule_hour,
            minute=settings.crawl_schedule_minute,
            batch_timeout=settings.batch_timeout,
        )

    @cached_property
    def watch_day(self) -> WatchDay:
        """Watches over days."""
        settings = self.settings
        return WatchDay(
            store=self.store,
            schema=SqlSchema(self.engine),
            facts=GatherFacts(
                store=self.store,
                state_machine=self.state_machine,
                messages=self.message_counts,
                hour=settings.crawl_schedule_hour,
                minute=settings.crawl_schedule_minute,
            ),
            repair_run=RepairRun(
                dispatch=self.dispatch_run,
                close=self.close_run,
                clock=self.clock,
                batch_timeout=settings.batch_timeout,
                cutoff_hour=settings.watchdog_cutoff_hour,
            ),
            findings=RaiseFindings(
                store=self.store, alarms=self.alarms, clock=self.clock, environment=settings.environment_name
            ),
            clock=self.clock,
            pause=sleep,
        )
