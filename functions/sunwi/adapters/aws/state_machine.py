"""The run's state machine on Step Functions."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from typing_extensions import override

from sunwi.domain.run import Run
from sunwi.errors import Retryable
from sunwi.service.ports.outside import StateMachine

if TYPE_CHECKING:
    from types_boto3_stepfunctions import SFNClient


@dataclass(frozen=True, slots=True)
class StepFunctionsStateMachine(StateMachine):
    """Starts one named execution per run and generation."""

    client: "SFNClient"
    state_machine_arn: str

    @override
    def start(self, run: Run) -> bool:
        # The input depends on the run id alone: a repeated start must be byte-identical to count as the same.
        try:
            self.client.start_execution(
                stateMachineArn=self.state_machine_arn,
                name=run.execution_name,
                input=json.dumps({"run_id": run.id}),
            )
        except self.client.exceptions.ExecutionAlreadyExists:
            return self.is_running(run)
        except (BotoCoreError, ClientError) as error:
            raise Retryable(
                f"no execution could be started for run {run.id}: {error}",
                code="execution_not_started",
                run_id=run.id,
                cause=str(error),
            ) from error
        return True

    @override
    def is_running(self, run: Run) -> bool:
        arn = self.state_machine_arn.replace(":stateMachine:", ":execution:") + f":{run.execution_name}"
        try:
            return self.client.describe_execution(executionArn=arn)["status"] == "RUNNING"
        except self.client.exceptions.ExecutionDoesNotExist:
            return False
        except (BotoCoreError, ClientError) as error:
            raise Retryable(
                f"the execution {run.execution_name} cannot be looked at: {error}",
                code="execution_state_unknown",
                execution=run.execution_name,
                cause=str(error),
            ) from error
