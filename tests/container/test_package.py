"""The images as a deployment hands them on: pushed by SAM CLI, named by the packaged template, pulled by the engine."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from infra.deploy.sam_cli import overrides, sam_command
from infra.local.containers.build_template import BUILT_TEMPLATE, image_targets
from infra.local.containers.images import Image, docker, local_environment
from infra.local.containers.surroundings import Servers
from infra.local.stack.localise import FUNCTION, ROOT, Place, localise_packaged, read_template
from infra.local.stack.outputs import StackOutputs
from infra.local.stack.session import REGION
from sunwi.adapters.sql.connection.engine import create_store_engine
from tests.container.registry import Registry, RegistryUnavailable, running_registry

REPOSITORY = "sunwi"
BUCKET = "packages"
STACK = "packaged"
#: CloudFormation waits much longer for a migrator that does not come.
SAM_SECONDS = 240


@dataclass(frozen=True)
class Packaged:
    """What `sam package` left.

    Attributes:
        images: What each function's `ImageUri` names.
    """

    registry: Registry
    template: dict[str, Any]
    images: dict[str, str]


def sam(running: Servers, registry: Registry, *arguments: str) -> None:
    """Run SAM CLI against the local AWS, with the registry as ECR."""
    environment = {
        **local_environment(),
        "AWS_ENDPOINT_URL": running.stack.endpoint_url,
        "AWS_ENDPOINT_URL_ECR": registry.token_url,
        "NO_PROXY": f"127.0.0.1,localhost,{running.network.address}",
        "SAM_CLI_POLL_DELAY": "0.2",
    }
    done = subprocess.run(  # noqa: S603 - our own words
        sam_command(*arguments),
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SAM_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    try:
        with running_registry(tmp_path_factory.mktemp("registry")) as started:
            yield started
    except RegistryUnavailable as error:
        pytest.skip(f"no image can be pushed: {error}")


@pytest.fixture(scope="module")
def packaged(
    images: dict[str, Image], running: Servers, registry: Registry, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Packaged]:
    """The built template, packaged; the engine has its images under their own names only."""
    assert images
    written = tmp_path_factory.mktemp("packaged") / "template.yaml"
    running.stack.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    sam(
        *(running, registry, "package", "--template-file", str(BUILT_TEMPLATE), "--s3-bucket", BUCKET),
        *("--image-repository", f"{registry.address}/{REPOSITORY}", "--output-template-file", str(written)),
    )
    template = read_template(written)
    named = {
        name: resource["Properties"]["ImageUri"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == FUNCTION
    }
    forgotten = docker("image", "rm", *named.values())
    assert forgotten.returncode == 0, forgotten.stderr
    yield Packaged(registry, template, named)
    docker("image", "rm", "--force", *named.values())


def test_every_function_of_the_packaged_template_names_an_image_that_was_pushed(packaged: Packaged) -> None:
    targets = image_targets(read_template())
    assert set(packaged.images) == set(targets)
    prefix = f"{packaged.registry.address}/{REPOSITORY}:"
    assert {prefix + tag for tag in packaged.registry.tags(REPOSITORY)} == set(packaged.images.values())
    digests = {name: packaged.registry.digest(image) for name, image in packaged.images.items()}
    assert None not in digests.values()
    # One image for each target, whatever the number of its functions.
    assert len(set(digests.values())) == len({(targets[name], digest) for name, digest in digests.items()}) == 2
    assert packaged.registry.digest(f"{prefix}nothing") is None


def test_the_repository_counts_every_pushed_image_by_a_tag_of_its_own_kind(packaged: Packaged) -> None:
    repository = read_template(ROOT / "infra" / "repository.yaml")["Resources"]["Repository"]["Properties"]
    rules = json.loads(repository["LifecyclePolicy"]["LifecyclePolicyText"])["rules"]
    prefixes = [prefix for rule in rules for prefix in rule["selection"].get("tagPrefixList", ())]
    counted: dict[str | None, bool] = {}
    for image in packaged.images.values():
        tag, digest = image.rpartition(":")[2], packaged.registry.digest(image)
        counted[digest] = counted.get(digest, False) or tag.startswith(tuple(prefixes))
    assert set(counted.values()) == {True}


@pytest.fixture
def database(running: Servers) -> Iterator[str]:
    """The URL of an empty database."""
    yield f"{running.postgres.create_database(STACK)}?sslmode=disable"
    running.postgres.drop_database(STACK)


@pytest.fixture
def outputs(packaged: Packaged, running: Servers, database: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """What the packaged template's stack says of itself; its deployment has called the migrator."""
    secret = running.stack.client("secretsmanager").create_secret(Name=f"{STACK}/database", SecretString="{}")["ARN"]
    variables = {"AWS_ENDPOINT_URL": running.stack.endpoint_url, "DATABASE_URL": database}
    local = localise_packaged(packaged.template, Place(region=REGION, code=None, environment=variables))
    template = tmp_path / "template.json"
    template.write_text(json.dumps(local))
    sam(
        *(running, packaged.registry, "deploy", "--template-file", str(template), "--stack-name", STACK),
        *("--s3-bucket", BUCKET, "--image-repository", f"{packaged.registry.address}/{REPOSITORY}"),
        *("--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset"),
        *overrides({"DatabaseSecretArn": secret}),
    )
    cloudformation = running.stack.client("cloudformation")
    [stack] = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
    yield {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    cloudformation.delete_stack(StackName=STACK)


def test_the_packaged_template_is_deployed_and_its_migrator_comes_from_the_registry(
    packaged: Packaged, running: Servers, database: str, outputs: dict[str, str]
) -> None:
    names, functions = StackOutputs.from_cloudformation(outputs), running.stack.client("lambda")
    deployed = functions.get_function(FunctionName=names.crawler_function_name)["Code"]["ImageUri"]
    assert deployed == packaged.images["Crawler"]
    answer = functions.invoke(FunctionName=names.migrator_function_name, Payload=b"{}")
    migrated = json.loads(answer["Payload"].read())
    assert migrated["before"] == migrated["after"] == outputs["SchemaRevision"]
    assert f"Pulling Lambda image: {packaged.images['Migrator']}" in running.stack.ministack_log()
    assert packaged.images["Migrator"] in docker("ps", "--format", "{{.Image}}").stdout.split()
    engine = create_store_engine(database)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == migrated["after"]
    engine.dispose()
