import pytest

from sunwi.domain.backup import BackupState
from sunwi.errors import InvalidInput
from sunwi.service.backup.list_backups import ListBackups
from tests.backup.backup_examples import KEY, record_of
from tests.backup.backup_world import BackupWorld


def test_a_backup_is_found_by_its_key_its_name_or_as_the_last_good_one(backups: BackupWorld) -> None:
    found = ListBackups(backups.world.store)
    with backups.world.store.begin() as tx:
        tx.backups.record(record_of())
        tx.backups.record(record_of("job-2", facts=None, key=None, state=BackupState.FAILED))
    for typed in (KEY, KEY.rpartition("/")[2], "latest"):
        assert found.key_of(typed) == KEY
    assert found.key_of("backups/monthly/of_an_older_stack.dump") == "backups/monthly/of_an_older_stack.dump"


@pytest.mark.parametrize("typed", ["latest", "sunwi_prod_20260102_030000.dump", "x"])
def test_a_broken_one_is_not_found_by_name(backups: BackupWorld, typed: str) -> None:
    with backups.world.store.begin() as tx:
        tx.backups.record(record_of(state=BackupState.BROKEN))
    with pytest.raises(InvalidInput) as raised:
        ListBackups(backups.world.store).key_of(typed)
    assert raised.value.code == "backup_unknown"
