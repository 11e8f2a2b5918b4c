"""Every named page and every fault of the stand-in, in Chromium, against answers written by hand."""

from collections.abc import Callable
from functools import partial

import pytest

from infra.local.standin import StandinSite
from infra.local.standin.faults import Fault, FaultKind
from infra.local.standin.naver.pages.named_pages import NAMED_PAGES
from sunwi.adapters.browser.chromium import ChromiumPageLoader
from sunwi.domain.outcome import Exposed, NotExposed, NotMeasured, look_up
from sunwi.domain.reading import PageReading, PageVerdict
from sunwi.domain.tracking import Kind, Target
from sunwi.errors import PageUnreachable
from sunwi.service.pages.read_surface import ReadSurface
from tests.integration.truth.right_answers import Row, read_rows
from tests.integration.truth.table import Said, Table, name_outcome
from tests.integration.truth.test_fault_matrix import DEPTHS, SHORT_TIMEOUT_SECONDS, UNREACHABLE, Unpictured

ROWS = read_rows()
#: Takes gigabytes: tests/chaos tries it, on a crawler of its own.
LEFT_TO_CHAOS = {FaultKind.UNBOUNDED_MEMORY}
#: Never come to an end, or not in time.
SLOW = {FaultKind.SLOW, FaultKind.ENDLESS_SCRIPT, FaultKind.MOVES_FOR_EVER}

Answer = Callable[[Target], Exposed | NotExposed | NotMeasured]
Readings = dict[tuple[object, ...], PageReading | None]


@pytest.fixture(scope="session")
def readings() -> Readings:
    """Pages that were read for a row before."""
    return {}


def test_every_named_page_and_every_fault_has_a_row() -> None:
    assert {row.name for row in ROWS} >= set(NAMED_PAGES)
    assert {row.fault for row in ROWS} - {None} == set(FaultKind) - LEFT_TO_CHAOS


def test_every_kind_and_both_devices_have_rows_that_must_be_measured() -> None:
    must = [row for row in ROWS if row.must]
    assert {row.kind for row in must if row.name in NAMED_PAGES} == set(Kind)
    for name in NAMED_PAGES:
        assert len({row.key.device for row in must if row.name == name}) == 2, name


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row} {row.where} {row.what} {row.target and row.target.id}")
def test_sunwi_says_what_is_right(
    *,
    site: StandinSite,
    loader: ChromiumPageLoader,
    table: Table,
    readings: Readings,
    monkeypatch: pytest.MonkeyPatch,
    row: Row,
) -> None:
    if row.fault in SLOW:
        monkeypatch.setattr(loader, "page_timeout_seconds", SHORT_TIMEOUT_SECONDS)
    asked = (row.name, row.fault, row.start, row.key)
    if asked not in readings:
        readings[asked] = read(site, loader, row)
    reading = readings[asked]
    said = table.said[row] = judge(row, partial(answer, reading, row))
    assert said.wrong == "", (said, reading.evidence if reading else UNREACHABLE)


def read(site: StandinSite, loader: ChromiumPageLoader, row: Row) -> PageReading | None:
    """Read the page of a row as deep as wanted; None where it cannot be reached."""
    if row.fault is not None:
        delay = 10 * SHORT_TIMEOUT_SECONDS * (row.fault is FaultKind.SLOW)
        site.set_fault(row.key.keyword, Fault(kind=row.fault, from_start=row.start, delay_seconds=delay))
    try:
        return ReadSurface(loader=Unpictured(loader), depths=DEPTHS)(row.key).reading
    except PageUnreachable:
        return None


def answer(reading: PageReading | None, row: Row, target: Target) -> Exposed | NotExposed | NotMeasured:
    if reading is None:
        return NotMeasured(reason=UNREACHABLE, verdict=PageVerdict.LAYOUT_UNKNOWN)
    return look_up(reading, target, row.counting)


def judge(row: Row, answer_to: Answer) -> Said:
    """Compare the answers to a row with the right ones."""
    asked = [target for target in (row.target, row.other) if target is not None]
    outcomes = {target: answer_to(target) for target in asked}
    first = outcomes[asked[0]]
    said = Said(
        target=name_outcome(first),
        is_measured=not any(isinstance(outcome, NotMeasured) for outcome in outcomes.values()),
    )
    wrong = [text for target, outcome in outcomes.items() if (text := fault_of(row, target, outcome))]
    said.wrong = "; ".join(wrong)
    said.is_false = any(
        not isinstance(outcome, NotMeasured) and fault_of(row, target, outcome) for target, outcome in outcomes.items()
    )
    return said


def fault_of(row: Row, target: Target, outcome: Exposed | NotExposed | NotMeasured) -> str:
    """Describe what is wrong with one answer, or nothing."""
    name = name_outcome(outcome)
    if not row.must:
        is_right = isinstance(outcome, NotMeasured) and name.endswith(row.reason)
        return "" if is_right else f"{target.id}: {name}, and nobody can tell"
    if target == row.target:
        return "" if name == row.right else f"{target.id}: {name}"
    return "" if isinstance(outcome, NotExposed) else f"{target.id}: {name}, and is not exposed"


@pytest.mark.parametrize(
    ("outcome", "is_measured", "is_false"),
    [
        (Exposed(rank=1, area="nmb_lpa", page_rank=1, areas=("nmb_lpa",), depth=1), True, False),
        (Exposed(rank=2, area="nmb_lpa", page_rank=2, areas=("nmb_lpa",), depth=1), True, True),
        (NotExposed(depth=1, block_absent=False), True, True),
        (NotMeasured(reason="suspect", verdict=PageVerdict.LAYOUT_UNKNOWN), False, False),
    ],
)
def test_a_wrong_answer_would_be_noticed(
    *, outcome: Exposed | NotExposed | NotMeasured, is_measured: bool, is_false: bool
) -> None:
    row = ROWS[0]
    other = NotExposed(depth=1, block_absent=False)
    said = judge(row, lambda target: outcome if target == row.target else other)
    assert (said.is_measured, said.is_false) == (is_measured, is_false)
    assert (said.wrong == "") is (is_measured and not is_false)
    table = Table(said={row: said})
    assert table.measured == (int(is_measured), 1)
