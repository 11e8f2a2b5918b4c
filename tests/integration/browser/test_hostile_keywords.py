"""Keywords that could do harm in an address or a page, in real Chromium on the stand-in site."""

import pytest

from infra.local.standin import StandinSite
from sunwi.adapters.browser.chromium import ChromiumPageLoader
from sunwi.domain.reading import PageVerdict
from sunwi.domain.tracking import Device, PageKey, Surface, normalise_keyword
from sunwi.sites.naver.read_page import read_page
from tests.hostile import TAKEN
from tests.integration.browser.conftest import open_page


@pytest.mark.parametrize("text", TAKEN.values(), ids=TAKEN.keys())
def test_a_page_of_such_a_keyword_is_asked_for_and_read_as_any_other(
    site: StandinSite, loader: ChromiumPageLoader, text: str
) -> None:
    key = PageKey(Surface.INTEGRATED, Device.PC, normalise_keyword(text))
    reading = read_page(open_page(loader, key).served, key)
    assert site.requests.documents == {text: 1}
    assert reading.verdict is PageVerdict.RECOGNISED, reading.evidence
    assert [(card.rank, card.id) for card in reading.cards] == [(card.rank, card.id) for card in site.truth(text).cards]
