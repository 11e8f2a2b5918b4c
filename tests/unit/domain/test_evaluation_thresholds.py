import pytest

from sunwi.domain.evaluation_thresholds import DEFAULT_THRESHOLDS, LIMITS, DatedThresholds, ThresholdBook, Thresholds
from sunwi.errors import InvalidInput
from tests.examples import DAY


def test_the_defaults_are_within_their_limits() -> None:
    DEFAULT_THRESHOLDS.check()


@pytest.mark.parametrize("name", LIMITS)
def test_each_number_is_taken_up_to_its_limits_and_no_further(name: str) -> None:
    least, most = LIMITS[name]
    for value in (least, most):
        Thresholds(**{name: value}).check()  # type: ignore[arg-type]  # by name
    for value in (least - 1, most + 1):
        with pytest.raises(InvalidInput) as refused:
            Thresholds(**{name: value}).check()  # type: ignore[arg-type]  # by name
        assert (refused.value.code, refused.value.fields["threshold"]) == ("threshold_unusable", name)


def test_everything_that_is_out_of_its_limits_is_named() -> None:
    with pytest.raises(InvalidInput) as refused:
        Thresholds(drop_places=0, gap_days=99).check()
    assert len(refused.value.problems) == 2


def test_clients_that_want_a_digest_every_day_are_those_whose_thresholds_of_the_day_say_so() -> None:
    daily, quiet = Thresholds(is_daily=True), Thresholds()
    later = DAY.replace(day=9)
    book = ThresholdBook(
        {
            5: [DatedThresholds(since=DAY, thresholds=daily)],
            3: [DatedThresholds(since=DAY, thresholds=daily), DatedThresholds(since=later, thresholds=quiet)],
            4: [DatedThresholds(since=later, thresholds=daily)],
        }
    )
    assert book.daily_clients(DAY) == [3, 5]
    assert book.daily_clients(later) == [4, 5]
    assert book.most_ends_soon_days == 3
    assert ThresholdBook().most_ends_soon_days == 3
