"""Evaluate the Rules section of a template as CloudFormation does."""

from collections.abc import Callable, Mapping
from typing import Any


def refusals(template: Mapping[str, Any], chosen: Mapping[str, str]) -> list[str]:
    """Return the descriptions of the assertions that fail for these parameters."""
    defaults = {name: str(value.get("Default", "")) for name, value in template["Parameters"].items()}
    parameters = {**defaults, **chosen}
    return [
        assertion["AssertDescription"]
        for rule in template["Rules"].values()
        if evaluate(rule["RuleCondition"], parameters)
        for assertion in rule["Assertions"]
        if not evaluate(assertion["Assert"], parameters)
    ]


OPERATORS: dict[str, Callable[[list[Any]], bool]] = {
    "Fn::Equals": lambda values: bool(values[0] == values[1]),
    "Fn::Not": lambda values: not values[0],
    "Fn::And": all,
    "Fn::Or": any,
    "Fn::Contains": lambda values: values[1] in members(values[0]),
}


def evaluate(node: Any, parameters: Mapping[str, str]) -> Any:
    if not isinstance(node, dict):
        return node
    ((function, argument),) = node.items()
    if function == "Ref":
        return parameters[argument]
    return OPERATORS[function]([evaluate(item, parameters) for item in argument])


def members(value: str | list[str]) -> list[str]:
    return value.split(",") if isinstance(value, str) else value
