import gzip

import pytest

from sunwi.errors import InvalidInput, Permanent
from tests.archive.archive_world import ArchiveWorld
from tests.examples import NIGHT


@pytest.fixture
def archived(old: ArchiveWorld) -> ArchiveWorld:
    old.add_night(NIGHT)
    old.let_pass()
    old.archive()
    return old


def test_a_content_that_is_another_one_is_refused(archived: ArchiveWorld) -> None:
    archived.files.files["archive/readings/1.json.gz"] = gzip.compress(b"{}")
    with pytest.raises(Permanent) as raised:
        archived.read_content.read(1)
    assert raised.value.code == "archived_content_damaged"


def test_a_content_whose_file_is_gone_is_missing(archived: ArchiveWorld) -> None:
    del archived.files.files["archive/readings/1.json.gz"]
    with pytest.raises(Permanent):
        archived.read_content.read(1)


def test_there_is_no_content_of_a_reading_that_is_not_there(archived: ArchiveWorld) -> None:
    with pytest.raises(InvalidInput) as raised:
        archived.read_content.read(2)
    assert raised.value.code == "reading_unknown"
