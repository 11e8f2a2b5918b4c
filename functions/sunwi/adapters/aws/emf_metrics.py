"""Metrics as lines of the function's log, in CloudWatch's embedded format."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider
from typing_extensions import override

from sunwi.service.ports.outside import Metrics


@dataclass(frozen=True, slots=True)
class EmfMetrics(Metrics):
    """Writes metrics; CloudWatch takes them out of the log by itself.

    Attributes:
        namespace: One per stack, so that two stacks of an account do not mix.
        stream: Where to; None means standard output.

    Source: docs/aws.md, metrics.
    """

    namespace: str
    stream: TextIO | None = None

    @override
    def put(self, values: Mapping[str, float], **dimension: str) -> None:
        provider = AmazonCloudWatchEMFProvider(namespace=self.namespace)
        for metric, figure in values.items():
            provider.add_metric(name=metric, unit="None", value=figure)
        for name, value in dimension.items():
            provider.add_dimension(name=name.capitalize(), value=value)
        line = json.dumps(provider.serialize_metric_set(), separators=(",", ":"))
        (self.stream or sys.stdout).write(f"{line}\n")


class NoMetrics(Metrics):
    """Writes none: a command's output is for whoever called it, and nobody collects metrics there."""

    @override
    def put(self, values: Mapping[str, float], **dimension: str) -> None:
        """Drop the figures."""
