from datetime import datetime, time

import pytest

from sunwi.domain.schedule import KST
from sunwi.domain.schedule_time import (
    LAST_DAY,
    Daily,
    Every,
    Hourly,
    Interval,
    Monthly,
    Once,
    Weekday,
    Weekly,
    When,
)
from sunwi.errors import InvalidInput
from sunwi.service.schedules.parse_when import EXAMPLES, WEEKEND, WORKING_DAYS, parse_when

NOW = datetime(2026, 1, 1, 9, 0, 30, tzinfo=KST)
THREE, NINE, MIDNIGHT = time(3, 0), time(9, 0), time(0, 0)
MON_WED = frozenset({Weekday.MONDAY, Weekday.WEDNESDAY})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("매일 03:00", Daily(THREE)),
        ("매일 3:00", Daily(THREE)),
        ("  DAILY   23:59 ", Daily(time(23, 59))),
        ("매주 월,수 09:00", Weekly(MON_WED, NINE)),
        ("매주 월, 수 09:00", Weekly(MON_WED, NINE)),
        ("매주 월요일 수요일 09:00", Weekly(MON_WED, NINE)),
        ("매주 월·수 09:00", Weekly(MON_WED, NINE)),
        ("weekly Mon,Wed 09:00", Weekly(MON_WED, NINE)),
        ("weekly monday wednesday 09:00", Weekly(MON_WED, NINE)),
        ("매주 일 00:00", Weekly(frozenset({Weekday.SUNDAY}), MIDNIGHT)),
        ("매주 평일 09:00", Weekly(WORKING_DAYS, NINE)),
        ("매주 평일,주말 09:00", Daily(NINE)),
        ("평일 09:00", Weekly(WORKING_DAYS, NINE)),
        ("weekends 09:00", Weekly(WEEKEND, NINE)),
        ("매월 1일 00:00", Monthly(1, MIDNIGHT)),
        ("monthly 28 03:00", Monthly(28, THREE)),
        ("매월 29일 00:00", Monthly(LAST_DAY, MIDNIGHT)),
        ("매월 31일 00:00", Monthly(LAST_DAY, MIDNIGHT)),
        ("매월 말일 00:00", Monthly(LAST_DAY, MIDNIGHT)),
        ("매달 마지막 날 03:00", Monthly(LAST_DAY, THREE)),
        ("monthly last 00:00", Monthly(LAST_DAY, MIDNIGHT)),
        ("monthly last day 00:00", Monthly(LAST_DAY, MIDNIGHT)),
        ("매시 30분", Hourly(30)),
        ("매시간 0", Hourly(0)),
        ("hourly :05", Hourly(5)),
        ("15분마다", Every(15)),
        ("15 분마다", Every(15)),
        ("every 15m", Every(15)),
        ("every 15 minutes", Every(15)),
        ("6시간마다", Every(360)),
        ("every 6 hours", Every(360)),
        ("every 1h", Hourly(0)),
        ("24시간마다", Daily(MIDNIGHT)),
        ("45분마다", Interval(45, datetime(2026, 1, 1, 9, 45, tzinfo=KST))),
        ("한번 2026-01-02T03:00", Once(datetime(2026, 1, 2, 3, 0, tzinfo=KST))),
        ("한 번 2026-01-02 03:00", Once(datetime(2026, 1, 2, 3, 0, tzinfo=KST))),
        ("once 2026-01-01T18:00Z", Once(datetime(2026, 1, 2, 3, 0, tzinfo=KST))),
        ("at 2026-01-02", Once(datetime(2026, 1, 2, tzinfo=KST))),
    ],
)
def test_every_form_is_read_in_korean_and_in_english(text: str, expected: When) -> None:
    assert parse_when(text, now=NOW) == expected


def test_each_example_is_one() -> None:
    assert len({type(parse_when(text, now=NOW)) for text in EXAMPLES}) == 6


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "when_unreadable"),
        ("03:00", "when_unreadable"),
        ("곧", "when_unreadable"),
        ("every day 03:00", "when_unreadable"),
        ("every", "when_unreadable"),
        ("매주", "when_without_clock"),
        ("매주 09:00", "when_unreadable"),
        ("매월 09:00", "when_unreadable"),
        ("매월 첫날 09:00", "when_unreadable"),
        ("매시", "when_unreadable"),
        ("한번 내일", "when_unreadable"),
        ("cron(0 3 * * ? *)", "when_unreadable"),
        ("<script>", "when_unreadable"),
        ("매일", "when_without_clock"),
        ("매일 24:00", "when_without_clock"),
        ("매일 3시", "when_without_clock"),
        ("매일 12:60", "when_without_clock"),
        ("매일 03:00 04:00", "when_without_clock"),
        ("매주 월", "when_without_clock"),
        ("매월 1일", "when_without_clock"),
        ("평일", "when_without_clock"),
        ("매주 달 09:00", "when_weekday_unknown"),
        ("weekly mo 09:00", "when_weekday_unknown"),
        ("매월 0일 09:00", "when_day_unusable"),
        ("매월 32일 09:00", "when_day_unusable"),
        ("매시 60분", "when_minute_unusable"),
        ("0분마다", "when_interval_unusable"),
        ("999999분마다", "when_interval_unusable"),
        ("한번 2025-12-31", "when_past"),
    ],
)
def test_what_is_no_time_is_refused_by_what_is_wrong_with_it(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_when(text, now=NOW)
    assert refused.value.code == code
