"""What surrounds a function that is invoked by hand: a database, queues, a state machine, a stand-in Naver."""

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from infra.local.containers.network import container_network
from infra.local.containers.prepare_event import prepare_event
from infra.local.postgres import PostgresServer, running_postgres
from infra.local.stack import LocalStack
from infra.local.stack.ministack import ContainerNetwork
from infra.local.stack.session import REGION, ROOT_KEY
from infra.local.standin import StandinSite
from infra.local.standin.naver.truth.truth import AreaKind, RankedCard
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import upgrade_schema
from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.tracking import Kind, NewTracking, Target
from sunwi.settings import Settings

SEED = 7
KEYWORD = "성수동 김밥"

_QUEUES = {
    "CRAWL_QUEUE_URL": "sunwi-crawl",
    "EXPRESS_QUEUE_URL": "sunwi-express",
    "CRAWL_DEAD_LETTER_QUEUE_URL": "sunwi-crawl-dead-letters",
    "EXPRESS_DEAD_LETTER_QUEUE_URL": "sunwi-express-dead-letters",
    "DISPATCHER_FAILURE_QUEUE_URL": "sunwi-dispatcher-failures",
    "WATCHDOG_FAILURE_QUEUE_URL": "sunwi-watchdog-failures",
    "SCHEDULES_QUEUE_URL": "sunwi-schedules",
    "NOTICES_QUEUE_URL": "sunwi-notices",
}

_MIGRATED = "migrated"
_SCHEDULE_GROUP = "sunwi"
#: A state machine that only has to take an execution.
_WATCHER = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a function in a container meets.

    Attributes:
        container: The use cases on the same database.
        tracked: The card of tracking 1, a place; tracking 2 is a blog post that stands nowhere on the same page.
        environment: Variables that lead a function there.
    """

    container: CommandContainer
    tracked: RankedCard
    environment: dict[str, str]

    def prepare(self, event: str) -> None:
        """Make what an event speaks of."""
        prepare_event(self.container, event)


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """Servers that containers reach on their network, and nothing else."""

    network: ContainerNetwork
    postgres: PostgresServer
    site: StandinSite
    stack: LocalStack
    resources: dict[str, str]

    @contextmanager
    def surroundings(self) -> Iterator[Surroundings]:
        """Provide a block with a database of its own, migrated and with two trackings."""
        name = f"sunwi_{uuid.uuid4().hex[:12]}"
        url = f"{self.postgres.create_database(name, template=_MIGRATED)}?sslmode=disable"
        container = CommandContainer(Adapters(Settings(database_url=url)))
        try:
            yield self.around(container, {"DATABASE_URL": url})
        finally:
            container.adapters.engine.dispose()
            self.postgres.drop_database(name)

    def around(self, container: CommandContainer, database: Mapping[str, str]) -> Surroundings:
        """Put two trackings into a migrated database, to which the given variables lead a function."""
        tracked = self._place()
        with container.adapters.store.begin() as tx:
            tx.trackings.add(_trackings(tracked), at=datetime.now(UTC))
        return Surroundings(container=container, tracked=tracked, environment={**self.resources, **database})

    def _place(self) -> RankedCard:
        truth = self.site.truth(KEYWORD)
        [places] = [area.code for area in truth.areas if area.kind is AreaKind.PLACES]
        return next(card for card in truth.cards if card.area == places and card.rank > 1)


@contextmanager
def servers(folder: Path) -> Iterator[Servers]:
    """Start the servers for the block.

    Args:
        folder: Takes the stand-in site's certificate.

    Raises:
        EngineUnavailable: The engine makes no network.
        ConfigurationError: PostgreSQL is not installed.
    """
    with (
        container_network() as network,
        running_postgres(network.address) as postgres,
        StandinSite(seed=SEED, state_dir=folder, host=network.address) as site,
        LocalStack(network=network) as stack,
    ):
        engine = create_store_engine(f"{postgres.create_database(_MIGRATED)}?sslmode=disable")
        upgrade_schema(engine)
        engine.dispose()
        yield Servers(
            network=network,
            postgres=postgres,
            site=site,
            stack=stack,
            resources={**_make_resources(stack), "STANDIN_ADDRESS": site.address},
        )


def _trackings(place: RankedCard) -> list[NewTracking]:
    blog = "nobody/123456789"
    return [
        NewTracking(target=Target(Kind.PLACE, place.id), target_url=place.item.url, keyword=KEYWORD),
        NewTracking(
            target=Target(Kind.BLOG, f"blog:{blog}"), target_url=f"https://blog.naver.com/{blog}", keyword=KEYWORD
        ),
    ]


def _make_resources(stack: LocalStack) -> dict[str, str]:
    """Make the queues, topic, state machine and buckets that functions use, and return the variables that lead there.

    The template itself is not deployed: its mappings would take the messages away.
    """
    sqs = stack.client("sqs")
    role = stack.client("iam").create_role(RoleName="watcher", AssumeRolePolicyDocument=json.dumps(_TRUST))
    machine = stack.client("stepfunctions").create_state_machine(
        name="watcher", definition=json.dumps(_WATCHER), roleArn=role["Role"]["Arn"]
    )
    for bucket in ("evidence", "files"):
        stack.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    stack.client("scheduler").create_schedule_group(Name=_SCHEDULE_GROUP)
    queues = {variable: sqs.create_queue(QueueName=name)["QueueUrl"] for variable, name in _QUEUES.items()}
    schedules = sqs.get_queue_attributes(QueueUrl=queues["SCHEDULES_QUEUE_URL"], AttributeNames=["QueueArn"])
    schedules_arn = schedules["Attributes"]["QueueArn"]
    return {
        "AWS_ENDPOINT_URL": stack.endpoint_url,
        "AWS_ACCESS_KEY_ID": ROOT_KEY,
        "AWS_SECRET_ACCESS_KEY": ROOT_KEY,
        "AWS_DEFAULT_REGION": REGION,
        **queues,
        "SCHEDULE_GROUP": _SCHEDULE_GROUP,
        "SCHEDULE_ROLE_ARN": role["Role"]["Arn"],
        "SCHEDULES_QUEUE_ARN": schedules_arn,
        "SCHEDULES_DEAD_LETTER_QUEUE_ARN": schedules_arn,
        "ALARM_TOPIC_ARN": stack.client("sns").create_topic(Name="sunwi-alarms")["TopicArn"],
        "STATE_MACHINE_ARN": machine["stateMachineArn"],
        "JOB_STATE_MACHINE_ARN": machine["stateMachineArn"],
        "EVIDENCE_BUCKET": "evidence",
        "FILES_BUCKET": "files",
        "CANARY_KEYWORDS": KEYWORD,
    }
