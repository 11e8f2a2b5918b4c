"""Deploy Sunwi: `python -m infra.deploy [NAME=VALUE …]`, which `make deploy` calls.

Validates the template, creates the images' repository, builds the images, and has CloudFormation push, migrate and
update. Run it again for every later release. `--remove` deletes the stack and says what stays.
"""

import sys
from collections.abc import Mapping
from dataclasses import replace

from infra.deploy.account import Account, AccountFailed
from infra.deploy.architecture import ARCHITECTURE, insist_on, wanted_architecture
from infra.deploy.choices import BUILT, DATABASE, SAMCONFIG, BadChoice, Choices, read_choices, value_after
from infra.deploy.database import parameters_of
from infra.deploy.sam_cli import ROOT, SamFailed, overrides, run_sam
from infra.local.containers.engine import EngineUnavailable, engine_architecture, running_engine
from infra.local.containers.images import prepare_build

#: Rank follows the caller's place.
HOME_REGION = "ap-northeast-2"
REPOSITORY = ROOT / "infra" / "repository.yaml"

#: Parameter that says what the deployment is called.
ENVIRONMENT = "EnvironmentName"

#: Outputs that are settings of `sunwi` on a person's machine.
SETTINGS = {
    "CRAWL_QUEUE_URL": "CrawlQueueUrl",
    "EXPRESS_QUEUE_URL": "ExpressQueueUrl",
    "STATE_MACHINE_ARN": "StateMachineArn",
    "EVIDENCE_BUCKET": "EvidenceBucketName",
    "SCHEDULE_GROUP": "ScheduleGroupName",
}
#: Outputs with what somebody has to write down elsewhere before a mail goes out.
MAIL_RECORDS = ("MailDkimRecord1", "MailDkimRecord2", "MailDkimRecord3")


def main(arguments: list[str]) -> int:
    """Deploy or remove; return the exit status."""
    try:
        choices = read_choices(arguments, is_terminal=sys.stdin.isatty())
        account = Account(choices.region, say)
        say(f"{account.identity()} in {choices.region}, stack {choices.stack}")
        if choices.is_removal:
            _remove(account, choices)
        else:
            _deploy(account, choices)
    except (AccountFailed, BadChoice, EngineUnavailable, SamFailed) as error:
        say(f"{'not removed' if '--remove' in arguments else 'not deployed'}: {error}")
        return 1
    return 0


def say(text: str) -> None:
    """Print a line for a person."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _deploy(account: Account, choices: Choices) -> None:
    if choices.region != HOME_REGION:
        say(f"warning: Naver answers by where the caller is; ranks measured from {choices.region} may not be Seoul's")
    before = account.outputs(choices.stack)
    if choices.database_stack is not None:
        choices = replace(choices, parameters={**parameters_of(account, choices.database_stack), **choices.parameters})
    if before is None:
        choices = _with_database(choices)
    kept = {} if before is None else account.parameters(choices.stack)
    place = _place(choices, choices.config_env)
    parameters = overrides(choices.overrides)
    if choices.built is None:
        run_sam("validate", "--lint", "--template", str(ROOT / "template.yaml"), *place)
        wanted = wanted_architecture(choices, kept)
        with running_engine():
            insist_on(wanted, engine=engine_architecture())
            built_with = overrides({**choices.overrides, ARCHITECTURE: wanted})
            run_sam("build", "--template", str(prepare_build()), *place, *built_with)
    repository = _repository(account, choices)
    run_sam(
        "deploy",
        *place,
        *("--template-file", str(choices.built or BUILT)),
        *("--stack-name", choices.stack, "--image-repository", repository),
        # CloudFormation hands a stack's tags on to every resource that can have one.
        *("--tags", f"Environment={value_after(ENVIRONMENT, choices, kept)}"),
        *("--confirm-changeset" if choices.asks else "--no-confirm-changeset", "--no-fail-on-empty-changeset"),
        *parameters,
    )
    _report(before or {}, account.outputs(choices.stack) or {})


def _with_database(choices: Choices) -> Choices:
    """Require the parameter that a first deployment cannot do without; ask for it when somebody is there."""
    if DATABASE in choices.overrides:
        return choices
    answer = input(f"{DATABASE}, the whole ARN of the secret with the database's login: ") if choices.asks else ""
    if not answer.strip():
        raise BadChoice(
            f"the first deployment of {choices.stack} needs the database: make deploy PARAMETERS={DATABASE}=arn:aws:…, "
            "or DATABASE_STACK=sunwi-database after make deploy-database"
        )
    return replace(choices, parameters={**choices.parameters, DATABASE: answer.strip()})


def _repository(account: Account, choices: Choices) -> str:
    """Create or update the images' repository, and give its address."""
    run_sam(
        "deploy",
        *_place(choices, "images"),
        *("--template-file", str(REPOSITORY), "--stack-name", choices.images_stack),
        *("--no-confirm-changeset", "--no-fail-on-empty-changeset"),
    )
    return (account.outputs(choices.images_stack) or {})["RepositoryUri"]


def _place(choices: Choices, config_env: str) -> list[str]:
    """Name region and configuration; left alone, the SAM CLI looks for the latter beside the template."""
    return ["--config-file", str(SAMCONFIG), "--config-env", config_env, "--region", choices.region]


def _report(before: Mapping[str, str], after: Mapping[str, str]) -> None:
    old, new = before.get("SchemaRevision"), after["SchemaRevision"]
    say(f"\ndeployed; the database's schema is {new}" + (f" (it was {old})" if old and old != new else ""))
    if warning := after.get("RegionWarning"):
        say(f"warning: {warning}")
    if records := [after[name] for name in MAIL_RECORDS if name in after and name not in before]:
        say("for the DNS of the domain that mails come from (docs/mail.md):")
        for record in records:
            say(f"  {record}")
    say("settings for sunwi on this machine, besides DATABASE_SECRET_ARN (see README.md, Use it):")
    for variable, output in SETTINGS.items():
        if output in after:  # a release that was built before may have fewer
            say(f"  {variable}={after[output]}")


def _remove(account: Account, choices: Choices) -> None:
    """Delete both stacks, once somebody has typed the stack's name or said --yes."""
    if account.outputs(choices.stack) is None and account.outputs(choices.images_stack) is None:
        raise BadChoice(f"there is no stack {choices.stack} in {choices.region}")
    say("to be deleted: the functions, queues (with what is in them), schedule, alarms and logs. The pages and the")
    say("database stay. A run that is under way ends here, and is never closed.")
    if choices.asks and input(f"type {choices.stack} to delete it: ").strip() != choices.stack:
        raise BadChoice("another name was typed: nothing is deleted")
    kept = account.delete(choices.stack)
    account.delete(choices.images_stack)
    say(f"deleted: {choices.stack}, {choices.images_stack}. What stays, and goes on costing:")
    for resource in [*kept, "the database, with every tracking and the ledger, and its secret"]:
        say(f"  {resource}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
