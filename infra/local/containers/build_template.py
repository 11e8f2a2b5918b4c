"""The template as `sam build` gets it: the project's own, with what an image is told about its build."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.local.stack.localise import FUNCTION, ROOT, STATE_MACHINE, read_template

#: Where the changed template lies; everything that SAM CLI makes is beside it.
BUILD_TEMPLATE = ROOT / ".aws-sam" / "images.json"
#: Of SAM CLI: the built template, in which each function names its image.
BUILT_TEMPLATE = ROOT / ".aws-sam" / "build" / "template.yaml"


def image_targets(template: Mapping[str, Any]) -> dict[str, str]:
    """Return each function's target in the Dockerfile; the function is as the template calls it."""
    return {
        name: resource["Metadata"]["DockerBuildTarget"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == FUNCTION
    }


def write_build_template(arguments: Mapping[str, str], path: Path = BUILD_TEMPLATE) -> None:
    """Write the template with the Dockerfile's arguments, and with whole paths as it lies elsewhere."""
    template = json.loads(json.dumps(read_template()))
    for resource in template["Resources"].values():
        if resource["Type"] == FUNCTION:
            metadata = resource["Metadata"]
            metadata["DockerContext"] = str(ROOT / metadata["DockerContext"])
            metadata["DockerBuildArgs"] = dict(arguments)
        elif resource["Type"] == STATE_MACHINE:
            properties = resource["Properties"]
            properties["DefinitionUri"] = str(ROOT / properties["DefinitionUri"])
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(template, indent=1), encoding="utf-8")
