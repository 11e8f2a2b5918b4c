"""AWS on one machine: MiniStack with the project's own template deployed on it, IAM enforced."""

from infra.local.stack.local_stack import FunctionName, LocalStack
from infra.local.stack.outputs import StackOutputs
from infra.local.stack.package import Overlay
from infra.local.stack.polling import wait_for

__all__ = ["FunctionName", "LocalStack", "Overlay", "StackOutputs", "wait_for"]
