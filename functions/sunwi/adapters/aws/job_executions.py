"""Attempts of jobs on Step Functions."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from typing_extensions import override

from sunwi.domain.job import JobKey
from sunwi.domain.work import Place
from sunwi.errors import Retryable
from sunwi.service.ports.job_engine import Execution, ExecutionStatus, JobExecutions

if TYPE_CHECKING:
    from types_boto3_stepfunctions import SFNClient


#: By the name that Step Functions has; one that it adds, as PENDING_REDRIVE once, is of an execution that is not over.
_STATUSES = {status.value: status for status in ExecutionStatus if status is not ExecutionStatus.MISSING}


@dataclass(frozen=True, slots=True)
class StepFunctionsJobExecutions(JobExecutions):
    """Starts one named execution per attempt of a job."""

    client: "SFNClient"
    state_machine_arn: str

    @override
    def start(self, key: JobKey, place: Place) -> None:
        # It depends on the attempt alone: a repeated start must be byte-identical to count as the same.
        entry = {"job_id": key.job_id, "generation": key.generation, "place": place.value}
        try:
            self.client.start_execution(
                stateMachineArn=self.state_machine_arn, name=key.execution_name, input=json.dumps(entry)
            )
        except self.client.exceptions.ExecutionAlreadyExists:
            return
        except (BotoCoreError, ClientError) as error:
            raise Retryable(
                f"no execution could be started for attempt {key.generation} of job {key.job_id}: {error}",
                code="job_not_started",
                job_id=key.job_id,
                generation=key.generation,
                cause=str(error),
            ) from error

    @override
    def describe(self, key: JobKey) -> Execution:
        arn = f"{self.state_machine_arn.replace(':stateMachine:', ':execution:')}:{key.execution_name}"
        try:
            answer = self.client.describe_execution(executionArn=arn)
        except self.client.exceptions.ExecutionDoesNotExist:
            return Execution(ExecutionStatus.MISSING)
        except (BotoCoreError, ClientError) as error:
            raise Retryable(
                f"the execution {key.execution_name} cannot be looked at: {error}",
                code="execution_state_unknown",
                execution=key.execution_name,
                cause=str(error),
            ) from error
        return Execution(_STATUSES.get(answer["status"], ExecutionStatus.RUNNING), answer.get("error"))
