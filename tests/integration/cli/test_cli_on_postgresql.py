"""The command in processes of its own, on PostgreSQL and against what is not there."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore
from tests.examples import DAY, NIGHT, place_tracking
from tests.unit.cli.ledger_days import write_day

HEADER = "유형,키워드,대상 URL,광고주\n"
PLACE = "플레이스,강남역 맛집,https://map.naver.com/p/entry/place/1648862917,가나식당\n"
BLOG = "블로그,강남역 맛집,https://blog.naver.com/writer/223000000001,가나식당\n"


def sunwi(folder: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    command = [sys.executable, "-m", "sunwi.cli", *arguments]
    return subprocess.run(  # noqa: S603 - this project's own command
        command, cwd=folder, env={**kept, **variables}, capture_output=True, text=True, encoding="utf-8", check=False
    )


def document(done: "subprocess.CompletedProcess[str]") -> Any:
    return json.loads(done.stdout)


def test_trackings_go_in_and_come_out_of_postgresql(postgres_url: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(HEADER + PLACE + BLOG + BLOG, encoding="cp949")
    settings = {"DATABASE_URL": postgres_url}
    imported = document(sunwi(tmp_path, "trackings", "import", "t.csv", "--no-measure", "--json", **settings))
    assert [row["line"] for row in imported["imported"]] == [2, 3]
    again = document(sunwi(tmp_path, "trackings", "import", "t.csv", "--no-measure", "--json", **settings))
    assert [row["tracking_id"] for row in again["duplicates"]] == [1, 2, None]
    listed = document(sunwi(tmp_path, "trackings", "list", "--kind", "블로그", "--json", **settings))
    assert [(row["id"], row["keyword"], row["exposed_days"]) for row in listed["trackings"]] == [(2, "강남역 맛집", 0)]
    shown = document(sunwi(tmp_path, "trackings", "show", "1", "--json", **settings))
    assert [session["number"] for session in shown["sessions"]] == [1]
    assert sunwi(tmp_path, "trackings", "pause", "1", **settings).returncode == 0
    assert document(sunwi(tmp_path, "db", "status", "--json", **settings))["is_current"] is True


def test_sessions_and_latest_ranks_come_out_of_postgresql(
    postgres_engine: Engine, postgres_url: str, tmp_path: Path
) -> None:
    store = SqlStore(postgres_engine)
    with store.begin() as tx:
        tx.trackings.add([place_tracking(), place_tracking(7)], at=NIGHT)
    for offset, rank in enumerate([4, None, 2]):
        write_day(store, 1, DAY + timedelta(days=offset), rank)
    listed = document(sunwi(tmp_path, "trackings", "list", "--json", DATABASE_URL=postgres_url))["trackings"]
    assert [(line["exposed_days"], line["last"] and line["last"]["rank"]) for line in listed] == [(2, 2), (0, None)]
    [session] = document(sunwi(tmp_path, "trackings", "show", "1", "--json", DATABASE_URL=postgres_url))["sessions"]
    assert [day["rank"] for day in session["exposed"]] == [4, 2]


@pytest.mark.parametrize("url", ["postgresql://u:p@127.0.0.1:1/sunwi", "sqlite:////nowhere/sunwi.db"])
def test_a_database_that_is_away_is_one_sentence_and_no_traceback(url: str, tmp_path: Path) -> None:
    done = sunwi(tmp_path, "runs", "list", DATABASE_URL=url)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("오류: 데이터베이스: ")
    assert done.stderr.count("\n") == 1


def test_without_a_region_the_error_says_what_to_set(postgres_url: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(HEADER + PLACE)
    arn = "arn:aws:states:ap-northeast-2:000000000000:stateMachine:run"
    done = sunwi(
        tmp_path,
        "trackings",
        "import",
        "t.csv",
        DATABASE_URL=postgres_url,
        EXPRESS_QUEUE_URL="http://127.0.0.1:1/000000000000/express",
        STATE_MACHINE_ARN=arn,
        AWS_CONFIG_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
    )
    assert done.returncode == 1
    assert "등록 1건" in done.stdout
    assert "AWS 리전이 없습니다. AWS_DEFAULT_REGION=ap-northeast-2로 지정하세요" in done.stderr
    assert "Traceback" not in done.stderr


def test_output_that_an_old_terminal_cannot_show_is_escaped(postgres_url: str, tmp_path: Path) -> None:
    done = sunwi(tmp_path, "trackings", "list", DATABASE_URL=postgres_url, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert r"\ucd94\uc801 0\uac74" in done.stdout
