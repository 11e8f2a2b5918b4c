"""Examples that tests build on: a night, trackings, pages, messages."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sunwi.domain.observation import LoadedPage, LoadedSurface, NewReading, Observation
from sunwi.domain.reading import Card, PageReading, PageVerdict, Presence, ServedPage
from sunwi.domain.run import Run, RunKind, RunStatus, run_deadline
from sunwi.domain.schedule import business_date
from sunwi.domain.session import LedgerRow
from sunwi.domain.task import Receipt
from sunwi.domain.tracking import Device, Kind, NewTracking, PageKey, Surface, Target

#: 01:00 KST on 2 January 2026, when the daily run starts.
NIGHT = datetime(2026, 1, 1, 16, 0, tzinfo=UTC)

#: The KST date of that night.
DAY = date(2026, 1, 2)

HOUR = timedelta(hours=1)

#: Tracking 1, exposed in reading 1 of that night.
EXPOSED_LOOK = Observation(
    tracking_id=1,
    run_id="scheduled-20260102",
    page_reading_id=1,
    fetched_at=NIGHT,
    rank=3,
    area="nmb_rnk",
    page_rank=5,
    depth=30,
    block_absent=False,
    matched_by="own",
    near_rank=None,
)

#: What the ledger says of that look, as the first observation.
EXPOSED_DAY = LedgerRow(
    tracking_id=1,
    date=DAY,
    session_number=1,
    rank=3,
    area="nmb_rnk",
    page_rank=5,
    depth=30,
    looks=1,
    observation_id=1,
)

#: A day on which tracking 1 was looked for and not exposed.
MISSED_DAY = replace(EXPOSED_DAY, rank=None, area=None, page_rank=None)

CRAWL_QUEUE_ARN = "arn:aws:sqs:ap-northeast-2:000000000000:crawl"


def place_tracking(place_id: int = 101, keyword: str = "강남역 맛집", **more: str) -> NewTracking:
    """A tracking of a place."""
    target = Target(Kind.PLACE, str(place_id))
    return NewTracking(
        target=target,
        target_url=f"https://map.naver.com/p/entry/place/{place_id}",
        keyword=keyword,
        client=more.get("client", ""),
        agency=more.get("agency", ""),
        location=more.get("location", ""),
    )


def blog_tracking(post: str = "writer/223000000001", keyword: str = "강남역 맛집") -> NewTracking:
    """A tracking of a blog post."""
    return NewTracking(
        target=Target(Kind.BLOG, f"blog:{post}"), target_url=f"https://blog.naver.com/{post}", keyword=keyword
    )


def cafe_tracking(post: str = "club/77", keyword: str = "강남역 맛집") -> NewTracking:
    """A tracking of a cafe post."""
    return NewTracking(
        target=Target(Kind.CAFE, f"cafe:{post}"), target_url=f"https://cafe.naver.com/{post}", keyword=keyword
    )


def page_key(keyword: str = "강남역 맛집", device: Device = Device.PC, location: str = "") -> PageKey:
    """The integrated page of a keyword."""
    return PageKey(Surface.INTEGRATED, device, keyword, location)


def recognised(*ids: str, absent: Sequence[Kind] = (), suspect: Sequence[Kind] = ()) -> PageReading:
    """A recognised page that shows these ids in this order, in one area per kind."""
    areas = {Kind.PLACE: "nmb_rnk", Kind.BLOG: "ugB_bsR", Kind.CAFE: "ugB_bsR"}
    ranks = dict.fromkeys(areas.values(), 0)
    cards = []
    for page_rank, card_id in enumerate(ids, start=1):
        area = areas[_kind_of(card_id)]
        ranks[area] += 1
        cards.append(
            Card(id=card_id, area=area, rank=ranks[area], page_rank=page_rank, title=f"제목 {card_id}", url="")
        )
    presence = dict.fromkeys(Kind, Presence.PRESENT)
    presence |= dict.fromkeys(absent, Presence.ABSENT) | dict.fromkeys(suspect, Presence.SUSPECT)
    depth = {kind: 0 if kind in absent else ranks[area] for kind, area in areas.items()}
    return PageReading(
        surface=Surface.INTEGRATED,
        device=Device.PC,
        verdict=PageVerdict.RECOGNISED,
        presence=presence,
        depth=depth,
        cards=tuple(cards),
    )


def unreadable(verdict: PageVerdict, *evidence: str) -> PageReading:
    """A page that yields no outcome."""
    return PageReading(surface=Surface.INTEGRATED, device=Device.PC, verdict=verdict, evidence=evidence)


def served_page(html: str = "<html></html>", status: int = 200) -> ServedPage:
    """A page as the browser got it."""
    url = "https://search.naver.com/search.naver?query=q"
    return ServedPage(requested_url=url, final_url=url, status=status, html=html)


def new_reading(run_id: str, reading: PageReading, *, fetched_at: datetime = NIGHT, **more: object) -> NewReading:
    """A reading of the integrated page before it is stored."""
    key = more.get("key", page_key())
    assert isinstance(key, PageKey)
    page = LoadedPage(served=served_page(), fetched_at=fetched_at, load_seconds=1.5)
    return NewReading(
        run_id=run_id,
        loaded=LoadedSurface(key, (page,), reading, "test"),
        evidence_key=None,
        is_second_look=bool(more.get("is_second_look", False)),
    )


def new_run(run_id: str = "scheduled-20260102", kind: RunKind = RunKind.SCHEDULED, at: datetime = NIGHT) -> Run:
    """A run of an hour, before it is stored."""
    return Run(
        id=run_id,
        kind=kind,
        status=RunStatus.DISPATCHING,
        business_date=business_date(at),
        started_at=at,
        deadline=run_deadline(kind, at, HOUR),
        expected=0,
    )


def receipt(message_id: str = "message-1", *, sent_at: datetime = NIGHT, receive_count: int = 1) -> Receipt:
    """One receive of a message of the crawl queue."""
    return Receipt(
        message_id=message_id,
        receipt_handle=f"handle-{message_id}",
        queue_arn=CRAWL_QUEUE_ARN,
        sent_at=sent_at,
        receive_count=receive_count,
    )


def _kind_of(card_id: str) -> Kind:
    kinds = {"blog": Kind.BLOG, "in": Kind.BLOG, "web": Kind.BLOG, "cafe": Kind.CAFE}
    return kinds.get(card_id.partition(":")[0], Kind.PLACE)
