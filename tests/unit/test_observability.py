import io
import json

import pytest
import structlog

from sunwi.observability import bind_invocation, configure_logging
from tests.hostile import REFUSED, TAKEN

WILD = [*TAKEN.values(), *(text for text, _ in REFUSED.values())]


def test_a_logged_traceback_holds_no_variables(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    password = "hunter" + "2"
    try:
        int("no number" if password else "0")
    except ValueError:
        structlog.get_logger().exception("store_unavailable")
    line = capsys.readouterr().out
    assert json.loads(line)["exception"][0]["exc_type"] == "ValueError"
    assert password not in line


def test_identifiers_of_the_last_invocation_are_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    bind_invocation(run_id="a", message_id="m1")
    bind_invocation(run_id="b")
    structlog.get_logger().info("crawl_result", keyword="김밥")
    line = json.loads(capsys.readouterr().out)
    assert (line["run_id"], line["keyword"], "message_id" in line) == ("b", "김밥", False)


def test_a_level_below_the_configured_one_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("ERROR")
    structlog.get_logger().warning("crawl_retry")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_a_line_is_whole_whatever_it_holds_and_whatever_the_stream_takes(encoding: str) -> None:
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding=encoding, errors="strict")
    configure_logging(stream=stream)
    for text in WILD:
        structlog.get_logger().info("crawl_retry", error=text)
    stream.flush()
    assert [json.loads(line)["error"] for line in written.getvalue().decode(encoding).strip("\n").split("\n")] == WILD
