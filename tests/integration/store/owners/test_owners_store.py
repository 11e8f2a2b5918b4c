from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore, SqlTransaction
from sunwi.domain.actor import SYSTEM
from sunwi.domain.channel import ChannelKind, NewChannel
from sunwi.domain.notice import SYSTEM_AUDIENCE, Audience, AudienceKind
from sunwi.domain.owner import Agency, Client
from tests.examples import NIGHT, place_tracking

#: What the release before writes: names, and no ids.
BEFORE = text(
    "INSERT INTO tracking (kind, keyword, target_id, target_url, surface, device, location, client, agency, status, "
    "current_session, created_at) VALUES ('place', :keyword, '1', 'u', 'integrated', 'pc', '', :client, :agency, "
    "'ACTIVE', 1, '2026-01-01 00:00:00')"
)


def agencies(tx: SqlTransaction) -> dict[str, Agency]:
    return {agency.name: agency for agency in tx.owners.agencies()}


def clients(tx: SqlTransaction) -> dict[tuple[str, str], Client]:
    return {(client.agency, client.name): client for client in tx.owners.clients()}


def linked(tx: SqlTransaction) -> list[tuple[str, str, str | None, str | None]]:
    """Names that trackings carry beside the names of the rows that they are linked to, by tracking."""
    statement = text(
        "SELECT tracking.client, tracking.agency, client.name, agency.name FROM tracking "
        "LEFT JOIN client ON client.id = tracking.client_id LEFT JOIN agency ON agency.id = tracking.agency_id "
        "ORDER BY tracking.id"
    )
    return [(row[0], row[1], row[2], row[3]) for row in tx.connection.execute(statement)]


def test_storing_trackings_makes_each_agency_and_client_once(store: SqlStore) -> None:
    new = [
        place_tracking(1, client="가나", agency="온누리"),
        place_tracking(2, client="가나", agency="온누리"),
        place_tracking(3, client="가나", agency="한빛"),
        place_tracking(4, client="가나"),
        place_tracking(5, agency="한빛"),
        place_tracking(6),
    ]
    with store.begin() as tx:
        tx.trackings.add(new[:3], at=NIGHT)
    with store.begin() as tx:
        tx.trackings.add(new, at=NIGHT + timedelta(days=1))
        assert {name: agency.trackings for name, agency in agencies(tx).items()} == {"온누리": 2, "한빛": 2}
        assert {key: client.trackings for key, client in clients(tx).items()} == {
            ("온누리", "가나"): 2,
            ("한빛", "가나"): 1,
            ("", "가나"): 1,
        }
        assert [client or None for client, _, _, _ in linked(tx)] == [client for _, _, client, _ in linked(tx)]
        assert [agency or None for _, agency, _, _ in linked(tx)] == [agency for _, _, _, agency in linked(tx)]
        assert agencies(tx)["온누리"].created_at == NIGHT


def test_a_tracking_of_the_release_before_is_linked_by_the_next_one_that_is_stored(
    store: SqlStore, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(BEFORE, {"keyword": "a", "client": "가나", "agency": "온누리"})
        connection.execute(BEFORE, {"keyword": "b", "client": "다라", "agency": ""})
    with store.read() as tx:
        assert linked(tx) == [("가나", "온누리", None, None), ("다라", "", None, None)]
    with store.begin() as tx:
        tx.trackings.add([place_tracking(client="마바", agency="온누리")], at=NIGHT)
    with store.read() as tx:
        assert linked(tx) == [
            ("가나", "온누리", "가나", "온누리"),
            ("다라", "", "다라", None),
            ("마바", "온누리", "마바", "온누리"),
        ]


def test_linking_again_changes_nothing(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.trackings.add([place_tracking(client="가나", agency="온누리"), place_tracking(2, client="가나")], at=NIGHT)
        before = (tx.owners.agencies(), tx.owners.clients(), linked(tx))
        tx.owners.link()
        assert (tx.owners.agencies(), tx.owners.clients(), linked(tx)) == before


def test_a_clients_trackings_move_and_it_goes(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.trackings.add(
            [
                place_tracking(1, client="강남치과", agency="온누리"),
                place_tracking(2, client="강남 치과", agency="온누리"),
                place_tracking(3, client="강남 치과", agency="온누리"),
                place_tracking(2, client="강남 치과", agency="한빛"),
            ],
            at=NIGHT,
        )
        kept, other = clients(tx)["온누리", "강남치과"], clients(tx)["온누리", "강남 치과"]
        assert tx.owners.equal_trackings_of_clients(kept, other) == []
        assert tx.owners.move_client(kept, other) == 2
    with store.read() as tx:
        assert [(tracking.client, tracking.agency) for tracking in tx.trackings.list()] == [
            ("강남치과", "온누리"),
            ("강남치과", "온누리"),
            ("강남치과", "온누리"),
            ("강남 치과", "한빛"),
        ]
        assert {key: client.trackings for key, client in clients(tx).items()} == {
            ("온누리", "강남치과"): 3,
            ("한빛", "강남 치과"): 1,
        }
        assert all((client, agency) == names for client, agency, *names_of in linked(tx) for names in [tuple(names_of)])


def test_a_tracking_that_both_clients_have_stays_and_keeps_its_client(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.trackings.add(
            [
                place_tracking(1, client="강남치과"),
                place_tracking(1, client="강남 치과"),
                place_tracking(2, client="강남 치과"),
                replace(place_tracking(1, "다른 말"), client="강남 치과"),
            ],
            at=NIGHT,
        )
        kept, other = clients(tx)["", "강남치과"], clients(tx)["", "강남 치과"]
        [pair] = tx.owners.equal_trackings_of_clients(kept, other)
        assert (pair.stays, pair.equal_to, pair.keyword) == (2, 1, "강남역 맛집")
        assert tx.owners.move_client(kept, other) == 2
        assert [tracking.client for tracking in tx.trackings.list()] == [
            "강남치과",
            "강남 치과",
            "강남치과",
            "강남치과",
        ]
        assert {key: client.trackings for key, client in clients(tx).items()} == {
            ("", "강남치과"): 3,
            ("", "강남 치과"): 1,
        }


def test_an_agencys_clients_and_trackings_move_and_it_goes(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.trackings.add(
            [
                place_tracking(1, client="가나", agency="온누리"),
                place_tracking(2, client="가나", agency="온 누리"),
                place_tracking(3, client="다라", agency="온 누리"),
                place_tracking(4, agency="온 누리"),
                place_tracking(5, client="다라", agency="한빛"),
            ],
            at=NIGHT,
        )
        kept, other, whole = agencies(tx)["온누리"], agencies(tx)["온 누리"], clients(tx)["온 누리", "다라"]
        assert tx.owners.equal_trackings_of_agencies(kept, other) == []
        assert tx.owners.move_agency(kept, other) == 3
        assert {name: agency.trackings for name, agency in agencies(tx).items()} == {"온누리": 4, "한빛": 1}
        assert {key: client.trackings for key, client in clients(tx).items()} == {
            ("온누리", "가나"): 2,
            ("온누리", "다라"): 1,
            ("한빛", "다라"): 1,
        }
        # What refers to a client that moves whole still finds it.
        assert clients(tx)["온누리", "다라"].id == whole.id
        assert linked(tx)[:4] == [
            ("가나", "온누리", "가나", "온누리"),
            ("가나", "온누리", "가나", "온누리"),
            ("다라", "온누리", "다라", "온누리"),
            ("", "온누리", None, "온누리"),
        ]


def test_what_both_agencies_have_stays_with_its_client_and_agency(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.trackings.add(
            [
                place_tracking(1, client="가나", agency="온누리"),
                place_tracking(1, client="가나", agency="온 누리"),
                place_tracking(2, client="가나", agency="온 누리"),
                place_tracking(1, client="다라", agency="온 누리"),
            ],
            at=NIGHT,
        )
        kept, other = agencies(tx)["온누리"], agencies(tx)["온 누리"]
        assert [(pair.stays, pair.equal_to) for pair in tx.owners.equal_trackings_of_agencies(kept, other)] == [(2, 1)]
        assert tx.owners.move_agency(kept, other) == 2
        assert {key: client.trackings for key, client in clients(tx).items()} == {
            ("온누리", "가나"): 2,
            ("온누리", "다라"): 1,
            ("온 누리", "가나"): 1,
        }
        assert {name: agency.trackings for name, agency in agencies(tx).items()} == {"온누리": 3, "온 누리": 1}
        assert linked(tx)[1] == ("가나", "온 누리", "가나", "온 누리")


def test_a_client_whose_trackings_part_is_there_in_both_agencies(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.trackings.add(
            [place_tracking(1, client="가나", agency="온누리"), place_tracking(1, client="가나", agency="온 누리")],
            at=NIGHT,
        )
        tx.trackings.add([place_tracking(7, client="마바", agency="온누리")], at=NIGHT)
        tx.trackings.add(
            [place_tracking(7, client="마바", agency="온 누리"), place_tracking(8, client="마바", agency="온 누리")],
            at=NIGHT,
        )
        assert tx.owners.move_agency(agencies(tx)["온누리"], agencies(tx)["온 누리"]) == 1
        assert {key: client.trackings for key, client in clients(tx).items()} == {
            ("온누리", "가나"): 1,
            ("온누리", "마바"): 2,
            ("온 누리", "가나"): 1,
            ("온 누리", "마바"): 1,
        }


def store_impatiently(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '100ms'"))
        SqlTransaction(connection).trackings.add([place_tracking(2, client="가나", agency="온누리")], at=NIGHT)


def test_two_that_store_the_same_new_names_at_once_make_them_once(postgres_engine: Engine) -> None:
    store = SqlStore(postgres_engine)
    other = create_store_engine(postgres_engine.url.render_as_string(hide_password=False))
    with store.begin() as first:
        first.trackings.add([place_tracking(1, client="가나", agency="온누리")], at=NIGHT)
        # The second one waits for what the first makes of the name.
        with pytest.raises(DBAPIError, match="lock timeout"):
            store_impatiently(other)
    store_impatiently(other)
    other.dispose()
    with store.read() as tx:
        assert [agency.trackings for agency in tx.owners.agencies()] == [2]


def test_tags_are_stored_with_a_tracking_and_read_sorted(store: SqlStore) -> None:
    with store.begin() as tx:
        new = [replace(place_tracking(1), tags=frozenset({"하", "가"})), place_tracking(2)]
        assert tx.trackings.add(new, at=NIGHT) == [1, 2]
        # An equal one that comes later changes nothing of the first.
        assert tx.trackings.add([replace(new[0], tags=frozenset({"다"}))], at=NIGHT) == [None]
        assert tx.trackings.tags_of([1, 2, 3]) == {1: ("가", "하")}
        tx.trackings.add_tags([1, 2], {"가", "나"})
        tx.trackings.remove_tags([1, 2], {"하", "없음"})
        assert tx.trackings.tags_of([1, 2]) == {1: ("가", "나"), 2: ("가", "나")}


def test_tags_of_10000_trackings_cost_a_few_statements(store: SqlStore) -> None:
    new = [replace(place_tracking(number), tags=frozenset({"가", "나"})) for number in range(10_000)]
    with store.begin() as tx:
        ids = [number for number in tx.trackings.add(new, at=NIGHT) if number is not None]
        assert len(tx.trackings.tags_of(ids)) == 10_000


def channel_owners(tx: SqlTransaction) -> dict[str, tuple[str, int | None]]:
    return {
        listed.channel.name: (listed.owner.audience.kind.value, listed.owner.audience.id)
        for listed in tx.channels.list_all(actor=SYSTEM)
    }


def add_channel(tx: SqlTransaction, name: str, audience: Audience) -> None:
    channel = NewChannel(name=name, kind=ChannelKind.EMAIL, address="a@b.co.kr", audience=audience)
    assert tx.channels.add(channel, at=NIGHT)


def test_channels_of_a_client_that_becomes_one_with_another_are_that_ones(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.trackings.add([place_tracking(1, client="가"), place_tracking(2, client="나")], at=NIGHT)
        kept, other = clients(tx)["", "가"], clients(tx)["", "나"]
        add_channel(tx, "one", Audience(AudienceKind.CLIENT, other.id))
        tx.owners.move_client(kept, other)
        assert channel_owners(tx) == {"one": ("client", kept.id)}


def test_channels_of_an_agency_that_becomes_one_with_another_and_of_its_clients_go_with_them(store: SqlStore) -> None:
    new = [
        place_tracking(1, client="같은", agency="온누리"),
        place_tracking(2, client="같은", agency="한빛"),
        place_tracking(3, client="다른", agency="한빛"),
    ]
    with store.begin() as tx:
        tx.trackings.add(new, at=NIGHT)
        kept, other = agencies(tx)["온누리"], agencies(tx)["한빛"]
        same, whole = clients(tx)["한빛", "같은"], clients(tx)["한빛", "다른"]
        add_channel(tx, "agency", Audience(AudienceKind.AGENCY, other.id))
        add_channel(tx, "same", Audience(AudienceKind.CLIENT, same.id))
        add_channel(tx, "whole", Audience(AudienceKind.CLIENT, whole.id))
        tx.owners.move_agency(kept, other)
        assert channel_owners(tx) == {
            "agency": ("agency", kept.id),
            "same": ("client", clients(tx)["온누리", "같은"].id),
            "whole": ("client", whole.id),
        }
        assert "한빛" not in agencies(tx)


def test_channels_of_a_client_whose_trackings_cannot_move_stay_with_it(store: SqlStore) -> None:
    new = [place_tracking(1, client="같은", agency="온누리"), place_tracking(1, client="같은", agency="한빛")]
    with store.begin() as tx:
        tx.trackings.add([*new, place_tracking(2, client="혼자", agency="한빛")], at=NIGHT)
        kept, other = agencies(tx)["온누리"], agencies(tx)["한빛"]
        add_channel(tx, "alone", Audience(AudienceKind.CLIENT, clients(tx)["한빛", "혼자"].id))
        add_channel(tx, "ops", SYSTEM_AUDIENCE)
        tx.owners.move_agency(kept, other)
        assert channel_owners(tx) == {
            "alone": ("client", clients(tx)["온누리", "혼자"].id),
            "ops": ("system", None),
        }
