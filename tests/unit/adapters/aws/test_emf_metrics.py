import io
import json

import pytest

from sunwi.adapters.aws.emf_metrics import EmfMetrics
from sunwi.bootstrap.adapters import Adapters
from sunwi.settings import Settings


def test_each_data_point_is_one_line_that_cloudwatch_takes_as_metrics() -> None:
    stream = io.StringIO()
    metrics = EmfMetrics("Sunwi/nightly", stream)
    metrics.put({"RecognisedShare": 0.5, "BlockedShare": 0}, surface="integrated-pc")
    metrics.put({"RecognisedShare": 1}, surface="worst")
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    (directive,) = first["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Sunwi/nightly"
    assert directive["Dimensions"] == [["Surface"]]
    assert [metric["Name"] for metric in directive["Metrics"]] == ["RecognisedShare", "BlockedShare"]
    assert (first["Surface"], first["RecognisedShare"], first["BlockedShare"]) == ("integrated-pc", [0.5], [0])
    assert (second["Surface"], second["RecognisedShare"]) == ("worst", [1])


def test_without_a_namespace_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    for namespace, lines in ((None, 0), ("Sunwi/nightly", 1)):
        Adapters(Settings(metrics_namespace=namespace)).metrics.put({"Zombies": 0}, function="crawler")
        assert len(capsys.readouterr().out.splitlines()) == lines
