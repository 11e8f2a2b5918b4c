import sqlite3
from typing import Any

import pytest
from pg8000 import dbapi
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError

from sunwi.adapters.sql.connection.engine import create_store_engine, translate_error
from sunwi.errors import ConfigurationError, InvalidInput, StoreConflict, StoreUnavailable


def postgres_error(code: str, message: str = "said so", error: type[DBAPIError] = ProgrammingError) -> DBAPIError:
    fields: dict[str, Any] = {"S": "ERROR", "C": code, "M": message}
    return error("SELECT 1", {}, dbapi.DatabaseError(fields))


@pytest.mark.parametrize("url", ["postgres", "sunwi.db", "://", ""])
def test_what_is_no_url_is_refused_with_the_forms_that_are(url: str) -> None:
    with pytest.raises(ConfigurationError, match="use sqlite:///FILE or postgresql://"):
        create_store_engine(url)


def test_another_database_is_refused_by_its_name() -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_URL names 'mysql'"):
        create_store_engine("mysql://root:secret@host/name")


def test_a_refused_url_never_shows_its_password() -> None:
    with pytest.raises(ConfigurationError) as caught:
        create_store_engine("mysql://root:hunter2@host/name")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg", "postgresql+pg8000"])
def test_postgresql_is_spoken_to_by_pg8000_on_one_connection(scheme: str) -> None:
    engine = create_store_engine(f"{scheme}://user:secret@host/name")
    assert engine.url.drivername == "postgresql+pg8000"
    assert engine.pool.size() == 1  # type: ignore[attr-defined]  # a queue pool has a size


def test_a_url_without_a_user_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_URL names no user"):
        create_store_engine("postgresql://host/name")


@pytest.mark.parametrize(
    "code",
    [
        "08006",  # connection failure
        "53200",  # out of memory
        "57P01",  # shut down by an administrator
        "57P03",  # starting up
        "28P01",  # password refused, as while it is being rotated
        "57014",  # a statement that took too long
        "25P03",  # a transaction that was idle too long
        "55P03",  # a lock that was not to be had
    ],
)
def test_what_passes_by_itself_is_an_unavailable_store(code: str) -> None:
    translated = translate_error(postgres_error(code, "the server's own words"))
    assert isinstance(translated, StoreUnavailable)
    assert str(translated) == "the database cannot be reached or asks to try again: the server's own words"


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("25006", "it takes no writes: a failover is under way"),
        ("53100", "its disk is full: enlarge it"),
        ("53300", "it takes no more connections: raise its limit"),
    ],
)
def test_what_a_person_can_end_says_how_beside_the_servers_words(code: str, advice: str) -> None:
    translated = translate_error(postgres_error(code, "the server's own words"))
    assert isinstance(translated, StoreUnavailable)
    assert advice in str(translated)
    assert str(translated).endswith("(the server's own words)")


@pytest.mark.parametrize("code", ["40001", "40P01"])
def test_a_serialization_failure_or_a_deadlock_is_a_conflict(code: str) -> None:
    translated = translate_error(postgres_error(code, "deadlock detected"))
    assert isinstance(translated, StoreConflict)
    assert str(translated).endswith("this one was taken back: deadlock detected")


@pytest.mark.parametrize("code", ["42601", "42P01", "23505"])
def test_a_mistake_stays_what_it_is(code: str) -> None:
    error = postgres_error(code)
    assert translate_error(error) is error


@pytest.mark.parametrize("code", ["22021", "22001", "22003"])
def test_a_value_that_cannot_be_stored_is_invalid_input_in_the_servers_words(code: str) -> None:
    translated = translate_error(postgres_error(code, "value too long for type character varying(32)"))
    assert isinstance(translated, InvalidInput)
    assert "(value too long for type character varying(32)): shorten it" in str(translated)


@pytest.mark.parametrize("message", ["database is locked", "unable to open database file", "disk I/O error"])
def test_a_sqlite_file_that_cannot_be_used_now_is_an_unavailable_store(message: str) -> None:
    error = OperationalError("SELECT 1", {}, sqlite3.OperationalError(message))
    translated = translate_error(error)
    assert isinstance(translated, StoreUnavailable)
    assert message in str(translated)


def test_a_missing_table_stays_what_it_is() -> None:
    error = OperationalError("SELECT 1", {}, sqlite3.OperationalError("no such table: run"))
    assert translate_error(error) is error


@pytest.mark.parametrize("orig", [dbapi.InterfaceError("network error"), dbapi.InterfaceError("")])
def test_a_lost_connection_is_an_unavailable_store(orig: Exception) -> None:
    assert isinstance(translate_error(InterfaceError("SELECT 1", {}, orig)), StoreUnavailable)
