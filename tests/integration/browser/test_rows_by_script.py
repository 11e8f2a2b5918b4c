import pytest

from infra.local.standin import StandinSite
from infra.local.standin.faults import FaultKind
from sunwi.adapters.browser.chromium import ChromiumPageLoader
from sunwi.domain.reading import PageVerdict, Presence
from sunwi.domain.tracking import Device, Kind, PageKey, Surface
from sunwi.service.pages.read_surface import ReadSurface

PLACES = [PageKey(Surface.PLACE_LIST, device, "가상역 국밥") for device in Device]


@pytest.mark.parametrize("fault", [FaultKind.ROWS_BY_SCRIPT, FaultKind.ROWS_ON_SCROLL])
@pytest.mark.parametrize("key", PLACES, ids=str)
def test_a_list_whose_script_writes_its_rows_is_read_as_one_that_was_served_with_them(
    site: StandinSite, loader: ChromiumPageLoader, key: PageKey, fault: FaultKind
) -> None:
    read = ReadSurface(loader=loader, depths={Surface.PLACE_LIST: 80})
    served = read(key).reading
    site.set_fault(key.keyword, fault)

    look = read(key)

    assert look.reading.presence == {Kind.PLACE: Presence.PRESENT}
    assert [card.id for card in look.reading.cards] == [card.id for card in served.cards]
    assert len(look.pages) == 2


@pytest.mark.parametrize("key", PLACES, ids=str)
def test_a_list_whose_rows_never_come_is_suspect(site: StandinSite, loader: ChromiumPageLoader, key: PageKey) -> None:
    site.set_fault(key.keyword, FaultKind.ROWS_MISSING)

    reading = ReadSurface(loader=loader)(key).reading

    assert reading.verdict is PageVerdict.RECOGNISED
    assert reading.presence == {Kind.PLACE: Presence.SUSPECT}
