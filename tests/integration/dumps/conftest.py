"""PostgreSQL's own programs on a real server, and a bucket of the local stack."""

from collections.abc import Iterator
from typing import Any

import psutil
import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from infra.local.postgres import PostgresServer
from infra.local.stack import LocalStack
from infra.local.stack.session import REGION
from sunwi.adapters.aws.backup_files import S3BackupFiles
from sunwi.adapters.sql.connection.database_access import DatabaseAccess
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.postgres_socket import PostgresOptions
from sunwi.adapters.sql.dumps.client_programs import ClientPrograms
from sunwi.adapters.sql.dumps.postgres_dumps import PostgresDumps

BUCKET = "files"
#: The least that S3 takes as a part.
SMALL_PART = 5 << 20
CLIENT_PROGRAMS = {"pg_dump", "pg_restore", "psql"}


def access_to(url: str, **options: Any) -> DatabaseAccess:
    """Reach a database by its URL."""
    return DatabaseAccess(read_url=lambda: url, options=PostgresOptions(**options))


def client_programs() -> list[psutil.Process]:
    """Return the programs that this process has started and not ended."""
    return [child for child in psutil.Process().children() if child.name() in CLIENT_PROGRAMS]


@pytest.fixture(scope="session")
def programs(postgres_server: PostgresServer) -> ClientPrograms:
    """Of the same installation as the server."""
    return ClientPrograms(postgres_server.programs)


@pytest.fixture
def dumps(postgres_engine: Engine, postgres_url: str, programs: ClientPrograms) -> PostgresDumps:
    """Dumps of a migrated database of the test's own."""
    return PostgresDumps(engine=postgres_engine, access=access_to(postgres_url), find_programs=lambda: programs)


@pytest.fixture
def empty_database(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of an empty database on the same server."""
    name = "restored"
    postgres_server.drop_database(name)
    postgres_server.create_database(name)
    yield name
    postgres_server.drop_database(name)


@pytest.fixture
def restored_engine(postgres_server: PostgresServer, empty_database: str) -> Iterator[Engine]:
    """The engine of that database."""
    engine = create_store_engine(make_url(postgres_server.url(empty_database)).render_as_string(hide_password=False))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def local_stack() -> Iterator[LocalStack]:
    """AWS on this machine, with nothing deployed."""
    with LocalStack() as stack:
        yield stack


@pytest.fixture
def s3(local_stack: LocalStack) -> Iterator[Any]:
    """A client with an empty bucket, whose hooks are the test's own."""
    client = local_stack.client("s3")
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    yield client
    for entry in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=entry["Key"])
    for upload in client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []):
        client.abort_multipart_upload(Bucket=BUCKET, Key=upload["Key"], UploadId=upload["UploadId"])
    client.delete_bucket(Bucket=BUCKET)


@pytest.fixture
def files(s3: Any) -> S3BackupFiles:
    """Backups in that bucket, in small parts."""
    return S3BackupFiles(s3, BUCKET, part_bytes=SMALL_PART)
