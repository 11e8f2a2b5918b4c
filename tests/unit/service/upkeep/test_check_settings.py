from typing import Any

import pytest

from sunwi.errors import ConfigurationError
from sunwi.service.upkeep.check_settings import check_deployment, check_settings, in_parameters
from sunwi.settings import Settings
from sunwi.wording.error_words import error_words


def test_settings_that_fit_each_other_are_taken() -> None:
    check_settings(Settings())


@pytest.mark.parametrize(
    ("changes", "sentence", "korean"),
    [
        (
            {"crawl_list_depth": 1000, "crawl_delay_seconds": 4},
            (
                "CRAWL_LIST_DEPTH=1000 is 15 pages, which CRAWL_DELAY_SECONDS=4 draws out to 76 s, and "
                "CRAWLER_TIMEOUT_SECONDS=60 ends a reading before: raise CRAWLER_TIMEOUT_SECONDS to 76 or more, lower "
                "CRAWL_DELAY_SECONDS, or lower CRAWL_LIST_DEPTH to 770"
            ),
            "CRAWL_LIST_DEPTH을(를) 770 이하로 내리세요",
        ),
        (
            {"crawl_tab_depth": 1000},
            (
                "CRAWL_TAB_DEPTH=1000 is 34 pages, which CRAWL_DELAY_SECONDS=2 draws out to 89 s, and "
                "CRAWLER_TIMEOUT_SECONDS=60 ends a reading before: raise CRAWLER_TIMEOUT_SECONDS to 89 or more, lower "
                "CRAWL_DELAY_SECONDS, or lower CRAWL_TAB_DEPTH to 630"
            ),
            "CRAWL_TAB_DEPTH을(를) 630 이하로 내리세요",
        ),
        (
            {"circuit_pause_seconds": 600, "circuit_max_pause_seconds": 300},
            (
                "CIRCUIT_PAUSE_SECONDS=600 is longer than CIRCUIT_MAX_PAUSE_SECONDS=300, the longest of those pauses: "
                "raise the second or lower the first"
            ),
            "뒤의 값을 올리거나 앞의 값을 내리세요",
        ),
    ],
)
def test_what_does_not_fit_is_named_with_its_values_and_the_remedy(
    changes: dict[str, Any], sentence: str, korean: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        check_settings(Settings(**changes))
    assert str(refused.value) == sentence
    assert korean in error_words(refused.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"crawl_list_depth": 770, "crawl_delay_seconds": 4},
        {"crawl_list_depth": 1000, "crawl_delay_seconds": 4, "crawler_timeout_seconds": 76},
        {"crawl_tab_depth": 630},
        {"crawl_tab_depth": 1000, "crawler_timeout_seconds": 89},
    ],
)
def test_each_remedy_that_is_named_is_one(changes: dict[str, Any]) -> None:
    check_settings(Settings(**changes))


def test_a_deployment_is_refused_in_the_names_of_its_parameters() -> None:
    with pytest.raises(ConfigurationError) as refused:
        check_deployment({"CRAWL_TAB_DEPTH": "1000", "CRAWL_DELAY_SECONDS": "2", "CRAWLER_TIMEOUT_SECONDS": "60"})
    assert str(refused.value).startswith("CrawlTabDepth=1000 is 34 pages, which CrawlDelaySeconds=2 draws out to 89 s")
    assert "lower CrawlTabDepth to 630" in str(refused.value)


def test_a_value_that_is_none_is_refused_by_its_parameter() -> None:
    with pytest.raises(ConfigurationError, match=r"^CrawlBatchTimeout: .* \(it is 'never'\)$"):
        check_deployment({"CRAWL_BATCH_TIMEOUT": "never"})


def test_only_variables_that_have_a_parameter_are_renamed() -> None:
    text = "set CRAWL_TAB_DEPTH, not BROWSER_EXECUTABLE; KST stays"
    assert in_parameters(text, {"CRAWL_TAB_DEPTH": ""}) == "set CrawlTabDepth, not BROWSER_EXECUTABLE; KST stays"
