import pytest

from sunwi.domain.actor import Role
from sunwi.domain.job_priority import Priority
from sunwi.domain.work import Place
from sunwi.errors import InvalidInput
from sunwi.service.archive.archive_work import ARCHIVE
from sunwi.service.archive.cleaning.cleanup import CLEANUP


@pytest.mark.parametrize("work", [ARCHIVE, CLEANUP])
def test_both_kinds_run_without_a_browser_low_and_for_nobody_but_system_and_admins(work: object) -> None:
    assert work in (ARCHIVE, CLEANUP)
    for kind in (ARCHIVE, CLEANUP):
        assert (kind.place, kind.priority, kind.can_checkpoint) == (Place.CORE, Priority.LOW, True)
        assert kind.submitted_by == {Role.ADMIN, Role.SYSTEM}


def test_params_are_stored_without_what_is_usual() -> None:
    assert ARCHIVE.parse({}) == ARCHIVE.parse({"from_start": False}) == {}
    assert ARCHIVE.parse({"from_start": True}) == {"from_start": True}


@pytest.mark.parametrize("params", [{"from_start": 1}, {"from": True}])
def test_other_params_are_refused(params: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        ARCHIVE.parse(params)
