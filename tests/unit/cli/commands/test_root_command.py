import os
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.unit.cli.command_line import CommandLine

PLAIN = CommandLine()


@pytest.fixture
def database_url(sqlite_engine: Engine) -> str:
    return str(sqlite_engine.url)


def test_without_any_setting_the_error_says_what_to_set() -> None:
    output = PLAIN("trackings", "list")
    assert (output.code, output.out) == (1, "")
    assert output.err.startswith(
        "오류: 데이터베이스가 설정되지 않았습니다 (환경 변수, --env-file, 이 폴더의 .local/env"
    )
    assert "make run KEEP=1" in output.err


def test_errors_come_as_one_document_when_json_is_asked_for() -> None:
    output = PLAIN("trackings", "list", "--json")
    assert output.code == 1
    error = output.document()["error"]
    assert error["name"] == "ConfigurationError"
    assert error["message"].startswith("no database is set: set DATABASE_URL (for example sqlite:///sunwi.db)")


def test_a_database_that_cannot_be_reached_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere/sunwi.db")
    output = PLAIN("trackings", "list")
    assert output.code == 1
    assert "데이터베이스: 파일을 열 수 없습니다" in output.err
    assert output.err.count("\n") == 1


def test_a_database_without_tables_says_what_to_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")
    output = PLAIN("runs", "list")
    assert output.code == 1
    assert "스키마가 최신이 아닙니다 (현재 없음, 필요 " in output.err
    assert "sunwi db upgrade 를 실행하세요" in output.err


def test_a_setting_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, database_url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("CRAWL_BATCH_TIMEOUT", "soon")
    output = PLAIN("trackings", "list")
    assert output.code == 1
    assert "CRAWL_BATCH_TIMEOUT" in output.err


@pytest.mark.parametrize("arguments", [("trackings", "shw"), ("nothing",), ("--bogus",), ("runs", "show")])
def test_usage_errors_leave_with_2(arguments: tuple[str, ...]) -> None:
    plain, as_json = PLAIN(*arguments), PLAIN(*arguments, "--json")
    assert (plain.code, plain.out, as_json.code) == (2, "", 2)
    assert plain.err
    assert as_json.document()["error"]["message"]


def test_the_version_is_printed() -> None:
    assert PLAIN("--version").out.startswith("sunwi ")


def test_an_environment_file_gives_settings_and_aws_variables(tmp_path: Path, database_url: str) -> None:
    file = tmp_path / "settings"
    file.write_text(f"DATABASE_URL={database_url}\nAWS_ENDPOINT_URL=http://127.0.0.1:4566\nAWS_DEFAULT_REGION=\n")
    assert PLAIN("--env-file", str(file), "trackings", "list", "--json").document() == {"trackings": []}
    assert os.environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert "AWS_DEFAULT_REGION" not in os.environ


def test_what_the_shell_sets_goes_before_the_file(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings"
    file.write_text("DATABASE_URL=sqlite:////nowhere/sunwi.db\n")
    monkeypatch.setenv("DATABASE_URL", database_url)
    assert PLAIN("--env-file", str(file), "trackings", "list").code == 0


def test_the_local_stacks_file_is_found_by_itself(tmp_path: Path, database_url: str) -> None:
    folder = tmp_path / ".local"
    folder.mkdir()
    (folder / "env").write_text(f"DATABASE_URL={database_url}\n")
    assert PLAIN("trackings", "list").code == 0


def test_the_local_stacks_file_is_left_alone_when_a_database_is_set(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ".local"
    folder.mkdir()
    (folder / "env").write_text("AWS_ENDPOINT_URL=http://127.0.0.1:4566\n")
    monkeypatch.setenv("DATABASE_URL", database_url)
    assert PLAIN("trackings", "list").code == 0
    assert "AWS_ENDPOINT_URL" not in os.environ


def test_an_environment_file_that_is_not_there_is_named() -> None:
    output = PLAIN("--env-file", "nowhere", "trackings", "list")
    assert output.code == 2
    assert "설정 파일 nowhere이(가) 없습니다" in output.err
