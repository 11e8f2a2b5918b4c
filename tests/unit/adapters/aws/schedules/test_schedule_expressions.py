from datetime import datetime, time

import pytest
from hypothesis import given

from sunwi.adapters.aws.schedules.schedule_expressions import ZONE, read_expression, write_expression
from sunwi.domain.schedule import KST
from sunwi.domain.schedule_time import (
    LAST_DAY,
    Daily,
    Every,
    Hourly,
    Interval,
    Monthly,
    Once,
    Unreadable,
    Weekday,
    Weekly,
    When,
)
from tests.unit.domain.test_schedule_time import SUNDAY, WORKING_DAYS, forms

THREE = time(3, 5)
SINCE = datetime(2026, 1, 2, 3, 0, tzinfo=KST)


@pytest.mark.parametrize(
    ("when", "expression"),
    [
        (Daily(THREE), "cron(5 3 * * ? *)"),
        (Weekly(SUNDAY, time(0, 0)), "cron(0 0 ? * SUN *)"),
        (Weekly(WORKING_DAYS, time(18, 0)), "cron(0 18 ? * MON,TUE,WED,THU,FRI *)"),
        (Monthly(1, THREE), "cron(5 3 1 * ? *)"),
        (Monthly(LAST_DAY, THREE), "cron(5 3 L * ? *)"),
        (Hourly(30), "cron(30 * * * ? *)"),
        (Every(15), "cron(0/15 * * * ? *)"),
        (Every(15, 5), "cron(5/15 * * * ? *)"),
        (Every(360), "cron(0 0/6 * * ? *)"),
        (Every(360, 150), "cron(30 2/6 * * ? *)"),
        (Interval(45, SINCE), "rate(45 minutes)"),
        (Interval(1, SINCE), "rate(1 minute)"),
        (Once(datetime(2026, 1, 1, 18, 0, tzinfo=KST)), "at(2026-01-01T18:00:00)"),
    ],
)
def test_a_form_is_written_for_korean_time_and_read_again(when: When, expression: str) -> None:
    assert write_expression(when) == expression
    assert read_expression(expression, ZONE, since=SINCE) == when


@given(when=forms)
def test_every_form_comes_back_as_it_was_written(when: When) -> None:
    assert read_expression(write_expression(when), ZONE, since=None) == when


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cron(5 3 ? * * *)", Daily(THREE)),
        (" cron( 5  3 * * ? * ) ", Daily(THREE)),
        ("cron(5 3 ? * 1 *)", Weekly(SUNDAY, THREE)),
        ("cron(5 3 ? * 2-6 *)", Weekly(WORKING_DAYS, THREE)),
        ("cron(5 3 ? * MON-FRI *)", Weekly(WORKING_DAYS, THREE)),
        ("cron(5 3 ? * mon-fri *)", Weekly(WORKING_DAYS, THREE)),
        ("cron(5 3 ? * FRI-MON *)", Weekly(frozenset(Weekday) - {1, 2, 3}, THREE)),
        ("cron(5 3 ? * 7,1 *)", Weekly(frozenset({Weekday.SATURDAY, Weekday.SUNDAY}), THREE)),
        ("cron(*/15 * * * ? *)", Every(15)),
        ("cron(0 */6 ? * * *)", Every(360)),
        ("rate(2 hours)", Interval(120, SINCE)),
        ("rate(1 hour)", Interval(60, SINCE)),
        ("rate(3 days)", Interval(4320, SINCE)),
    ],
)
def test_what_a_person_has_written_in_the_console_is_read(expression: str, expected: When) -> None:
    assert read_expression(expression, ZONE, since=SINCE) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "every day",
        "cron()",
        "cron(5 3 * *)",
        "cron(5 3 29 * ? *)",
        "cron(5 3 31 * ? *)",
        "cron(5 3 LW * ? *)",
        "cron(5 3 15W * ? *)",
        "cron(5 3 1,15 * ? *)",
        "cron(5 3 * 1 ? *)",
        "cron(5 3 * * ? 2027)",
        "cron(5 3 ? * MON#1 *)",
        "cron(5 3 ? * 6L *)",
        "cron(5 3 ? * 8 *)",
        "cron(5 3,15 * * ? *)",
        "cron(0,30 * * * ? *)",
        "cron(5 9-17 * * ? *)",
        "cron(0/7 * * * ? *)",
        "cron(20/15 * * * ? *)",
        "cron(0/0 * * * ? *)",
        "cron(0 0/5 * * ? *)",
        "cron(60 * * * ? *)",
        "cron(61 3 * * ? *)",
        "cron(5 24 * * ? *)",
        "cron(² 3 * * ? *)",
        "rate(0 minutes)",
        "rate(5 weeks)",
        "rate(five minutes)",
        "at(tomorrow)",
    ],
)
def test_what_is_no_form_of_ours_is_shown_as_it_is(expression: str) -> None:
    assert read_expression(expression, ZONE, since=SINCE) == Unreadable(expression, ZONE)


@pytest.mark.parametrize("expression", ["cron(5 3 * * ? *)", "at(2026-01-02T03:00:00)"])
def test_a_time_of_another_zone_is_not_taken_for_korean(expression: str) -> None:
    assert read_expression(expression, "UTC", since=None) == Unreadable(expression, "UTC")


def test_an_interval_is_the_same_in_every_zone() -> None:
    assert read_expression("rate(5 minutes)", "UTC", since=None) == Interval(5, None)
