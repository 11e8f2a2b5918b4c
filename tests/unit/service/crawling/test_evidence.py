import pytest
import structlog

from sunwi.domain.canary import CanaryKeyword
from sunwi.domain.picture import Drawing
from sunwi.domain.reading import PageVerdict
from sunwi.errors import LayoutUnknown
from sunwi.service.ports.reading_terms import TimeLimit
from tests.examples import NIGHT, page_key, place_tracking, recognised, unreadable
from tests.night import SCHEDULED, CrashError, Night


def test_every_look_keeps_its_page_once(night: Night) -> None:
    night.start(place_tracking(101), place_tracking(102))
    night.show(recognised("101"))
    night.deliver(1, "m1")
    night.deliver(2, "m2")
    [(key, look)] = night.evidence.kept.items()
    assert look.key == page_key()
    [picture] = night.evidence.kept_pictures[key].values()
    assert [pictured.card.id for pictured in picture.cards] == ["101"]


def test_a_page_that_cannot_be_read_is_kept_with_its_picture(night: Night) -> None:
    night.start(place_tracking())
    night.show(unreadable(PageVerdict.LAYOUT_UNKNOWN), recognised("101"))
    with pytest.raises(LayoutUnknown):
        night.deliver(1, "m1")
    [key] = night.evidence.kept
    assert 1 in night.evidence.kept_pictures[key]
    assert night.loader.drawings == [Drawing(is_whole=True)]


def test_a_look_is_not_lost_because_its_proof_could_not_be_kept(night: Night) -> None:
    night.start(place_tracking())
    night.show(recognised("101"))
    night.evidence.is_away = True
    with structlog.testing.capture_logs() as logs:
        measured = night.deliver()
    assert measured is not None
    assert measured.rank == 1
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["evidence_not_kept"]


@pytest.mark.parametrize("fault", ["takes_no_pictures", "is_undrawable"])
def test_a_look_keeps_its_page_and_is_measured_without_its_picture(night: Night, fault: str) -> None:
    night.start(place_tracking())
    night.show(recognised("101"))
    setattr(night.evidence if fault == "takes_no_pictures" else night.loader, fault, True)
    measured = night.deliver()
    assert measured is not None
    assert measured.rank == 1
    assert [row.rank for row in night.history()] == [1]
    with night.sql.read() as tx:
        proof = tx.ledger.proof(1, None)
    assert proof is not None
    assert proof.evidence_key in night.evidence.kept
    assert not any(night.evidence.kept_pictures.values())


@pytest.mark.parametrize(
    "culprit", ["sunwi.testing.CannedPageLoader.draw", "sunwi.service.pages.draw_pages.describe_drawing"]
)
def test_a_look_is_measured_however_its_picture_fails(
    night: Night, monkeypatch: pytest.MonkeyPatch, culprit: str
) -> None:
    def fail(*_positional: object, **_named: object) -> None:
        raise ValueError("cannot convert float NaN to integer")

    monkeypatch.setattr(culprit, fail)
    night.start(place_tracking())
    night.show(recognised("101"))
    with structlog.testing.capture_logs() as logs:
        measured = night.deliver()
    assert measured is not None
    assert measured.rank == 1
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["page_not_drawn"]
    assert len(night.evidence.kept) == 1


def test_pictures_can_be_switched_off(night: Night) -> None:
    night.pictures = False
    night.start(place_tracking())
    night.show(recognised("101"))
    night.deliver()
    assert night.loader.drawings == []
    assert len(night.evidence.kept) == 1


def test_the_reading_is_stored_before_its_picture_is_kept(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    night.start(place_tracking())
    night.show(recognised("101"))

    def die(*_: object, **__: object) -> None:
        raise CrashError

    monkeypatch.setattr(night.evidence, "keep_pictures", die)
    with pytest.raises(CrashError):
        night.deliver()
    monkeypatch.undo()
    measured = night.deliver()
    assert measured is not None
    assert measured.rank == 1
    assert len(night.loader.loads) == 1


def test_the_reading_is_stored_before_its_picture_is_drawn(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    """A drawing takes seconds, in which another crawler would open the same page again."""
    night.start(place_tracking())
    night.show(recognised("101"))
    found = []

    def draw(_drawing: Drawing, *, limit: TimeLimit) -> None:
        del limit
        with night.sql.read() as tx:
            found.append(tx.readings.find(SCHEDULED, page_key(), since=NIGHT))

    monkeypatch.setattr(night.loader, "draw", draw)
    assert night.deliver() is not None
    assert [stored.reading.verdict for stored in found if stored] == [PageVerdict.RECOGNISED]


def test_the_canary_has_pictures_of_what_it_could_not_read_only(night: Night) -> None:
    night.canary_keywords = (CanaryKeyword("강남역 맛집"), CanaryKeyword("성수동 김밥"))
    night.show(recognised("101"))
    night.show(unreadable(PageVerdict.LAYOUT_UNKNOWN), keyword="성수동 김밥")
    night.clock.advance(minutes=-10)
    night.canary.scheduled(night.clock.now())
    assert set(night.loader.drawings) == {Drawing(is_whole=True)}
    assert [list(kept) for kept in night.evidence.kept_pictures.values()] == [[1]] * len(night.loader.drawings)


def test_a_retry_looks_in_a_fresh_context(night: Night) -> None:
    night.start(place_tracking())
    night.show(unreadable(PageVerdict.LAYOUT_UNKNOWN), recognised("101"))
    with pytest.raises(LayoutUnknown):
        night.deliver(1, "m1")
    night.deliver(1, "m1")
    assert night.loader.fresh == [False, True]
