"""Keep the local stack up: MiniStack with the deployed template, the stand-in Naver site, a database.

`python -m infra.local.serve` runs until it is told to stop, by SIGTERM or SIGINT. With `--attached` it also stops
when its standard input is closed, which happens however the process that started it ends, unless it was told
`keep` there before. With `--docker` the functions are their images, which must be built, on PostgreSQL.
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict
from types import FrameType
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.demo.plan import FAULTS, SEED
from infra.local.home import home_of_containers, home_of_processes
from infra.local.parameters import DEMO_PARAMETERS, choose_parameters
from infra.local.sinks import HookSink, MailSink
from infra.local.sinks.page import SinkPage
from infra.local.stack import LocalStack, StackOutputs
from infra.local.stack.localise import read_template
from infra.local.stack.session import REGION, ROOT_KEY
from infra.local.standin import StandinSite
from infra.local.state import RunningStack, StackState
from sunwi.errors import SunwiError

#: Said on standard input to be left alone when it is closed.
KEEP = "keep"
#: Who writes the mails of a local stack, which leave this machine nowhere.
MAIL_PARAMETERS = {"MailSender": "notice@sunwi.local", "MailReplyTo": "help@sunwi.local"}
#: What can keep a stack from starting, and explains itself.
EXPLAINED = (SunwiError, ClientError, BotoCoreError, RuntimeError, TimeoutError, OSError)


def settings_of(outputs: StackOutputs, endpoint_url: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the settings with which `sunwi` works against a deployed local stack."""
    return {
        **environment,
        "CRAWL_QUEUE_URL": outputs.crawl_queue_url,
        "EXPRESS_QUEUE_URL": outputs.express_queue_url,
        "CRAWL_DEAD_LETTER_QUEUE_URL": outputs.crawl_dead_letter_queue_url,
        "EXPRESS_DEAD_LETTER_QUEUE_URL": outputs.express_dead_letter_queue_url,
        "DISPATCHER_FAILURE_QUEUE_URL": outputs.dispatcher_failure_queue_url,
        "WATCHDOG_FAILURE_QUEUE_URL": outputs.watchdog_failure_queue_url,
        "STATE_MACHINE_ARN": outputs.state_machine_arn,
        "JOB_STATE_MACHINE_ARN": outputs.job_state_machine_arn,
        "TENDER_FUNCTION": outputs.tender_function_name,
        "SCHEDULES_QUEUE_URL": outputs.schedules_queue_url,
        "SCHEDULES_QUEUE_ARN": outputs.schedules_queue_arn,
        "SCHEDULES_DEAD_LETTER_QUEUE_ARN": outputs.schedules_dead_letter_queue_arn,
        "SCHEDULE_GROUP": outputs.schedule_group_name,
        "SCHEDULE_ROLE_ARN": outputs.schedule_role_arn,
        "NOTICES_QUEUE_URL": outputs.notices_queue_url,
        "EVIDENCE_BUCKET": outputs.evidence_bucket_name,
        "FILES_BUCKET": outputs.files_bucket_name,
        "MAIL_SENDER": MAIL_PARAMETERS["MailSender"],
        "MAIL_REPLY_TO": MAIL_PARAMETERS["MailReplyTo"],
        "MAIL_CONFIGURATION_SET": outputs.mail_configuration_set_name,
        "PUBLIC_ADDRESS": outputs.address,
        "COGNITO_USER_POOL_ID": outputs.user_pool_id,
        "COGNITO_CLIENT_ID": outputs.sign_in_client_id,
        "COGNITO_ADDRESS": outputs.sign_in_address,
        "COGNITO_STANDIN": endpoint_url,
        "SIGN_IN_PAGES": "classic",
        "LIVE_ENDPOINT": outputs.live_address,
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": ROOT_KEY,
        "AWS_SECRET_ACCESS_KEY": ROOT_KEY,
        "AWS_DEFAULT_REGION": REGION,
        "NO_PROXY": f"127.0.0.1,localhost,{urlsplit(endpoint_url).hostname}",
    }


def forget_account() -> None:
    """Drop the person's own AWS settings: a profile or a token of theirs has no meaning here."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]


def main() -> int:
    """Start everything, say so in the state folder, wait, and stop everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attached", action="store_true", help="stop when standard input is closed")
    parser.add_argument("--docker", action="store_true", help="run the functions' images, on PostgreSQL")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    options = parser.parse_args()
    if options.attached:
        threading.Thread(target=_follow_standard_input, daemon=True).start()
    forget_account()
    try:
        _serve(StackState(), in_containers=options.docker)
    except EXPLAINED as error:
        reason, _, details = str(error).partition("\n")
        sys.stderr.write(f"{details}\nthe local stack could not be started: {reason}\n")
        return 1
    return 0


def _serve(state: StackState, *, in_containers: bool) -> None:
    state.empty()
    parameters = choose_parameters(os.environ, read_template())
    with ExitStack() as running:
        home = running.enter_context(home_of_containers() if in_containers else home_of_processes(state))
        site = StandinSite(seed=SEED, state_dir=state.folder / "standin", host=home.address)
        running.enter_context(site)
        for keyword, fault in FAULTS.items():
            site.set_fault(keyword, fault)
        mails = running.enter_context(MailSink(state.mails_folder))
        hooks = running.enter_context(HookSink(state.hooks_folder, host=home.address))
        page = running.enter_context(SinkPage(mails=state.mails_folder, hooks=state.hooks_folder))
        stack = LocalStack(network=home.network, log_file=state.services_log_file, mail_address=mails.address)
        running.callback(stack.stop)
        stack.start()
        environment = {
            "DATABASE_URL": home.database_url,
            "STANDIN_ADDRESS": site.address,
            "HOOKS_STANDIN": hooks.address,
            **{variable: parameters[name] for name, (variable, _) in DEMO_PARAMETERS.items()},
        }
        own_browser = {name: value for name in ("BROWSER_EXECUTABLE",) if (value := os.environ.get(name))}
        deployed = environment if in_containers else {**environment, **own_browser}
        outputs = stack.deploy(parameters={**parameters, **MAIL_PARAMETERS}, environment=deployed)
        running.callback(state.clear)
        settings = settings_of(outputs, stack.endpoint_url, {**environment, **own_browser})
        state.write(
            RunningStack(pid=os.getpid(), outputs=asdict(outputs), settings=settings, sink_page=page.url),
        )
        threading.Event().wait()


def _leave(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - a signal handler's signature
    """End the main thread once; a second signal must not disturb the clearing up."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    sys.exit(0)


def _follow_standard_input() -> None:
    """Wait for the one word, or for the end of whoever could say it."""
    if sys.stdin.readline().strip() != KEEP:
        os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
