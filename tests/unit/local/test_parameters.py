import pytest

from infra.local.parameters import DEMO_PARAMETERS, choose_parameters
from infra.local.stack.localise import ROOT, read_template
from sunwi.errors import ConfigurationError


def test_the_demo_is_quick_unless_something_else_is_asked_for() -> None:
    assert choose_parameters({}, read_template()) == {
        "CrawlDelaySeconds": "0",
        "CrawlRetryBaseSeconds": "1",
        "CrawlBatchTimeout": "900",
        "CrawlPostponeSeconds": "60",
    }


def test_a_variable_goes_before_the_demo_and_an_empty_one_does_not() -> None:
    chosen = choose_parameters({"CRAWL_BATCH_TIMEOUT": " 3600 ", "CRAWL_DELAY_SECONDS": ""}, read_template())
    assert (chosen["CrawlBatchTimeout"], chosen["CrawlDelaySeconds"]) == ("3600", "0")


@pytest.mark.parametrize(
    ("variable", "value", "remedy"),
    [
        ("CRAWL_BATCH_TIMEOUT", "1200", "20, 60, 300, 900, 1800, 3600, 7200, 10800 or 14400"),
        ("CRAWL_BATCH_TIMEOUT", "soon", "20, 60, 300, 900, 1800, 3600, 7200, 10800 or 14400"),
        ("CRAWL_DELAY_SECONDS", "-1", "a number from 0 to "),
        ("CRAWL_DELAY_SECONDS", "nan", "a number from 0 to "),
        ("CRAWL_RETRY_BASE_SECONDS", "1m", "one from 0 to 21600"),
    ],
)
def test_a_value_that_the_template_refuses_is_named_with_what_it_allows(variable: str, value: str, remedy: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        choose_parameters({variable: value}, read_template())
    assert f"{variable}={value}" in str(refusal.value)
    assert remedy in str(refusal.value)


@pytest.mark.parametrize("parameter", DEMO_PARAMETERS)
def test_the_page_of_the_local_stack_says_what_the_template_allows(parameter: str) -> None:
    variable, default = DEMO_PARAMETERS[parameter]
    declared = read_template()["Parameters"][parameter]
    if "AllowedValues" in declared:
        *most, last = declared["AllowedValues"]
        allowed = f"{', '.join(map(str, most))} or {last}"
    else:
        allowed = f"a number from {declared['MinValue']} to {declared['MaxValue']}"
    page = (ROOT / "docs/local.md").read_text(encoding="utf-8")
    assert f"| `{variable}` | {default} | {allowed} |" in page
