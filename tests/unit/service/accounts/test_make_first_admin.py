from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from sunwi.domain.actor import Role
from sunwi.errors import Retryable
from sunwi.service.accounts.make_first_admin import FirstAdmin
from sunwi.service.accounts.rights import Rights
from tests.account_world import OPERATOR, AccountWorld

EMAIL = "Admin@Sunwi.test"
PATIENCE = timedelta(seconds=60)


def make(world: AccountWorld) -> FirstAdmin:
    return world.first_admin.make(EMAIL, give_up_at=world.now() + PATIENCE)


def test_the_first_admin_is_made_once_however_often_it_is_deployed(world: AccountWorld) -> None:
    with capture_logs() as logs:
        assert [make(world) for _ in range(3)] == [FirstAdmin.INVITED, FirstAdmin.THERE, FirstAdmin.THERE]
    assert world.identities.mails == [EMAIL.lower()]
    (entry,) = world.audit()
    assert (entry.actor, entry.action) == ("system", "account_invited")
    assert EMAIL.lower() not in repr(logs).lower()


def test_a_provider_that_is_away_for_a_while_is_waited_for(world: AccountWorld) -> None:
    world.identities.is_away = True
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        world.identities.is_away = len(pauses) < 3

    first_admin = replace(world.first_admin, pause=pause)
    assert first_admin.make(EMAIL, give_up_at=world.now() + PATIENCE) is FirstAdmin.INVITED
    assert (len(pauses), world.actions()) == (3, ["account_invited"])


def test_a_provider_that_stays_away_is_told(world: AccountWorld) -> None:
    world.identities.is_away = True
    with pytest.raises(Retryable, match="the identity provider cannot be reached"):
        make(world)
    world.identities.is_away = False
    assert make(world) is FirstAdmin.INVITED


def test_what_somebody_has_decided_since_is_left(world: AccountWorld) -> None:
    make(world)
    boss = world.invite("boss@sunwi.test")
    (admin, _) = sorted((world.accounts.find(OPERATOR, EMAIL).account, boss), key=lambda one: one.email)
    world.accounts.disable(OPERATOR, admin.id)
    assert make(world) is FirstAdmin.LEFT
    world.accounts.enable(OPERATOR, admin.id)
    agency = world.owners.add_agency(OPERATOR, "온누리")
    world.accounts.change_rights(OPERATOR, admin.id, Rights(role=Role.AGENCY, agency_id=agency.id))
    assert make(world) is FirstAdmin.LEFT
    assert world.account(admin.id).role is Role.AGENCY


def test_without_a_provider_the_account_is_made_and_left(world: AccountWorld) -> None:
    first_admin = replace(world.first_admin, has_provider=False)
    assert first_admin.make(EMAIL, give_up_at=world.now()) is FirstAdmin.INVITED
    assert first_admin.make(EMAIL, give_up_at=world.now()) is FirstAdmin.THERE
