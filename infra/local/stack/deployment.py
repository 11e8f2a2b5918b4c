"""Deploy the template to a MiniStack by CloudFormation."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.local.stack.localise import ROOT, Place, localise, read_template
from infra.local.stack.outputs import StackOutputs
from infra.local.stack.package import Overlay, zip_functions
from infra.local.stack.polling import wait_for
from infra.local.stack.session import REGION, LocalSession

BUCKET = "sunwi-code"
DEPLOY_SECONDS = 60
FUNCTIONS = ROOT / "functions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What to deploy.

    Attributes:
        name: Of the CloudFormation stack; one MiniStack can hold several.
        parameters, environment: As in `LocalStack.deploy`.
        functions: The same; None deploys the functions' images.
        overlay: As in `LocalStack.deploy`.
    """

    name: str = "sunwi"
    parameters: Mapping[str, str | int | float] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    functions: Path | None = FUNCTIONS
    overlay: Overlay = field(default_factory=Overlay)


def deploy(session: LocalSession, deployment: Deployment) -> StackOutputs:
    """Create the stack and wait until it is complete.

    Raises:
        RuntimeError: CloudFormation refused; the message says which resource, and why.
    """
    cloudformation = session.client("cloudformation")
    # MiniStack has the classic pages only.
    parameters = {"DatabaseSecretArn": "", "SignInPages": "classic", **deployment.parameters}
    parameters["DatabaseSecretArn"] = parameters["DatabaseSecretArn"] or _empty_secret(session, deployment.name)
    code = _upload(session, deployment) if deployment.functions else None
    environment = {"COGNITO_STANDIN": session.endpoint_url, **deployment.environment}
    if code is None:  # a container cannot guess where AWS is
        environment["AWS_ENDPOINT_URL"] = session.endpoint_url
    place = Place(
        region=REGION,
        code=code,
        environment=environment,
        endpoint_url=session.endpoint_url,
        handlers=deployment.overlay.handlers,
    )
    template = read_template()
    cloudformation.create_stack(
        StackName=deployment.name,
        TemplateURL=_upload_template(session, deployment.name, localise(template, place)),
        Parameters=[{"ParameterKey": key, "ParameterValue": str(value)} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    wait_for("end of the deployment", lambda: _is_complete(session, deployment.name), timeout_seconds=DEPLOY_SECONDS)
    stack = cloudformation.describe_stacks(StackName=deployment.name)["Stacks"][0]
    outputs = StackOutputs.from_cloudformation(
        {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    )
    chosen = {value["ParameterKey"]: value["ParameterValue"] for value in stack["Parameters"]}
    # MiniStack's CloudFormation ignores ReservedConcurrentExecutions.
    reserved = {
        outputs.crawler_function_name: int(chosen["CrawlerConcurrency"]),
        outputs.tender_function_name: template["Resources"]["Tender"]["Properties"]["ReservedConcurrentExecutions"],
        **({outputs.api_function_name: int(chosen["ApiConcurrency"])} if outputs.api_function_name else {}),
        **({outputs.live_function_name: int(chosen["LiveConcurrency"])} if outputs.live_function_name else {}),
    }
    for name, executions in reserved.items():
        session.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=executions)
    return outputs


def _is_complete(session: LocalSession, name: str) -> bool:
    cloudformation = session.client("cloudformation")
    status = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
    if status == "CREATE_IN_PROGRESS":
        return False
    if status != "CREATE_COMPLETE":
        pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=name)
        reasons = [
            f"{event.get('LogicalResourceId')}: {event.get('ResourceStatusReason')}"
            for page in pages
            for event in page["StackEvents"]
            if event.get("ResourceStatus") == "CREATE_FAILED"
        ]
        raise RuntimeError(f"the stack {name} is {status}: " + "; ".join(reasons))
    return True


def _upload(session: LocalSession, deployment: Deployment) -> dict[str, str]:
    """Upload the functions as one zip, and return its place."""
    key = f"{deployment.name}.zip"
    body = zip_functions(deployment.functions or FUNCTIONS, ROOT, deployment.overlay.folder)
    _bucket(session).put_object(Bucket=BUCKET, Key=key, Body=body)
    return {"Bucket": BUCKET, "Key": key}


def _upload_template(session: LocalSession, name: str, template: Mapping[str, Any]) -> str:
    """Put a template where CloudFormation takes it from, and give its address: in a call it may have 51,200 bytes."""
    key = f"{name}.template.json"
    s3 = _bucket(session)
    s3.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(template).encode())
    return f"{s3.meta.endpoint_url}/{BUCKET}/{key}"


def _bucket(session: LocalSession) -> Any:  # noqa: ANN401 - a boto3 client
    """Make the bucket for what is uploaded, unless it is there, and return the client for it."""
    s3 = session.client("s3")
    if BUCKET not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    return s3


def _empty_secret(session: LocalSession, name: str) -> str:
    secrets = session.client("secretsmanager")
    try:
        return secrets.create_secret(Name=f"{name}/database", SecretString="{}")["ARN"]
    except secrets.exceptions.ResourceExistsException:
        return secrets.describe_secret(SecretId=f"{name}/database")["ARN"]
