from pathlib import Path

import pytest

from sunwi.cli.commands.jobs.parse_params import parse_params
from sunwi.errors import InvalidInput


def test_a_value_is_text_unless_it_is_marked_as_json() -> None:
    assert parse_params(["keyword=2024", "count:=5", "tags:=[1]", "url=https://x/?a=b", "note="]) == {
        "keyword": "2024",
        "count": 5,
        "tags": [1],
        "url": "https://x/?a=b",
        "note": "",
    }


def test_dots_make_objects_within_objects() -> None:
    assert parse_params(["action=pause", "filter.client=한결", "filter.limit:=3"]) == {
        "action": "pause",
        "filter": {"client": "한결", "limit": 3},
    }


def test_what_is_typed_is_added_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    file.write_text('{"filter": {"client": "한결"}, "action": "pause"}', encoding="utf-8")
    assert parse_params(["filter.tag=단골", "action=end"], file=file) == {
        "filter": {"client": "한결", "tag": "단골"},
        "action": "end",
    }


@pytest.mark.parametrize("typed", ["keyword", "=a", ".a=b", "a..b=c", "count:=five", ":=1"])
def test_what_is_no_param_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        parse_params([typed])
    assert (raised.value.code, raised.value.fields["typed"]) == ("param_unreadable", typed)


def test_a_text_holds_no_params_of_its_own() -> None:
    with pytest.raises(InvalidInput) as raised:
        parse_params(["filter=all", "filter.client=한결"])
    assert raised.value.code == "param_unreadable"


@pytest.mark.parametrize("text", ["[1]", "{", "\xff"])
def test_a_file_without_an_object_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "p.json"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(InvalidInput) as raised:
        parse_params([], file=file)
    assert raised.value.code == "params_no_object"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as raised:
        parse_params([], file=tmp_path / "nothing.json")
    assert raised.value.code == "file_unreadable"
