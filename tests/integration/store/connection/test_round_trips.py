"""How often PostgreSQL is waited for."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from sunwi.errors import InvalidInput
from tests.statement_counts import counting

#: The check of a connection that was idle, BEGIN and COMMIT.
AROUND = 3


def test_a_statement_with_values_is_one_round_trip(postgres_engine: Engine) -> None:
    postgres_engine.connect().close()
    with counting(postgres_engine) as counts, postgres_engine.begin() as connection:
        for number in range(5):
            found = connection.execute(text("SELECT :number + 1, :word"), {"number": number, "word": "말"}).one()
            assert tuple(found) == (number + 1, "말")
    assert counts.round_trips == 5 + AROUND


def test_a_statement_that_fails_leaves_nothing_for_the_next_one(postgres_engine: Engine) -> None:
    with postgres_engine.connect() as connection:
        for bad in ("SELECT :n / 0", "SELECT :n FROM nowhere", "SELECT CAST(:n AS uuid)"):
            with pytest.raises(DBAPIError):
                connection.execute(text(bad), {"n": 1})
            connection.rollback()
            assert connection.execute(text("SELECT :n"), {"n": 7}).scalar_one() == "7"


def test_a_value_that_is_no_character_leaves_nothing_for_the_next_statement(postgres_engine: Engine) -> None:
    with postgres_engine.connect() as connection:
        with pytest.raises(InvalidInput, match=r"U\+D83D"):
            connection.execute(text("SELECT :a, :b"), {"a": "fine", "b": "\ud83d"})
        connection.rollback()
        assert connection.execute(text("SELECT :b"), {"b": "fine"}).scalar_one() == "fine"
