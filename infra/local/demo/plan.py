"""The demo's web and trackings, and what measuring them must give."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from infra.local.demo.link_forms import pasted_url
from infra.local.demo.targets import PICKS, find_item
from infra.local.standin.faults import Fault, FaultKind
from infra.local.standin.naver.generator import page_truth
from sunwi.domain.tracking import Device, Kind

#: Of the stand-in site that the demo runs against.
SEED = 20260102

#: Keyword → its fault.
FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        "겨울 등산화": Fault(kind=FaultKind.FORBIDDEN, times=2),
        "이사 견적": Fault(kind=FaultKind.FORBIDDEN),
        "허리 스트레칭": Fault(kind=FaultKind.LAYOUT_UNKNOWN),
    }
)

_CLIENTS = ("한결상회", "너른공방", "달빛의원", "고운식당", "새벽제과", "온기학원")
_AGENCIES = ("모의마케팅", "가상광고", "시범미디어")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoTracking:
    """One row of the demo; `target_id` is what its address must be read as."""

    kind: Kind
    keyword: str
    url: str
    device: Device
    client: str
    agency: str
    target_id: str


class ExpectedOutcome(NamedTuple):
    """What measuring one tracking must give; `rank` is None unless exposed."""

    keyword: str
    kind: str
    url: str
    outcome: str
    rank: int | None


def demo_trackings() -> list[DemoTracking]:
    """Return the demo's trackings, keyword by keyword."""
    trackings: list[DemoTracking] = []
    for number, (keyword, picks) in enumerate(PICKS.items()):
        for pick in picks:
            item = find_item(pick, page_truth(SEED, keyword, pick.device))
            tracking = DemoTracking(
                kind=pick.kind,
                keyword=keyword,
                url=pasted_url(item, keyword, len(trackings)),
                device=pick.device,
                client=_CLIENTS[number % len(_CLIENTS)],
                agency=_AGENCIES[number % len(_AGENCIES)],
                target_id=item.id,
            )
            trackings.append(tracking)
    return trackings


def expected_outcomes() -> list[ExpectedOutcome]:
    """Return what each tracking's outcome must be, in the order of `demo_trackings`.

    A fault that ends after some requests is outlasted by retries; any other leaves its keyword unmeasured.
    """
    return [_expected(tracking) for tracking in demo_trackings()]


def _expected(tracking: DemoTracking) -> ExpectedOutcome:
    fault = FAULTS.get(tracking.keyword)
    card = page_truth(SEED, tracking.keyword, tracking.device).find(tracking.target_id)
    asked = (tracking.keyword, tracking.kind.value, tracking.url)
    if fault is not None and fault.times is None:
        return ExpectedOutcome(*asked, "not_measured", None)
    if card is None:
        return ExpectedOutcome(*asked, "not_exposed", None)
    return ExpectedOutcome(*asked, "exposed", card.rank)
