"""A first deployment with settings that do not fit each other."""

from collections.abc import Iterator

import pytest

from infra.local.stack import LocalStack


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    with LocalStack() as stack:
        yield stack


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        (
            {"CrawlScheduleHour": 23, "CrawlScheduleMinute": 30, "CrawlBatchTimeout": 3600},
            "a run that starts at 23:30 KST and may take CrawlBatchTimeout=3600 s would cross midnight KST",
        ),
        (
            {"CrawlerTimeoutSeconds": 15, "CrawlDelaySeconds": 2},
            "CrawlerTimeoutSeconds=15 leaves 1.5 s for a page besides two pauses of CrawlDelaySeconds=2",
        ),
        (
            {"CrawlTabDepth": 1000},
            "CrawlTabDepth=1000 is 34 pages, which CrawlDelaySeconds=2 draws out to 89 s",
        ),
        (
            {"CircuitPauseSeconds": 1800},
            "CircuitPauseSeconds=1800 is longer than CircuitMaxPauseSeconds=900",
        ),
    ],
)
def test_a_stack_is_not_created_and_says_why(stack: LocalStack, parameters: dict[str, int], sentence: str) -> None:
    with pytest.raises(RuntimeError, match="Settings: ") as refused:
        stack.deploy(parameters=parameters, name=f"unfit-{min(parameters).lower()}")
    assert f"ConfigurationError: {sentence}" in str(refused.value)
    assert "Schema: " not in str(refused.value)
    functions = [item["FunctionName"] for item in stack.client("lambda").list_functions()["Functions"]]
    assert not [name for name in functions if "Crawler" in name]
