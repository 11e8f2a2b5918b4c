import pytest
import structlog

from sunwi.domain.reading import PageVerdict
from sunwi.errors import LayoutUnknown
from tests.examples import page_key, place_tracking, recognised, unreadable
from tests.night import Night


def test_every_look_keeps_its_page_once(night: Night) -> None:
    night.start(place_tracking(101), place_tracking(102))
    night.show(recognised("101"))
    night.deliver(1, "m1")
    night.deliver(2, "m2")
    [look] = night.evidence.kept.values()
    assert look.key == page_key()
    assert [page.screenshot for page in look.pages] == [None]


def test_a_page_that_cannot_be_read_is_kept_with_its_picture(night: Night) -> None:
    night.start(place_tracking())
    night.show(unreadable(PageVerdict.LAYOUT_UNKNOWN), recognised("101"))
    with pytest.raises(LayoutUnknown):
        night.deliver(1, "m1")
    [look] = night.evidence.kept.values()
    assert look.pages[0].screenshot


def test_a_look_is_not_lost_because_its_proof_could_not_be_kept(night: Night) -> None:
    night.start(place_tracking())
    night.show(recognised("101"))
    night.evidence.is_away = True
    with structlog.testing.capture_logs() as logs:
        measured = night.deliver()
    assert measured is not None
    assert measured.rank == 1
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["evidence_not_kept"]


def test_a_retry_looks_in_a_fresh_context(night: Night) -> None:
    night.start(place_tracking())
    night.show(unreadable(PageVerdict.LAYOUT_UNKNOWN), recognised("101"))
    with pytest.raises(LayoutUnknown):
        night.deliver(1, "m1")
    night.deliver(1, "m1")
    assert night.loader.fresh == [False, True]
