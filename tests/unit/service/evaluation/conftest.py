"""Evaluations on a SQLite file, without a single socket."""

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore
from tests.evaluation.evaluation_world import EvaluationWorld


@pytest.fixture
def world(sqlite_engine: Engine) -> EvaluationWorld:
    """Nobody is tracked yet."""
    return EvaluationWorld(SqlStore(sqlite_engine))
