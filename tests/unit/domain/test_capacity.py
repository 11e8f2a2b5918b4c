import re
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.capacity import capacity_warning


@given(
    pages=st.integers(0, 20_000),
    delay=st.floats(0, 60),
    load=st.none() | st.floats(0, 60),
    seconds=st.integers(1, 86_400),
)
def test_the_warning_names_a_value_that_is_enough(pages: int, delay: float, load: float | None, seconds: int) -> None:
    def warn(timeout: int) -> str | None:
        return capacity_warning(
            pages=pages, delay_seconds=delay, load_seconds=load, batch_timeout=timedelta(seconds=timeout)
        )

    warning = warn(seconds)
    if warning is None:
        assert pages * (delay + (3.0 if load is None else load)) <= seconds
    else:
        named = re.search(r"at least (\d+)$", warning)
        assert named is not None
        assert int(named[1]) > seconds
        assert warn(int(named[1])) is None
        assert warn(int(named[1]) - 1) is not None


def test_700_pages_of_5_seconds_fit_into_an_hour_and_721_do_not() -> None:
    hour = timedelta(hours=1)
    assert capacity_warning(pages=720, delay_seconds=2, load_seconds=3, batch_timeout=hour) is None
    assert capacity_warning(pages=721, delay_seconds=2, load_seconds=3, batch_timeout=hour) == (
        "721 distinct pages need about 3605 s (2 s delay + 3.0 s load each) and CRAWL_BATCH_TIMEOUT is 3600 s: "
        "set CRAWL_BATCH_TIMEOUT to at least 3605"
    )
