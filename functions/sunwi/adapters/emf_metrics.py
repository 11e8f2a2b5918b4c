"""Metrics as lines of the function's log, in CloudWatch's embedded format."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider


@dataclass(frozen=True, slots=True)
class EmfMetrics:
    """Writes metrics; CloudWatch takes them out of the log by itself.

    Attributes:
        namespace: One per stack, so that two stacks of an account do not mix.
        stream: Where to; None means standard output.

    Source: docs/aws.md, metrics.
    """

    namespace: str
    stream: TextIO | None = None

    def put(self, values: Mapping[str, float], *, surface: str) -> None:
        """Write one data point of each metric, under the one dimension Surface."""
        provider = AmazonCloudWatchEMFProvider(namespace=self.namespace)
        for name, value in values.items():
            provider.add_metric(name=name, unit="None", value=value)
        provider.add_dimension(name="Surface", value=surface)
        line = json.dumps(provider.serialize_metric_set(), separators=(",", ":"))
        (self.stream or sys.stdout).write(f"{line}\n")
