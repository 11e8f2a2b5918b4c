import json

import pytest

from tests.examples import NIGHT, place_tracking
from tests.unit.cli.command_line import CommandLine, FakeContainer


@pytest.fixture(autouse=True)
def _trackings(container: FakeContainer) -> None:
    """Two spellings of a client and of its agency."""
    with container.adapters.store.begin() as tx:
        tx.trackings.add(
            [
                place_tracking(1, client="강남치과", agency="온누리"),
                place_tracking(1, client="강남 치과", agency="온누리"),
                place_tracking(2, client="강남 치과", agency="온누리"),
                place_tracking(3, client="다라", agency="온 누리"),
            ],
            at=NIGHT,
        )


def client_ids(sunwi: CommandLine) -> dict[str, str]:
    listed = sunwi("clients", "list", "--json").document()["clients"]
    return {client["name"]: str(client["id"]) for client in listed}


def test_clients_and_agencies_are_listed_with_their_trackings(sunwi: CommandLine) -> None:
    listed = sunwi("clients", "list").out
    for word in ("강남치과", "강남 치과", "온 누리", "광고주 3곳"):
        assert word in listed
    assert "업체 2곳" in sunwi("agencies", "list").out
    [first, _] = sunwi("agencies", "list", "--json").document()["agencies"]
    assert {name: first[name] for name in ("name", "trackings", "created_at")} == {
        "name": "온 누리",
        "trackings": 1,
        "created_at": NIGHT.isoformat(),
    }


def test_names_that_look_alike_are_shown_with_the_command_that_merges_them(sunwi: CommandLine) -> None:
    shown = sunwi("clients", "look-alikes").out
    assert "비슷한 이름 1묶음" in shown
    assert "sunwi clients merge" in shown
    [group] = sunwi("agencies", "look-alikes", "--json").document()["groups"]
    assert {agency["name"] for agency in group} == {"온누리", "온 누리"}
    [group] = sunwi("clients", "look-alikes", "--json").document()["groups"]
    assert {(client["name"], client["agency"]) for client in group} == {("강남치과", "온누리"), ("강남 치과", "온누리")}


def test_without_look_alikes_the_screen_says_so(sunwi: CommandLine) -> None:
    ids = {agency["name"]: str(agency["id"]) for agency in sunwi("agencies", "list", "--json").document()["agencies"]}
    sunwi("agencies", "merge", ids["온누리"], ids["온 누리"], "--apply")
    assert "비슷한 이름이 없습니다" in sunwi("agencies", "look-alikes").out


def test_a_merge_is_shown_first_and_done_with_apply(sunwi: CommandLine) -> None:
    ids = client_ids(sunwi)
    merge = ("clients", "merge", ids["강남치과"], ids["강남 치과"])
    foreseen = sunwi(*merge)
    assert "옮길 추적 1건 (--apply 로 실행)" in foreseen.out
    assert "양쪽에 있어 그대로 둡니다: 추적 2번과 1번" in foreseen.out
    assert sunwi("trackings", "list", "--client", "강남 치과", "--json").document()["trackings"] != []
    done = sunwi(*merge, "--apply")
    assert "추적 1건을 옮겼습니다" in done.out
    document = sunwi(*merge, "--apply", "--json").document()
    assert (document["moved"], document["is_applied"]) == (0, True)
    assert document["staying"] == [{"tracking_id": 2, "equal_to": 1, "keyword": "강남역 맛집"}]
    clients = {line["id"]: line["client"] for line in sunwi("trackings", "list", "--json").document()["trackings"]}
    assert clients == {1: "강남치과", 2: "강남 치과", 3: "강남치과", 4: "다라"}


def test_what_was_merged_stands_in_a_line_on_standard_error(sunwi: CommandLine) -> None:
    ids = client_ids(sunwi)
    done = sunwi("clients", "merge", ids["강남치과"], ids["강남 치과"], "--apply", "--json")
    [line] = [json.loads(line) for line in done.err.splitlines() if line.startswith("{")]
    assert (line["event"], line["kept_name"], line["other_name"]) == ("clients_merged", "강남치과", "강남 치과")
    assert done.document()["moved"] == 1


def test_a_merge_that_cannot_be_is_an_error_of_the_arguments(sunwi: CommandLine) -> None:
    output = sunwi("clients", "merge", "1", "99", "--json")
    assert output.code == 2
    assert "99번이 없습니다" in output.err
