"""What watches over days."""

from functools import cached_property

from sunwi.adapters.aws.alarm_remedies import ALARM_REMEDIES
from sunwi.adapters.aws.alarms import SnsAlarmChannel
from sunwi.adapters.aws.health import SqsMessageCounts
from sunwi.adapters.sql.connection.migrations import SqlSchema
from sunwi.adapters.sql.connection.server_version import database_name
from sunwi.bootstrap.adapters import Capability
from sunwi.bootstrap.runs import RunContainer
from sunwi.bootstrap.schedules import ScheduleContainer
from sunwi.domain.backup import Backend
from sunwi.domain.check_times import CheckTimes
from sunwi.service.schedules.check_schedules import CheckSchedules
from sunwi.service.watchdog.gather_facts import (
    CRAWL_DEAD_LETTERS,
    DISPATCHER_FAILURES,
    EXPRESS_DEAD_LETTERS,
    WATCHDOG_FAILURES,
    GatherFacts,
)
from sunwi.service.watchdog.raise_findings import RaiseFindings
from sunwi.service.watchdog.repair_run import RepairRun
from sunwi.service.watchdog.submit_missing_night import SubmitMissingNight
from sunwi.service.watchdog.watch_day import WatchDay
from sunwi.wording.watch_words import KoreanWatchWords


class WatchdogContainer(Capability):
    """The watch over days."""

    @cached_property
    def alarms(self) -> SnsAlarmChannel | None:
        """Where alarms go; None when no topic is set."""
        topic_arn = self.adapters.settings.alarm_topic_arn
        return SnsAlarmChannel(self.adapters.aws_client("sns"), topic_arn) if topic_arn else None

    @cached_property
    def message_counts(self) -> SqsMessageCounts:
        """Counts the messages of the queues that should be empty, of those that are set."""
        settings = self.adapters.settings
        urls = {
            CRAWL_DEAD_LETTERS: settings.crawl_dead_letter_queue_url,
            EXPRESS_DEAD_LETTERS: settings.express_dead_letter_queue_url,
            DISPATCHER_FAILURES: settings.dispatcher_failure_queue_url,
            WATCHDOG_FAILURES: settings.watchdog_failure_queue_url,
        }
        return SqsMessageCounts(self.adapters.aws_client("sqs"), {name: url for name, url in urls.items() if url})

    @cached_property
    def check_schedules(self) -> CheckSchedules | None:
        """Finds schedules that submit nothing; None where no group of schedules is set."""
        if self.adapters.settings.schedule_group is None:
            return None
        return self.adapters.compose(ScheduleContainer).check_schedules

    @cached_property
    def check_times(self) -> CheckTimes:
        """When the watchdog checks by itself; asks neither AWS nor the database."""
        settings = self.adapters.settings
        return CheckTimes(
            hour=settings.crawl_schedule_hour,
            minute=settings.crawl_schedule_minute,
            batch_timeout=settings.batch_timeout,
        )

    def _backed_up(self) -> str | None:
        """Return the database that is to have backups; SQLite is a person's own machine."""
        engine = self.adapters.engine
        return database_name(engine) if engine.dialect.name == Backend.POSTGRESQL else None

    @cached_property
    def watch_day(self) -> WatchDay:
        """Watches over days."""
        adapters, runs = self.adapters, self.adapters.compose(RunContainer)
        settings = adapters.settings
        words = KoreanWatchWords(remedies=ALARM_REMEDIES, environment=settings.environment_name)
        return WatchDay(
            store=adapters.store,
            schema=SqlSchema(adapters.engine),
            gather_facts=GatherFacts(
                store=adapters.store,
                state_machine=adapters.state_machine,
                messages=self.message_counts,
                hour=settings.crawl_schedule_hour,
                minute=settings.crawl_schedule_minute,
                schedules=self.check_schedules,
                backed_up=self._backed_up(),
            ),
            repair_run=RepairRun(
                dispatch=runs.dispatch_run,
                close=runs.close_run,
                clock=adapters.clock,
                batch_timeout=settings.batch_timeout,
                cutoff_hour=settings.watchdog_cutoff_hour,
                words=words,
            ),
            findings=RaiseFindings(store=adapters.store, alarms=self.alarms, clock=adapters.clock, words=words),
            clock=adapters.clock,
            pause=adapters.sleep,
            submit_evaluation=SubmitMissingNight(
                store=adapters.store,
                submit=runs.submit_evaluation,
                clock=adapters.clock,
                batch_timeout=settings.batch_timeout,
                cutoff_hour=settings.watchdog_cutoff_hour,
            ),
        )
