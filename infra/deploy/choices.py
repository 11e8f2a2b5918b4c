"""What is deployed, and where: from the command line, else from samconfig.toml."""

import argparse
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.deploy.sam_cli import ROOT
from infra.local.stack.localise import read_template

SAMCONFIG = ROOT / "samconfig.toml"
BUILT = ROOT / ".aws-sam" / "build" / "template.yaml"

#: The parameter without a default.
DATABASE = "DatabaseSecretArn"

#: Of a parameter in samconfig.toml, in quotes or not.
_VALUE = r'"?([^\s"]*)'


class BadChoice(Exception):
    """What was chosen cannot be deployed; the message says what to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What is deployed, and where.

    Attributes:
        config_env: Section of samconfig.toml.
        stack: Name of the CloudFormation stack.
        parameters: Template parameters that were given; the others keep what they have.
        configured: Those that samconfig.toml gives, for what is not given.
        asks: Whether somebody is there who can be asked.
        database_stack: Stack of `infra/database.yaml` that says where the database is; None when it is another's.
        built: A template that is built already; None builds it.
        is_removal: Delete instead.
    """

    config_env: str
    stack: str
    region: str
    parameters: Mapping[str, str]
    configured: Mapping[str, str]
    asks: bool
    database_stack: str | None
    built: Path | None
    is_removal: bool

    @property
    def overrides(self) -> dict[str, str]:
        """Parameters for the SAM CLI, which by itself takes samconfig's in place of the given ones or not at all."""
        return {**self.configured, **self.parameters}

    @property
    def images_stack(self) -> str:
        """Name of the stack that holds the images' repository."""
        return f"{self.stack}-images"


def read_choices(arguments: Sequence[str], *, is_terminal: bool, samconfig: Path = SAMCONFIG) -> Choices:
    """Read the command line.

    Raises:
        BadChoice: An argument is no NAME=VALUE, or samconfig.toml names no stack or region.
    """
    parser = argparse.ArgumentParser(prog="make deploy", description="Deploy Sunwi to an AWS account.")
    parser.add_argument("parameters", nargs="*", metavar="NAME=VALUE", help="template parameters")
    parser.add_argument("--stack", help="name of the stack (samconfig.toml has the default)")
    parser.add_argument("--region", help="AWS region (samconfig.toml has the default)")
    parser.add_argument("--config-env", default="default", help="section of samconfig.toml")
    parser.add_argument("--database-stack", help="stack that make deploy-database has made")
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    parser.add_argument("--built", type=Path, help="a template that is built already")
    parser.add_argument("--remove", action="store_true", help="delete the stack; the data stays")
    options = parser.parse_args(arguments)
    config = tomllib.loads(samconfig.read_text(encoding="utf-8"))
    defaults = {**_section(config, "default", "global"), **_section(config, options.config_env, "global")}
    stack, region = options.stack or defaults.get("stack_name"), options.region or defaults.get("region")
    if not stack or not region:
        raise BadChoice(f"{samconfig.name} names no stack_name or no region: give STACK= and REGION=")
    return Choices(
        config_env=options.config_env,
        stack=stack,
        region=region,
        parameters=dict(_split(parameter) for parameter in options.parameters),
        configured=_configured(config, options.config_env),
        asks=is_terminal and not options.yes,
        database_stack=options.database_stack,
        built=options.built.resolve() if options.built else None,
        is_removal=options.remove,
    )


def value_after(parameter: str, choices: Choices, stack: Mapping[str, str]) -> str:
    """Return the value that a parameter with a default has once `sam deploy` is through.

    Args:
        parameter: Of the template.
        choices: What is deployed.
        stack: Parameters of the stack as it is, which keeps those that are not given; none for a first deployment.
    """
    default: str = read_template()["Parameters"][parameter]["Default"]
    return choices.overrides.get(parameter) or stack.get(parameter) or default


def _section(config: Mapping[str, Any], environment: str, command: str) -> dict[str, Any]:
    found: dict[str, Any] = config.get(environment, {}).get(command, {}).get("parameters", {})
    return found


def _split(parameter: str) -> tuple[str, str]:
    name, separator, value = parameter.partition("=")
    if not separator or not name.isalnum():
        raise BadChoice(f"{parameter!r} is no template parameter: write NAME=VALUE")
    return name, value


def _configured(config: Mapping[str, Any], environment: str) -> dict[str, str]:
    """Return samconfig's parameter_overrides: one text or a list, in either of the SAM CLI's forms."""
    section = {**_section(config, environment, "global"), **_section(config, environment, "deploy")}
    configured = section.get("parameter_overrides", "")
    text = configured if isinstance(configured, str) else " ".join(configured)
    long_form = re.findall(rf'ParameterKey="?([A-Za-z0-9]+)"?(?:,ParameterValue={_VALUE})?', text)
    return dict(long_form or re.findall(rf'(?:^|\s)"?([A-Za-z0-9]+)"?={_VALUE}', text))
