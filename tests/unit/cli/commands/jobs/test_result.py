import json
from pathlib import Path

import pytest

from tests.unit.cli.command_line import CommandLine
from tests.unit.cli.job_life import FilesInMemory, JobLife


@pytest.fixture
def job_id(life: JobLife, files: FilesInMemory) -> str:
    """A job that succeeded, with a file."""
    submitted = life.submit()
    key = life.run(submitted)
    file = f"results/{submitted}/{key.generation}/rank.json"
    files.kept[file] = b'{"entries": []}'
    life.succeed(key, {"outcome": {"rank": 3}, "가게": "단골", "file": file})
    return submitted


def test_a_result_is_shown_field_by_field_with_its_files(sunwi: CommandLine, job_id: str) -> None:
    output = sunwi("jobs", "result", job_id)
    assert output.out.splitlines() == [
        'outcome: {"rank": 3}',
        "가게: 단골",
        "파일: rank.json",
        f"파일 저장: sunwi jobs result {job_id} --out FOLDER",
    ]
    assert sunwi("jobs", "result", job_id, "--json").document() == {
        "job_id": job_id,
        "result": {"outcome": {"rank": 3}, "가게": "단골"},
        "files": [{"name": "rank.json", "path": None}],
        "saved": [],
    }


def test_a_folder_takes_the_result_and_every_file(sunwi: CommandLine, job_id: str, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    document = sunwi("jobs", "result", job_id, "--out", str(folder), "--json").document()
    assert (folder / "rank.json").read_bytes() == b'{"entries": []}'
    assert json.loads((folder / "result.json").read_text(encoding="utf-8")) == {
        "outcome": {"rank": 3},
        "가게": "단골",
    }
    assert document["saved"] == [str(folder / "result.json"), str(folder / "rank.json")]
    assert document["files"] == [{"name": "rank.json", "path": str(folder / "rank.json")}]


def test_a_file_takes_the_only_file(sunwi: CommandLine, job_id: str, tmp_path: Path) -> None:
    output = sunwi("jobs", "result", job_id, "--out", str(tmp_path / "answer.json"))
    assert f"저장했습니다: {tmp_path / 'answer.json'}" in output.out
    assert (tmp_path / "answer.json").read_bytes() == b'{"entries": []}'


def test_a_file_takes_the_result_where_there_is_no_file(sunwi: CommandLine, life: JobLife, tmp_path: Path) -> None:
    job_id = life.submit()
    life.succeed(life.run(job_id), {"changed": 3})
    sunwi("jobs", "result", job_id, "--out", str(tmp_path / "r.json"))
    assert json.loads((tmp_path / "r.json").read_text()) == {"changed": 3}


def test_where_nothing_can_be_written_it_says_why(sunwi: CommandLine, job_id: str) -> None:
    output = sunwi("jobs", "result", job_id, "--out", "/proc/nowhere/r.json")
    assert output.code == 2
    assert "결과를 /proc/nowhere/r.json에 저장할 수 없습니다" in output.err


def test_a_job_that_has_not_ended_has_no_result(sunwi: CommandLine, life: JobLife) -> None:
    output = sunwi("jobs", "result", life.submit())
    assert (output.code, "아직 끝나지 않았습니다" in output.err) == (2, True)
