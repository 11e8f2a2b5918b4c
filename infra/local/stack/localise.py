"""Turn the template into what MiniStack can run.

It is the deployed template, changed in these places only:

- without a Docker engine a function of an image becomes one of a zip, which MiniStack runs as a subprocess of its own
  interpreter; with one it names the image that this machine has built;
- the caller's environment variables are added to every function;
- the state machine's definition is written into the template, as `sam package` would have uploaded it;
- the rules that buckets take encrypted transport only are left out: MiniStack enforces them, and speaks HTTP;
- roles may touch schedules of the group `default`: MiniStack asks IAM about that one, whichever group a schedule is in;
- who may send mails may do so whatever they name: MiniStack knows no resource and no sender of a mail;
- addresses of its APIs and of Cognito's pages are those that MiniStack answers at, where it is known where that is;
- outputs with an identity's DKIM records are left out: MiniStack makes none of them;
- in `Conditions`, `AWS::Region` becomes the region's name, which MiniStack does not look up there.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).resolve().parents[3]
TEMPLATE = ROOT / "template.yaml"
FUNCTION = "AWS::Serverless::Function"
STATE_MACHINE = "AWS::Serverless::StateMachine"
MANAGED_POLICY = "AWS::IAM::ManagedPolicy"
ENCRYPTED_TRANSPORT = {"EvidenceBucketPolicy", "FilesBucketPolicy"}
#: Schedules of the stack's group, and what MiniStack takes them for.
OWN_SCHEDULES, DEFAULT_SCHEDULES = ":schedule/${ScheduleGroup}/*", ":schedule/default/*"
SENDS_MAILS = "SendMails"
DKIM_RECORD = "MailDkimRecord"
#: Where AWS has the APIs and the sign-in pages.
HTTP_API = "https://${FrontDoor}.execute-api.${AWS::Region}.${AWS::URLSuffix}"
WEBSOCKET_API = "https://${LiveDoor}.execute-api.${AWS::Region}.${AWS::URLSuffix}/live"
SIGN_IN = "https://${SignInDomain}.auth.${AWS::Region}.amazoncognito.com"
REGION_REFERENCE = json.dumps({"Ref": "AWS::Region"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a template cannot know before it is deployed.

    Attributes:
        code: Every function's code: the folder, or bucket and key of a zip of it; None runs the images.
        environment: Variables that every function gets on top of the template's own.
        root: Folder that the template's own paths begin at.
        endpoint_url: Where MiniStack answers; empty leaves AWS's own addresses.
        handlers: What functions of a zip run in place of their own handler, by the template's name of the function.
    """

    region: str
    code: str | Mapping[str, str] | None
    environment: Mapping[str, str]
    root: Path = ROOT
    endpoint_url: str = ""
    handlers: Mapping[str, str] = field(default_factory=dict)


def read_template(path: Path = TEMPLATE) -> dict[str, Any]:
    """Read a template, with `!Ref` and its like in their long forms."""
    template: dict[str, Any] = yaml_parse(path.read_text(encoding="utf-8"))
    return template


def localise(template: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """Return a copy of the template for MiniStack; the template is as `read_template` gives it."""
    local: dict[str, Any] = json.loads(json.dumps(template))
    for name, resource in local["Resources"].items():
        if resource["Type"] == FUNCTION:
            _use_code(name, resource, place)
        elif resource["Type"] == STATE_MACHINE:
            _inline_definition(resource["Properties"], place.root)
    _fit_ministack(local, place)
    return local


def localise_packaged(template: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """Do the same to what `sam package` has made of the template, which goes on naming what that has uploaded."""
    local: dict[str, Any] = json.loads(json.dumps(template))
    for resource in local["Resources"].values():
        if resource["Type"] == FUNCTION:
            _add_variables(resource["Properties"], place)
    _fit_ministack(local, place)
    return local


def image_of(target: str) -> str:
    """Return the name under which the image of one of the Dockerfile's targets is kept on this machine."""
    return f"sunwi-{target}"


def _use_code(name: str, function: dict[str, Any], place: Place) -> None:
    metadata = function.pop("Metadata")
    properties = function["Properties"]
    if place.code is None:
        properties["ImageUri"] = image_of(metadata["DockerBuildTarget"])
    else:
        properties["PackageType"] = "Zip"
        (own,) = properties.pop("ImageConfig")["Command"]
        properties["Handler"] = place.handlers.get(name, own)
        properties["Runtime"] = f"python{sys.version_info.major}.{sys.version_info.minor}"
        properties["CodeUri"] = place.code
    _add_variables(properties, place)


def _add_variables(properties: dict[str, Any], place: Place) -> None:
    properties.setdefault("Environment", {}).setdefault("Variables", {}).update(place.environment)


def _fit_ministack(local: dict[str, Any], place: Place) -> None:
    if place.endpoint_url:
        for part in ("Resources", "Outputs"):
            local[part] = json.loads(_with_local_addresses(json.dumps(local[part]), place.endpoint_url))
    for name in ENCRYPTED_TRANSPORT & set(local["Resources"]):
        del local["Resources"][name]
    resources = json.dumps(local["Resources"])
    local["Resources"] = json.loads(resources.replace(OWN_SCHEDULES, DEFAULT_SCHEDULES))
    for name in [name for name in local.get("Outputs", {}) if name.startswith(DKIM_RECORD)]:
        del local["Outputs"][name]
    for statement in _statements(local):
        if statement.get("Sid") == SENDS_MAILS:
            statement.pop("Condition", None)
            statement["Resource"] = "*"
    conditions = json.dumps(local["Conditions"])
    local["Conditions"] = json.loads(conditions.replace(REGION_REFERENCE, json.dumps(place.region)))


def _with_local_addresses(text: str, endpoint_url: str) -> str:
    """Browsers resolve every name under localhost by themselves, and keep `__Host-` cookies there."""
    port = urlsplit(endpoint_url).port
    text = text.replace(HTTP_API, f"http://${{FrontDoor}}.execute-api.localhost:{port}")
    text = text.replace(WEBSOCKET_API, f"{endpoint_url}/_aws/execute-api/${{LiveDoor}}/live")
    return text.replace(SIGN_IN, endpoint_url)


def _statements(local: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Return what managed policies of the template allow."""
    for resource in local["Resources"].values():
        if resource["Type"] == MANAGED_POLICY:
            yield from resource["Properties"]["PolicyDocument"]["Statement"]


def _inline_definition(properties: dict[str, Any], root: Path) -> None:
    path = root / properties.pop("DefinitionUri")
    properties["Definition"] = json.loads(path.read_text(encoding="utf-8"))
