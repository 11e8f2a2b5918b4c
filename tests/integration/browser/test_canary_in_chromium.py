from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from infra.local.standin import StandinSite
from infra.local.standin.faults import Fault, FaultKind
from sunwi.adapters.browser.chromium import ChromiumPageLoader
from sunwi.adapters.sql.store import SqlStore
from sunwi.bootstrap.adapters import SystemClock
from sunwi.domain.canary import DEFAULT_KEYWORDS
from sunwi.domain.schedule import CANARY_LEAD
from sunwi.domain.tracking import Device, Surface
from sunwi.service.canary.check_canary import CheckCanary
from sunwi.service.canary.open_canary_page import OpenCanaryPage
from sunwi.service.canary.parse_canary_keywords import parse_canary_keywords
from sunwi.service.pages.read_surface import ReadSurface
from sunwi.testing import InMemoryEvidenceStore, InMemoryMetrics
from tests.examples import place_tracking
from tests.night import Night

LISTED = (Surface.PLACE_LIST, Surface.BLOG_TAB, Surface.CAFE_TAB)


@pytest.fixture
def canary(loader: ChromiumPageLoader, sqlite_engine: Engine) -> CheckCanary:
    """The canary with its usual keywords, where every surface is tracked."""
    store = SqlStore(sqlite_engine)
    with store.begin() as tx:
        trackings = [replace(place_tracking(number), surface=surface) for number, surface in enumerate(LISTED)]
        tx.trackings.add(trackings, at=datetime.now(UTC))
    return CheckCanary(
        store=store,
        open_page=OpenCanaryPage(
            store=store,
            guard=Night(store).guard,
            read_surface=ReadSurface(loader=loader, depths=dict.fromkeys(Surface, 1)),
            evidence=InMemoryEvidenceStore(),
        ),
        metrics=InMemoryMetrics(),
        clock=SystemClock(),
        keywords=parse_canary_keywords(""),
        allow_stale_events=True,
    )


def test_the_usual_keywords_are_recognised_on_every_surface_by_one_page_each(
    site: StandinSite, canary: CheckCanary
) -> None:
    check = canary.scheduled(datetime.now(UTC) - CANARY_LEAD)
    assert check.failures == []
    assert {(counts.surface, counts.device, counts.recognised) for counts in check.surfaces} == {
        (Surface.INTEGRATED, Device.MOBILE, 3),
        *((surface, Device.PC, 3) for surface in Surface),
    }
    assert {keyword: site.requests.documents[keyword] for keyword in DEFAULT_KEYWORDS} == dict.fromkeys(
        DEFAULT_KEYWORDS, 5
    )


def test_a_surface_that_has_changed_is_told_apart_from_those_that_have_not(
    site: StandinSite, canary: CheckCanary
) -> None:
    keyword = DEFAULT_KEYWORDS[0]
    site.set_fault(keyword, Fault(kind=FaultKind.STATE_MISSING, surface=Surface.PLACE_LIST))
    check = replace(canary, keywords=parse_canary_keywords(keyword)).scheduled(datetime.now(UTC) - CANARY_LEAD)
    shares = {counts.surface: counts.recognised_share for counts in check.surfaces}
    assert shares == {**dict.fromkeys(Surface, 1.0), Surface.PLACE_LIST: 0.0}
    assert check.recognised_share == 0
