"""AWS on one machine: MiniStack with the project's own template deployed on it, IAM enforced."""

from infra.local.stack.local_stack import FunctionName, LocalStack
from infra.local.stack.outputs import StackOutputs
from infra.local.stack.polling import wait_for

__all__ = ["FunctionName", "LocalStack", "StackOutputs", "wait_for"]
