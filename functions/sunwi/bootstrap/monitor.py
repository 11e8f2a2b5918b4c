"""What watches jobs: the monitor, and the figures that alarms watch."""

from functools import cached_property

from sunwi.adapters.aws.health import SqsQueueDepths
from sunwi.bootstrap.adapters import Capability
from sunwi.service.jobs.monitor_jobs import Monitor
from sunwi.service.jobs.publish_job_figures import PublishJobFigures


class MonitorContainer(Capability):
    """The watch over jobs."""

    @cached_property
    def queues(self) -> SqsQueueDepths | None:
        """Asks the queues that are set; None where none is, so that nothing asks for AWS."""
        settings = self.adapters.settings
        urls = {
            "crawl": settings.crawl_queue_url,
            "express": settings.express_queue_url,
            "schedules": settings.schedules_queue_url,
            "notices": settings.notices_queue_url,
        }
        found = {name: url for name, url in urls.items() if url}
        return SqsQueueDepths(self.adapters.aws_client("sqs"), found) if found else None

    @cached_property
    def monitor(self) -> Monitor:
        """Shows everything that is seen of jobs."""
        adapters = self.adapters
        return Monitor(
            store=adapters.store,
            clock=adapters.clock,
            queues=self.queues,
            max_pending=adapters.settings.jobs_max_pending,
        )

    @cached_property
    def publish_job_figures(self) -> PublishJobFigures:
        """Publishes figures, at each tick."""
        adapters = self.adapters
        return PublishJobFigures(store=adapters.store, metrics=adapters.metrics, clock=adapters.clock)
