from datetime import timedelta

from sunwi.domain.capacity import LoadPace, Pages, capacity_warning
from sunwi.wording.capacity_words import capacity_words


def words(loads: int, *, crawlers: int = 1) -> str:
    pace = LoadPace(delay_seconds=2, load_seconds=3, crawlers=crawlers)
    warning = capacity_warning(Pages(distinct=loads, loads=loads), pace, batch_timeout=timedelta(hours=1))
    assert warning is not None
    return capacity_words(warning)


def test_a_night_that_is_too_short_is_said_with_the_values_to_set() -> None:
    assert words(721) == (
        "서로 다른 화면 721개는 721쪽이고 약 3605초가 걸립니다 (쪽마다 간격 2초 + 읽기 3.0초). 배치 제한 시간이 "
        "3600초이니 CRAWL_BATCH_TIMEOUT 을 3605 이상으로 정하세요. CRAWLER_CONCURRENCY 를 2 이상으로 정해도 됩니다."
    )


def test_crawlers_that_read_at_once_are_counted() -> None:
    assert "읽기 3.0초, 동시에 2개)" in words(1441, crawlers=2)


def test_no_number_of_crawlers_is_named_where_none_is_enough() -> None:
    assert words(1801).endswith("CRAWL_BATCH_TIMEOUT 을 9005 이상으로 정하세요.")
