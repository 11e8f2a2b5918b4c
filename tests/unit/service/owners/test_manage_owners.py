from collections.abc import Callable

import pytest
from sqlalchemy import text

from sunwi.domain.actor import Actor, Role
from sunwi.errors import Conflict, Forbidden, InvalidInput
from sunwi.service.owners.manage_owners import ManageOwners
from tests.accounts.account_world import OPERATOR, AccountWorld
from tests.examples import place_tracking
from tests.night import Night


@pytest.fixture
def world(night: Night) -> AccountWorld:
    """Two agencies, one of them with two clients."""
    night.track(
        place_tracking(101, client="강남치과", agency="온누리"),
        place_tracking(102, client="강남치과", agency="온누리"),
        place_tracking(101, client="서초치과", agency="온누리"),
        place_tracking(101, client="강남치과", agency="한빛"),
        place_tracking(103, client="홀로"),
    )
    return AccountWorld(night.sql)


@pytest.fixture
def owners(world: AccountWorld) -> ManageOwners:
    return world.owners


def names(night: Night) -> list[tuple[str, str]]:
    """What the trackings carry, by tracking."""
    with night.store.begin() as tx:
        rows = tx.connection.execute(text("SELECT client, agency FROM tracking ORDER BY id")).all()
    return [(row[0], row[1]) for row in rows]


def client_id(night: Night, name: str, agency: str) -> int:
    with night.store.begin() as tx:
        return next(one.id for one in tx.owners.clients() if (one.name, one.agency) == (name, agency))


def agency_id(night: Night, name: str) -> int:
    with night.store.begin() as tx:
        return next(one.id for one in tx.owners.agencies() if one.name == name)


def code_of(do: Callable[[], object], kind: type[Exception]) -> str:
    with pytest.raises(kind) as error:
        do()
    return str(error.value.code)  # type: ignore[attr-defined]


def test_a_renamed_client_is_called_so_by_its_trackings_and_nobody_elses(
    night: Night, owners: ManageOwners, world: AccountWorld
) -> None:
    number = client_id(night, "강남치과", "온누리")
    renamed = owners.rename_client(OPERATOR, number, " 강남 플란트 ")
    assert (renamed.id, renamed.name, renamed.agency, renamed.trackings) == (number, "강남 플란트", "온누리", 2)
    assert names(night) == [
        ("강남 플란트", "온누리"),
        ("강남 플란트", "온누리"),
        ("서초치과", "온누리"),
        ("강남치과", "한빛"),
        ("홀로", ""),
    ]
    entry = world.audit()[-1]
    assert (entry.action, entry.subject) == ("client_renamed", f"client {number}")
    assert (entry.before, entry.after) == ({"name": "강남치과"}, {"name": "강남 플란트"})


def test_a_renamed_agency_is_called_so_by_its_trackings(night: Night, owners: ManageOwners) -> None:
    renamed = owners.rename_agency(OPERATOR, agency_id(night, "온누리"), "온누리랩")
    assert (renamed.name, renamed.trackings) == ("온누리랩", 3)
    assert [agency for _, agency in names(night)] == ["온누리랩", "온누리랩", "온누리랩", "한빛", ""]


def test_a_name_that_another_one_has_is_refused_and_nothing_is_changed(
    night: Night, owners: ManageOwners, world: AccountWorld
) -> None:
    before = names(night)
    number = client_id(night, "강남치과", "온누리")
    assert code_of(lambda: owners.rename_client(OPERATOR, number, "서초치과"), Conflict) == "client_name_taken"
    assert code_of(lambda: owners.rename_agency(OPERATOR, agency_id(night, "온누리"), "한빛"), Conflict) == (
        "agency_name_taken"
    )
    assert code_of(lambda: owners.add_agency(OPERATOR, "한빛"), Conflict) == "agency_name_taken"
    assert code_of(lambda: owners.add_client(OPERATOR, "홀로"), Conflict) == "client_name_taken"
    with pytest.raises(Conflict) as refused:
        owners.add_client(OPERATOR, "강남치과", agency_id(night, "한빛"))
    assert refused.value.fields["other_id"] == client_id(night, "강남치과", "한빛")
    assert (names(night), world.audit()) == (before, [])


def test_a_name_that_it_has_already_changes_nothing(night: Night, owners: ManageOwners, world: AccountWorld) -> None:
    number = client_id(night, "홀로", "")
    assert owners.rename_client(OPERATOR, number, "홀로").trackings == 1
    assert owners.rename_agency(OPERATOR, agency_id(night, "한빛"), "한빛").trackings == 1
    assert world.audit() == []


def test_owners_are_there_before_anything_is_tracked_for_them(
    night: Night, owners: ManageOwners, world: AccountWorld
) -> None:
    agency = owners.add_agency(OPERATOR, "새 업체")
    client = owners.add_client(OPERATOR, "새 광고주", agency.id)
    assert (client.agency, client.trackings, agency.trackings) == ("새 업체", 0, 0)
    night.track(place_tracking(104, client="새 광고주", agency="새 업체"))
    assert client_id(night, "새 광고주", "새 업체") == client.id
    assert world.actions() == ["agency_added", "client_added"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("  ", "owner_name_missing"),
        ("x" * 256, "name_too_long"),
        ("a\u200bb", "name_has_invisible"),
        ("=1+1", "text_is_formula"),
    ],
)
def test_a_name_that_cannot_be_is_refused(owners: ManageOwners, name: str, code: str) -> None:
    for do in (owners.add_agency, owners.add_client):
        assert code_of(lambda do=do: do(OPERATOR, name), InvalidInput) == code  # type: ignore[misc]
    assert code_of(lambda: owners.rename_client(OPERATOR, 1, name), InvalidInput) == code


def test_what_is_not_there_is_told_and_only_those_who_see_all_may(owners: ManageOwners) -> None:
    kim = Actor(owner="account:1", role=Role.AGENCY, agency_id=1)
    unknown: tuple[Callable[[], object], ...] = (
        lambda: owners.rename_agency(OPERATOR, 99, "x"),
        lambda: owners.rename_client(OPERATOR, 99, "x"),
        lambda: owners.add_client(OPERATOR, "x", 99),
    )
    assert {code_of(do, InvalidInput) for do in unknown} == {"owner_unknown"}
    forbidden: tuple[Callable[[], object], ...] = (
        lambda: owners.add_agency(kim, "x"),
        lambda: owners.add_client(kim, "x"),
        lambda: owners.rename_agency(kim, 1, "x"),
        lambda: owners.rename_client(kim, 1, "x"),
    )
    assert {code_of(do, Forbidden) for do in forbidden} == {"owners_forbidden"}
