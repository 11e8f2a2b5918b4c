"""Nights and evaluations on each database."""

from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from sunwi.adapters.sql.store import SqlStore
from tests.evaluation.evaluation_world import EvaluationWorld


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with capture_logs():
        yield


@pytest.fixture
def world(store: SqlStore) -> EvaluationWorld:
    """Nobody is tracked yet."""
    return EvaluationWorld(store)
