import pytest

from infra.local.standin import StandinSite
from infra.local.standin.faults import Fault, FaultKind
from sunwi.adapters.browser.chromium import ChromiumPageLoader
from sunwi.domain.reading import PageReading, PageVerdict, Presence
from sunwi.domain.tracking import Device, Kind, PageKey, Surface
from sunwi.errors import PageTimedOut, PageUnreachable
from sunwi.service.pages.read_surface import ReadSurface
from sunwi.sites.naver.read_page import read_page
from tests.integration.browser.conftest import open_page

KEYWORDS = [
    "성수동 김밥",
    "강남역 필라테스",
    "트러블 크림",
    "겨울 등산화",
    "이사 견적",
    "치과 임플란트 & 가격",
    "부산 호텔 50% 할인",
    "눈썹 문신",
    "연남동 국밥",
    "서면 고깃집",
    "제주 흑돼지 맛집",
]


def read(loader: ChromiumPageLoader, keyword: str, device: Device = Device.PC) -> PageReading:
    key = PageKey(Surface.INTEGRATED, device, keyword)
    return read_page(open_page(loader, key).served, key)


@pytest.mark.parametrize("device", Device)
@pytest.mark.parametrize("keyword", KEYWORDS)
def test_what_is_read_of_a_page_is_what_the_page_holds(
    site: StandinSite, loader: ChromiumPageLoader, keyword: str, device: Device
) -> None:
    reading = read(loader, keyword, device)
    truth = site.truth(keyword, device)
    assert reading.verdict is PageVerdict.RECOGNISED, reading.evidence
    assert [(card.page_rank, card.area, card.rank, card.id) for card in reading.cards] == [
        (card.page_rank, card.area, card.rank, card.id) for card in truth.cards
    ]
    assert [set(card.bundled) for card in reading.cards] == [set(card.bundled) for card in truth.cards]
    has_places = any(card.id.isdigit() for card in truth.cards)
    assert reading.presence[Kind.PLACE] is (Presence.PRESENT if has_places else Presence.ABSENT)


@pytest.mark.parametrize(
    ("fault", "verdict"),
    [
        (FaultKind.FORBIDDEN, PageVerdict.BLOCKED),
        (FaultKind.TOO_MANY_REQUESTS, PageVerdict.BLOCKED),
        (FaultKind.UNAVAILABLE, PageVerdict.BLOCKED),
        (FaultKind.CAPTCHA, PageVerdict.BLOCKED),
        (FaultKind.LOGIN_REDIRECT, PageVerdict.LOGIN_WALL),
        (FaultKind.TRUNCATED, PageVerdict.TRUNCATED),
        (FaultKind.LAYOUT_UNKNOWN, PageVerdict.LAYOUT_UNKNOWN),
        (FaultKind.OTHER_QUERY, PageVerdict.LAYOUT_UNKNOWN),
        (FaultKind.NO_RESULTS, PageVerdict.RECOGNISED_EMPTY),
    ],
)
def test_a_page_that_is_not_a_result_page_gets_its_verdict(
    site: StandinSite, loader: ChromiumPageLoader, fault: FaultKind, verdict: PageVerdict
) -> None:
    site.set_fault("성수동 김밥", fault)
    reading = read(loader, "성수동 김밥")
    assert reading.verdict is verdict, reading.evidence
    assert reading.cards == ()


@pytest.mark.parametrize("kind", [FaultKind.TOO_MANY_REQUESTS, FaultKind.UNAVAILABLE])
def test_when_to_come_again_is_read_off_a_refusal(
    site: StandinSite, loader: ChromiumPageLoader, kind: FaultKind
) -> None:
    site.set_fault("성수동 김밥", Fault(kind=kind, retry_after_seconds=77))
    key = PageKey(Surface.INTEGRATED, Device.PC, "성수동 김밥")
    assert open_page(loader, key).served.retry_after_seconds == 77


@pytest.mark.parametrize("fault", [FaultKind.EMPTY, FaultKind.RESET_BEFORE_HEADERS, FaultKind.RESET_MID_PAGE])
def test_a_page_that_did_not_arrive_is_never_readable(
    site: StandinSite, loader: ChromiumPageLoader, fault: FaultKind
) -> None:
    site.set_fault("성수동 김밥", fault)
    try:
        reading = read(loader, "성수동 김밥")
    except PageUnreachable:
        return
    assert not reading.verdict.is_readable, reading.evidence


def test_a_page_that_breaks_off_is_given_up_at_once(
    site: StandinSite, loader: ChromiumPageLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loader, "page_timeout_seconds", 200)
    site.set_fault("성수동 김밥", FaultKind.RESET_MID_PAGE)
    with pytest.raises(PageUnreachable, match="broke off: net::ERR_"):
        read(loader, "성수동 김밥")
    site.clear_faults()
    assert read(loader, "성수동 김밥").verdict is PageVerdict.RECOGNISED


def test_a_page_slower_than_the_timeout_is_unreachable_and_the_next_one_is_read(
    site: StandinSite, loader: ChromiumPageLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loader, "page_timeout_seconds", 2)
    site.set_fault("성수동 김밥", Fault(kind=FaultKind.SLOW, times=1, delay_seconds=6))
    with pytest.raises(PageTimedOut, match=r"could not be opened.*Timeout"):
        read(loader, "성수동 김밥")
    assert read(loader, "성수동 김밥").verdict is PageVerdict.RECOGNISED


def test_renamed_classes_change_nothing(site: StandinSite, loader: ChromiumPageLoader) -> None:
    site.set_fault("성수동 김밥", FaultKind.RENAMED_CLASSES)
    ids = [card.id for card in read(loader, "성수동 김밥").cards]
    assert ids == [card.id for card in site.truth("성수동 김밥").cards]


@pytest.mark.parametrize("fault", [FaultKind.BROKEN_STATE, FaultKind.STATE_MISSING])
def test_places_without_their_state_are_suspect_and_never_absent(
    site: StandinSite, loader: ChromiumPageLoader, fault: FaultKind
) -> None:
    many = (f"{keyword} {number}" for number in range(20) for keyword in KEYWORDS)
    keyword = next(keyword for keyword in many if any(card.id.isdigit() for card in site.truth(keyword).cards))
    site.set_fault(keyword, fault)
    reading = read(loader, keyword)
    assert reading.presence.get(Kind.PLACE, Presence.SUSPECT) is Presence.SUSPECT, reading.evidence


def test_images_and_fonts_are_not_loaded_and_log_hosts_are_not_blocked(
    site: StandinSite, loader: ChromiumPageLoader
) -> None:
    read(loader, "성수동 김밥")
    asked = site.requests.addresses
    assert not [address for address in asked if address.endswith((".png", ".jpg", ".svg", ".woff2", ".woff"))]
    assert sum(site.requests.documents.values()) == 1


def test_a_page_that_cannot_be_read_leaves_a_picture_of_itself(site: StandinSite, loader: ChromiumPageLoader) -> None:
    read_surface = ReadSurface(loader=loader)
    key = PageKey(Surface.INTEGRATED, Device.PC, "성수동 김밥")
    assert read_surface(key).pictures == {}
    site.set_fault("성수동 김밥", FaultKind.CAPTCHA)
    picture = read_surface(key, fresh=True).pictures[1]
    assert picture.data[8:12] == b"WEBP"
    assert picture.cards == ()
