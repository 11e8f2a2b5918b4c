from pathlib import Path

import pytest

from infra.deploy.choices import BadChoice, read_choices

SAMCONFIG = """
version = 0.1
[default.global.parameters]
stack_name = "sunwi"
region = "ap-northeast-2"
[default.deploy.parameters]
resolve_s3 = true
[tokyo.global.parameters]
region = "ap-northeast-1"
[tokyo.deploy.parameters]
parameter_overrides = {overrides}
"""


@pytest.fixture
def samconfig(tmp_path: Path) -> Path:
    file = tmp_path / "samconfig.toml"
    file.write_text(SAMCONFIG.format(overrides='"DatabaseSecretArn=arn:1 CrawlScheduleHour=\\"2\\""'))
    return file


def test_samconfig_says_stack_and_region_and_the_command_line_goes_before(samconfig: Path) -> None:
    chosen = read_choices([], is_terminal=True, samconfig=samconfig)
    assert (chosen.stack, chosen.region, chosen.images_stack) == ("sunwi", "ap-northeast-2", "sunwi-images")
    chosen = read_choices(["--stack", "try", "--region", "us-east-1"], is_terminal=True, samconfig=samconfig)
    assert (chosen.stack, chosen.region, chosen.images_stack) == ("try", "us-east-1", "try-images")


def test_another_section_of_samconfig_stands_on_the_default_one(samconfig: Path) -> None:
    chosen = read_choices(["--config-env", "tokyo"], is_terminal=True, samconfig=samconfig)
    assert (chosen.stack, chosen.region) == ("sunwi", "ap-northeast-1")


@pytest.mark.parametrize(
    "overrides",
    [
        '"DatabaseSecretArn=arn:1 CrawlScheduleHour=\\"2\\""',
        '["DatabaseSecretArn=arn:1", "CrawlScheduleHour=2"]',
        '"ParameterKey=DatabaseSecretArn,ParameterValue=arn:1 ParameterKey=CrawlScheduleHour,ParameterValue=2"',
        '\'"DatabaseSecretArn"="arn:1" "CrawlScheduleHour"="2"\'',
    ],
)
def test_the_parameters_that_samconfig_gives_are_known_by_name(samconfig: Path, overrides: str) -> None:
    samconfig.write_text(SAMCONFIG.format(overrides=overrides))
    chosen = read_choices(["--config-env", "tokyo"], is_terminal=True, samconfig=samconfig)
    assert chosen.configured == {"DatabaseSecretArn": "arn:1", "CrawlScheduleHour": "2"}


def test_parameters_that_samconfig_gives_every_command_are_known_too(samconfig: Path) -> None:
    samconfig.write_text('[default.global.parameters]\nstack_name="s"\nregion="r"\nparameter_overrides="A=1"\n')
    assert read_choices([], is_terminal=True, samconfig=samconfig).configured == {"A": "1"}


def test_parameters_are_names_and_values_which_may_hold_an_equals_sign(samconfig: Path) -> None:
    chosen = read_choices(["CrawlScheduleHour=2", "AlarmEmail=a=b@c"], is_terminal=True, samconfig=samconfig)
    assert chosen.parameters == {"CrawlScheduleHour": "2", "AlarmEmail": "a=b@c"}


@pytest.mark.parametrize("argument", ["CrawlScheduleHour", "=2", "Crawl Hour=2"])
def test_anything_else_is_refused(samconfig: Path, argument: str) -> None:
    with pytest.raises(BadChoice, match="write NAME=VALUE"):
        read_choices([argument], is_terminal=True, samconfig=samconfig)


def test_a_samconfig_without_a_region_needs_one_from_the_command_line(samconfig: Path) -> None:
    samconfig.write_text("version = 0.1\n")
    with pytest.raises(BadChoice, match="give STACK= and REGION="):
        read_choices(["--stack", "sunwi"], is_terminal=True, samconfig=samconfig)


def test_nobody_is_asked_without_a_terminal_or_when_all_is_said(samconfig: Path) -> None:
    assert read_choices([], is_terminal=True, samconfig=samconfig).asks
    assert not read_choices([], is_terminal=False, samconfig=samconfig).asks
    assert not read_choices(["--yes"], is_terminal=True, samconfig=samconfig).asks


def test_the_repositorys_own_samconfig_names_seoul() -> None:
    chosen = read_choices([], is_terminal=False)
    assert (chosen.stack, chosen.region) == ("sunwi", "ap-northeast-2")
