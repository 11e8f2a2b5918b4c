from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from sunwi.domain.actor import Actor, Role
from sunwi.domain.owner import Agency, Client
from sunwi.errors import InvalidInput
from sunwi.service.owners.list_owners import ListOwners
from sunwi.service.owners.merge_owners import MergeOwners
from sunwi.testing import ManualClock
from sunwi.wording.error_words import error_words
from tests.examples import NIGHT, place_tracking, recognised
from tests.night import Night

ADMIN = Actor(owner="cli:kim", role=Role.ADMIN)


def client(night: Night, name: str, agency: str = "") -> Client:
    [found] = [one for one in ListOwners(night.store).clients() if (one.name, one.agency) == (name, agency)]
    return found


def agency(night: Night, name: str) -> Agency:
    [found] = [one for one in ListOwners(night.store).agencies() if one.name == name]
    return found


@pytest.fixture
def merge(night: Night) -> MergeOwners:
    """Two spellings of a client, one of whose trackings both have."""
    night.track(
        place_tracking(101, client="강남치과", agency="온누리"),
        place_tracking(101, client="강남 치과", agency="온누리"),
        place_tracking(102, client="강남 치과", agency="온누리"),
        place_tracking(101, client="강남치과", agency="온 누리"),
    )
    return MergeOwners(store=night.store, clock=ManualClock(NIGHT))


def test_without_apply_a_merge_says_what_it_would_do_and_does_nothing(night: Night, merge: MergeOwners) -> None:
    kept, other = client(night, "강남치과", "온누리"), client(night, "강남 치과", "온누리")
    with capture_logs() as logs:
        foreseen = merge.merge_clients(ADMIN, kept.id, other.id)
    assert (foreseen.moved, [pair.stays for pair in foreseen.staying], foreseen.is_applied) == (1, [2], False)
    assert client(night, "강남 치과", "온누리").trackings == 2
    assert logs == []


def test_what_is_foreseen_is_what_is_done_and_a_line_says_who_had_what(night: Night, merge: MergeOwners) -> None:
    kept, other = client(night, "강남치과", "온누리"), client(night, "강남 치과", "온누리")
    foreseen = merge.merge_clients(ADMIN, kept.id, other.id)
    with capture_logs() as logs:
        done = merge.merge_clients(ADMIN, kept.id, other.id, apply=True)
    assert done == replace(foreseen, is_applied=True)
    assert [
        (line["event"], line["kept_name"], line["other_name"], line["moved"], line["staying"]) for line in logs
    ] == [("clients_merged", "강남치과", "강남 치과", 1, [2])]
    assert (client(night, "강남치과", "온누리").trackings, client(night, "강남 치과", "온누리").trackings) == (2, 1)


def test_a_merge_that_was_done_finds_nothing_more_to_do(night: Night, merge: MergeOwners) -> None:
    kept, other = client(night, "강남치과", "온누리"), client(night, "강남 치과", "온누리")
    merge.merge_clients(ADMIN, kept.id, other.id, apply=True)
    again = merge.merge_clients(ADMIN, kept.id, other.id, apply=True)
    assert (again.moved, [pair.stays for pair in again.staying]) == (0, [2])


def test_agencies_become_one_with_their_clients(night: Night, merge: MergeOwners) -> None:
    kept, other = agency(night, "온누리"), agency(night, "온 누리")
    foreseen = merge.merge_agencies(ADMIN, kept.id, other.id)
    assert (foreseen.moved, [(pair.stays, pair.equal_to) for pair in foreseen.staying]) == (0, [(4, 1)])
    night.track(place_tracking(103, client="새치과", agency="온 누리"))
    done = merge.merge_agencies(ADMIN, kept.id, other.id, apply=True)
    assert done.moved == 1
    assert client(night, "새치과", "온누리").trackings == 1
    assert client(night, "강남치과", "온 누리").trackings == 1


def test_history_and_session_go_with_a_tracking(night: Night, merge: MergeOwners) -> None:
    night.show(recognised("102"))
    run = night.dispatch.scheduled(night.clock.now())
    night.deliver(3, "m1", run_id=run.id)
    kept, other = client(night, "강남치과", "온누리"), client(night, "강남 치과", "온누리")
    before = night.history(3)
    merge.merge_clients(ADMIN, kept.id, other.id, apply=True)
    assert night.history(3) == before
    assert len(before) == 1


def test_clients_of_two_agencies_are_refused_with_what_to_do(night: Night, merge: MergeOwners) -> None:
    kept, other = client(night, "강남치과", "온누리"), client(night, "강남치과", "온 누리")
    with pytest.raises(InvalidInput, match="merge the agencies first") as raised:
        merge.merge_clients(ADMIN, kept.id, other.id, apply=True)
    assert "업체를 먼저 합치세요" in error_words(raised.value)


def test_one_with_itself_and_one_that_is_not_there_are_refused(merge: MergeOwners) -> None:
    with pytest.raises(InvalidInput, match="1 is named twice"):
        merge.merge_clients(ADMIN, 1, 1, apply=True)
    with pytest.raises(InvalidInput, match="none numbered 99"):
        merge.merge_agencies(ADMIN, 1, 99, apply=True)
