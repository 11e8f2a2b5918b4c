import pytest
from sqlalchemy import String

from sunwi import errors
from sunwi.adapters.sql.tables import AttemptRow, TaskRow
from sunwi.domain.failure import Failure, FailureCause, cause_of, failure_of
from sunwi.errors import SunwiError
from sunwi.wording.labels import FAILURE_CAUSES


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (errors.Blocked("403"), FailureCause.BLOCKED),
        (errors.LayoutUnknown("no landmark"), FailureCause.LAYOUT),
        (errors.PageTruncated("cut"), FailureCause.TRUNCATED),
        (errors.PageTimedOut("4500 ms"), FailureCause.TIMEOUT),
        (errors.PageUnreachable("refused"), FailureCause.UNREACHABLE),
        (errors.BadMessage("no json"), FailureCause.BAD_MESSAGE),
        (errors.InvalidInput("too long"), FailureCause.UNUSABLE),
        (errors.Permanent("for good"), FailureCause.UNUSABLE),
        (errors.StoreUnavailable("away"), FailureCause.OTHER),
        (ValueError("a mistake"), FailureCause.OTHER),
    ],
)
def test_each_error_has_the_code_of_its_nearest_kind(error: Exception, cause: FailureCause) -> None:
    assert cause_of(error) is cause
    assert failure_of(error) == Failure(cause, f"{type(error).__name__}: {error}")


def test_every_error_that_a_look_can_end_with_has_a_code_of_its_own() -> None:
    classes = {value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, SunwiError)}
    unnamed = {kind.__name__ for kind in classes if cause_of(kind("x")) is FailureCause.OTHER}
    assert unnamed == {
        "AttemptLost",
        "AttemptPaused",
        "AttemptTaken",
        "JobCancelled",
        "NotTaken",
        "SunwiError",
        "Retryable",
        "StoreUnavailable",
        "StoreConflict",
        "ConfigurationError",
        "Postponed",
    }


def test_every_code_fits_its_column_and_has_a_korean_name() -> None:
    assert set(FAILURE_CAUSES) == set(FailureCause)
    for table in (TaskRow, AttemptRow):
        kind = table.__table__.columns["cause"].type
        assert isinstance(kind, String)
        assert kind.length is not None
        assert max(len(cause) for cause in FailureCause) <= kind.length
