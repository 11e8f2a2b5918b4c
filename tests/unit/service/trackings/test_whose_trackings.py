"""Each use case × each role: another's tracking is as missing as one that never was."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, func, select

from sunwi.adapters.sql.store import SqlStore
from sunwi.adapters.sql.tables import AuditRow
from sunwi.domain.actor import SYSTEM, Actor, Role
from sunwi.domain.tracking import TrackingStatus
from sunwi.domain.tracking_list import TrackingFilter
from sunwi.errors import Forbidden, InvalidInput
from sunwi.service.ledger.show_proof import ShowProof
from sunwi.service.trackings.change_trackings import ChangeTrackings, TrackingChanges
from sunwi.service.trackings.import_trackings import ImportTrackings
from sunwi.service.trackings.list_trackings import ListTrackings
from sunwi.service.trackings.manage_trackings import ManageTrackings
from sunwi.service.trackings.show_tracking import ShowTracking
from sunwi.testing import InMemorySpreadsheets, ManualClock
from tests.examples import NIGHT, place_tracking

ADMIN = Actor(owner="account:1", role=Role.ADMIN)
#: Tracking 1 is agency 1's and client 1's, tracking 2 agency 2's and client 2's.
AGENCY, OTHER_AGENCY = (Actor(owner=f"account:2{one}", role=Role.AGENCY, agency_id=one) for one in (1, 2))
CLIENT, OTHER_CLIENT = (
    Actor(owner=f"account:3{one}", role=Role.ADVERTISER, agency_id=one, client_id=one) for one in (1, 2)
)
OWN, FOREIGN = (SYSTEM, ADMIN, AGENCY, CLIENT), (OTHER_AGENCY, OTHER_CLIENT)

Use = Callable[[SqlStore, Actor, int], object]


def manage(store: SqlStore) -> ManageTrackings:
    return ManageTrackings(store=store, clock=ManualClock(NIGHT))


def change(store: SqlStore) -> ChangeTrackings:
    return ChangeTrackings(store=store, clock=ManualClock(NIGHT))


def listing(store: SqlStore) -> ListTrackings:
    return ListTrackings(store=store, clock=ManualClock(NIGHT))


USES: dict[str, Use] = {
    "find": lambda store, actor, number: listing(store).find(actor, number),
    "show": lambda store, actor, number: ShowTracking(store=store, clock=ManualClock(NIGHT)).show(actor, number),
    "pause": lambda store, actor, number: manage(store).set_status(actor, [number], TrackingStatus.PAUSED),
    "measure": lambda store, actor, number: manage(store).check_measurable(actor, [number]),
    "change": lambda store, actor, number: change(store).change(actor, [number], TrackingChanges(target_rank=3)),
    "tag": lambda store, actor, number: change(store).tag(actor, [number], add=frozenset({"가"}), remove=frozenset()),
}


@pytest.fixture
def store(sqlite_engine: Engine) -> SqlStore:
    sqlite_store = SqlStore(sqlite_engine)
    with sqlite_store.begin() as tx:
        tx.trackings.add([place_tracking(1, client="가 가게", agency="한빛")], at=NIGHT)
        tx.trackings.add([place_tracking(1, client="나 가게", agency="새봄")], at=NIGHT)
    return sqlite_store


def audits(store: SqlStore) -> int:
    with store.read() as tx:
        return tx.connection.execute(select(func.count()).select_from(AuditRow)).scalar_one()


@pytest.mark.parametrize("actor", OWN)
@pytest.mark.parametrize("use", USES)
def test_whoever_it_belongs_to_has_it(store: SqlStore, use: str, actor: Actor) -> None:
    USES[use](store, actor, 1)


@pytest.mark.parametrize("actor", FOREIGN)
@pytest.mark.parametrize("use", USES)
def test_to_everybody_else_it_is_not_there(store: SqlStore, use: str, actor: Actor) -> None:
    with pytest.raises(InvalidInput) as foreign:
        USES[use](store, actor, 1)
    with pytest.raises(InvalidInput) as missing:
        USES[use](store, actor, 9)
    assert foreign.value.code == missing.value.code == "tracking_unknown"
    assert str(foreign.value).replace("1", "9") == str(missing.value)
    assert audits(store) == 0


def test_of_several_one_that_is_another_s_leaves_all_as_they_are(store: SqlStore) -> None:
    for use in (
        lambda: manage(store).set_status(AGENCY, [1, 2], TrackingStatus.ENDED),
        lambda: change(store).change(AGENCY, [1, 2], TrackingChanges(target_rank=3)),
        lambda: change(store).tag(AGENCY, [1, 2], add=frozenset({"가"}), remove=frozenset()),
    ):
        with pytest.raises(InvalidInput, match="there is no tracking 2"):
            use()
    line = listing(store).find(SYSTEM, 1)
    assert (line.tracking.status, line.tracking.target_rank, line.tags) == (TrackingStatus.ACTIVE, None, ())
    assert audits(store) == 0


@pytest.mark.parametrize("actor", FOREIGN)
def test_a_day_of_another_s_tracking_is_not_proved(store: SqlStore, actor: Actor) -> None:
    proof = ShowProof(store=store, evidence=None)
    with pytest.raises(InvalidInput) as foreign:
        proof.show(actor, 1, None)
    assert foreign.value.code == "tracking_unknown"
    with pytest.raises(InvalidInput) as own:
        proof.show(CLIENT, 1, None)
    assert own.value.code == "tracking_never_measured"


@pytest.mark.parametrize(
    ("actor", "seen"),
    [(SYSTEM, [1, 2]), (ADMIN, [1, 2]), (AGENCY, [1]), (OTHER_AGENCY, [2]), (CLIENT, [1]), (OTHER_CLIENT, [2])],
)
def test_lists_have_what_is_one_s_own(store: SqlStore, actor: Actor, seen: list[int]) -> None:
    use = listing(store)
    assert [line.tracking.id for line in use.page(actor).lines] == seen
    assert [line.tracking.id for line in use.every(actor)] == seen
    assert (list(use.ids(actor, TrackingFilter(), limit=9)), use.count(actor, TrackingFilter())) == (seen, len(seen))


def test_an_agency_adds_for_itself_alone(store: SqlStore) -> None:
    added = manage(store).add(AGENCY, place_tracking(7, client="다 가게"))
    assert (added.is_new, added.tracking.agency) == (True, "한빛")
    with pytest.raises(Forbidden) as refused:
        manage(store).add(AGENCY, place_tracking(8, agency="새봄"))
    assert (refused.value.code, refused.value.fields["own"]) == ("agency_foreign", "한빛")
    with pytest.raises(Forbidden):
        manage(store).add(CLIENT, place_tracking(8))
    assert manage(store).add(ADMIN, place_tracking(8, agency="누구나")).is_new


def test_a_file_of_an_agency_is_its_own(store: SqlStore) -> None:
    text = "유형,키워드,대상 URL,업체\n" + "".join(
        f"플레이스,{word},https://map.naver.com/p/entry/place/1648862917,{name}\n"
        for word, name in (("가", ""), ("나", "한빛"), ("다", "새봄"))
    )
    imports = ImportTrackings(store=store, clock=ManualClock(NIGHT), spreadsheets=InMemorySpreadsheets())
    report = imports.import_file(AGENCY, text.encode(), partial=True)
    assert [row.line for row in report.imported] == [2, 3]
    assert [(error.line, error.problem.code) for error in report.errors] == [(4, "agency_foreign")]
    assert list(report.shared) == []
    with pytest.raises(Forbidden):
        imports.import_file(CLIENT, text.encode(), partial=True)
    assert audits(store) == 1
