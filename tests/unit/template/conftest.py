from typing import Any

import pytest

from infra.local.stack.localise import TEMPLATE, read_template

Resources = dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    return read_template()


@pytest.fixture(scope="session")
def template_text() -> str:
    return TEMPLATE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> Resources:
    return dict(template["Resources"])


@pytest.fixture(scope="session")
def functions(resources: Resources) -> Resources:
    return {name: item for name, item in resources.items() if item["Type"] == "AWS::Serverless::Function"}


@pytest.fixture(scope="session")
def queues(resources: Resources) -> Resources:
    return {name: item for name, item in resources.items() if item["Type"] == "AWS::SQS::Queue"}
