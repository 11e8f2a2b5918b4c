from sunwi.service.owners.list_owners import ListOwners
from tests.examples import place_tracking
from tests.night import Night


def test_names_that_look_alike_are_grouped_within_their_agency_only(night: Night) -> None:
    names = [
        ("강남치과", "온누리"),
        ("강남 치과", "온누리"),
        ("강남치과", "한빛"),
        ("다라", "온누리"),
        ("ABC", ""),
        ("abc", ""),
    ]
    night.track(*(place_tracking(client=client, agency=agency) for client, agency in names))
    night.track(place_tracking(agency="온 누리"))
    found = ListOwners(night.store).look_alikes()
    assert [{one.name for one in group} for group in found.agencies] == [{"온누리", "온 누리"}]
    assert [{(one.name, one.agency) for one in group} for group in found.clients] == [
        {("ABC", ""), ("abc", "")},
        {("강남치과", "온누리"), ("강남 치과", "온누리")},
    ]


def test_where_nothing_looks_alike_there_are_no_groups(night: Night) -> None:
    night.track(place_tracking(client="가나", agency="온누리"))
    found = ListOwners(night.store).look_alikes()
    assert (found.agencies, found.clients) == ([], [])
