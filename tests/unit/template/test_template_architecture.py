"""An image of another processor than its function's ends every invocation with "exec format error"."""

from typing import Any

Resources = dict[str, dict[str, Any]]


def test_every_function_runs_on_the_processor_that_the_stack_names(
    template: dict[str, Any], resources: Resources
) -> None:
    assert template["Globals"]["Function"]["Architectures"] == [{"Ref": "Architecture"}]
    functions = {name: each for name, each in resources.items() if each["Type"] == "AWS::Serverless::Function"}
    assert functions
    assert [name for name, each in functions.items() if "Architectures" in each["Properties"]] == []
    assert {each["Properties"]["PackageType"] for each in functions.values()} == {"Image"}


def test_the_stack_names_one_processor_of_the_two_that_lambda_has(template: dict[str, Any]) -> None:
    parameter = template["Parameters"]["Architecture"]
    assert (parameter["Default"], parameter["AllowedValues"]) == ("x86_64", ["x86_64", "arm64"])
