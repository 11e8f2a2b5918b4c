import json
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.local.stack import LocalStack, wait_for
from infra.local.standin.faults import HOSTILE, Fault, FaultKind
from sunwi.domain.tracking import normalise_keyword
from tests.chaos.audit import Row, audit
from tests.chaos.night import night_on, now
from tests.hostile import REFUSED, TAKEN

pytestmark = [pytest.mark.timeout(300), pytest.mark.chaos]

Tell = Callable[[Row], None]

#: Pauses that let a test see a surface being asked again.
PAUSES = {"CircuitPauseSeconds": 2, "CircuitMaxPauseSeconds": 4}
REFUSALS = (FaultKind.FORBIDDEN, FaultKind.CAPTCHA, FaultKind.TOO_MANY_REQUESTS, FaultKind.LOGIN_REDIRECT)
#: Each takes a page that shows its target, and leaves nothing that may be believed.
UNREADABLE = (
    FaultKind.EMPTY,
    FaultKind.TRUNCATED,
    FaultKind.LAYOUT_UNKNOWN,
    FaultKind.OTHER_QUERY,
    FaultKind.RESET_BEFORE_HEADERS,
    FaultKind.RESET_MID_PAGE,
    FaultKind.UNAVAILABLE,
)


def test_a_site_that_refuses_for_a_while_is_left_alone_and_then_measured(
    chaos_stack: LocalStack, tmp_path: Path, tell: Tell
) -> None:
    with night_on(chaos_stack, "refusing", tmp_path, **PAUSES) as night:
        keywords = night.keywords(8)
        ids = night.track(keywords)
        for number, keyword in enumerate(keywords):
            night.daily.site.set_fault(keyword, Fault(kind=REFUSALS[number % 3], retry_after_seconds=1))
        run_id = night.fire()
        wait_for("second probe", lambda: len(night.daily.events("circuit_half_open")) >= 2, timeout_seconds=90)
        asked = sum(night.daily.site.requests.documents.values())
        # An invocation's lines appear when it has ended, a request at once.
        wait_for("probes of all requests", lambda: asked <= 4 + len(night.daily.events("circuit_half_open")))
        night.daily.site.clear_faults()
        healed_at = now()
        row = audit(night, run_id, "every page refused for a while", healed_at=healed_at)
    tell(row)
    assert row.happened == f"{len(ids)} succeeded"


def test_a_site_that_refuses_to_the_deadline_expires_and_says_nothing_of_ranks(
    chaos_stack: LocalStack, tmp_path: Path, tell: Tell
) -> None:
    with night_on(chaos_stack, "refused", tmp_path, CrawlBatchTimeout=20, **PAUSES) as night:
        keywords = night.keywords(6)
        night.unreadable |= set(night.track(keywords))
        for number, keyword in enumerate(keywords):
            night.daily.site.set_fault(keyword, Fault(kind=REFUSALS[number % 3], retry_after_seconds=1))
        row = audit(night, night.fire(), "every page refused to the deadline")
    tell(row)
    assert row.happened == f"{len(night.ranks)} expired"


def test_pages_that_cannot_be_read_give_no_rank_and_no_null_rank(
    chaos_stack: LocalStack, tmp_path: Path, tell: Tell
) -> None:
    with night_on(chaos_stack, "unreadable", tmp_path) as night:
        good, *broken = night.keywords(1 + len(UNREADABLE))
        night.track([good])
        night.unreadable |= set(night.track(broken))
        for keyword, kind in zip(broken, UNREADABLE, strict=True):
            night.daily.site.set_fault(keyword, Fault(kind=kind, retry_after_seconds=1))
        row = audit(night, night.fire(), f"{len(UNREADABLE)} sorts of pages that cannot be read", timeout_seconds=240)
    tell(row)
    assert row.happened == f"2 succeeded, {len(night.unreadable)} failed"


def test_hostile_pages_cost_no_more_than_their_own_messages(
    chaos_stack: LocalStack, tmp_path: Path, tell: Tell
) -> None:
    with night_on(chaos_stack, "hostile", tmp_path, CrawlerTimeoutSeconds=15) as night:
        kinds = sorted(HOSTILE)
        good, *hostile = night.keywords(1 + len(kinds))
        for keyword, kind in zip(hostile, kinds, strict=True):
            night.daily.site.set_fault(keyword, kind)
        night.track(hostile, absent=0)
        ids = night.track([good])
        run_id = night.fire()
        row = audit(night, run_id, f"{len(kinds)} sorts of hostile pages", timeout_seconds=240)
        measured = {line[0] for line in night.daily.rows("SELECT tracking_id FROM rank_history")}
    tell(row)
    assert set(ids) <= measured


def test_pages_that_cannot_be_drawn_cost_their_pictures_and_no_measurement(
    chaos_stack: LocalStack, tmp_path: Path, tell: Tell
) -> None:
    with night_on(chaos_stack, "undrawn", tmp_path, CrawlPictures="on") as night:
        drawn, *hanging = night.keywords(4)
        for keyword in hanging:
            night.daily.site.set_fault(keyword, FaultKind.SLOW_TO_DRAW)
        ids = night.track([*hanging, drawn])
        row = audit(night, night.fire(), f"{len(hanging)} pages hang while their picture is drawn", timeout_seconds=240)
        kept = night.daily.evidence_names()
    tell(row)
    assert row.happened == f"{len(ids)} succeeded"
    assert sum(name.endswith(".webp") for name in kept) == 1
    assert sum(name.endswith(".html.gz") for name in kept) == 1 + len(hanging)


def test_hostile_texts_are_keywords_as_any_other_and_no_messages(
    chaos_stack: LocalStack, tmp_path: Path, tell: Tell
) -> None:
    with night_on(chaos_stack, "texts", tmp_path) as night:
        keywords = [text for text in map(normalise_keyword, TAKEN.values()) if night.shows_post(text)]
        ids = night.track(keywords)
        for text in (TAKEN | REFUSED).values():
            night.daily.send(json.dumps({"tracking_id": text}))
        row = audit(night, night.fire(), f"{len(keywords)} hostile keywords, {len(TAKEN | REFUSED)} hostile messages")
    tell(row)
    assert row.happened == f"{len(ids)} succeeded"
