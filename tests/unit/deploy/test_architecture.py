from pathlib import Path

import pytest

from infra.deploy.architecture import wanted_architecture
from infra.deploy.choices import Choices, read_choices

SAMCONFIG = """
[default.global.parameters]
stack_name = "sunwi"
region = "ap-northeast-2"
[default.deploy.parameters]
parameter_overrides = "{overrides}"
"""


@pytest.mark.parametrize(
    ("given", "configured", "stack", "wanted"),
    [
        ([], "", {}, "x86_64"),
        ([], "", {"Architecture": "arm64"}, "arm64"),
        (["CrawlScheduleHour=2"], "", {"Architecture": "arm64"}, "arm64"),
        (["Architecture=x86_64"], "", {"Architecture": "arm64"}, "x86_64"),
        ([], "Architecture=arm64", {"Architecture": "x86_64"}, "arm64"),
        (["Architecture=x86_64"], "Architecture=arm64", {}, "x86_64"),
        (["CrawlScheduleHour=2"], "Architecture=arm64", {"Architecture": "x86_64"}, "arm64"),
    ],
)
def test_the_functions_get_what_is_given_else_configured_else_kept_else_the_templates(
    tmp_path: Path, given: list[str], configured: str, stack: dict[str, str], wanted: str
) -> None:
    assert wanted_architecture(chosen(tmp_path, given, configured), stack) == wanted


def chosen(folder: Path, given: list[str], configured: str) -> Choices:
    samconfig = folder / "samconfig.toml"
    samconfig.write_text(SAMCONFIG.format(overrides=configured))
    return read_choices(given, is_terminal=False, samconfig=samconfig)


def test_what_is_given_goes_before_what_is_configured_and_beside_it(tmp_path: Path) -> None:
    choices = chosen(tmp_path, ["CrawlScheduleHour=2"], "CrawlScheduleHour=1 DatabaseSecretArn=arn:aws:x")
    assert choices.overrides == {"CrawlScheduleHour": "2", "DatabaseSecretArn": "arn:aws:x"}
