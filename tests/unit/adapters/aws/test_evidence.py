import gzip
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from sunwi.adapters.aws.evidence import S3EvidenceStore, evidence_key
from sunwi.domain.observation import LoadedSurface
from sunwi.domain.reading import PageVerdict, ServedPage
from sunwi.domain.tracking import MAX_KEYWORD_LENGTH
from sunwi.errors import InvalidInput, Retryable
from sunwi.sites.naver.page_addresses import first_page_url
from sunwi.testing import picture_of
from tests.examples import NIGHT, new_reading, page_key, recognised
from tests.unit.adapters.aws.limited_s3 import MAX_KEY_BYTES, MAX_METADATA_BYTES, LimitedS3

RUN = "on-demand-20260102-010000-0123abcd"


def store(s3: LimitedS3, *, lock_days: int = 0) -> S3EvidenceStore:
    return S3EvidenceStore(cast("Any", s3), "evidence", lock_days=lock_days)


def look_of(*served: ServedPage, keyword: str = "강남역 맛집") -> LoadedSurface:
    look = new_reading(RUN, recognised("101", "102"), key=page_key(keyword)).loaded
    return replace(look, pages=tuple(replace(look.pages[0], served=page) for page in served))


def served(url: str, *, final_url: str | None = None, html: str = "<html>맛집</html>") -> ServedPage:
    return ServedPage(requested_url=url, final_url=final_url or url, status=200, html=html)


@pytest.mark.parametrize("letter", ["맛", "힣", "a", "😀"])
def test_a_page_of_the_longest_keyword_is_kept_whatever_its_letters(letter: str) -> None:
    keyword = letter * MAX_KEYWORD_LENGTH
    page = served(first_page_url(page_key(keyword)))
    s3 = LimitedS3()
    key = store(s3).keep(RUN, look_of(page, keyword=keyword))
    assert store(s3).load(key) == [page]
    assert max(len(name.encode()) for name in s3.objects) <= MAX_KEY_BYTES / 2


@pytest.mark.parametrize(
    "final_url",
    [
        "https://search.naver.com/search.naver?query=맛집&next=" + "%EB%A7%9B" * 2_000,
        "https://m.search.naver.com/" + "가" * 5_000,
        "https://search.naver.com/a b\tc\n\ud55c\u200b",
    ],
    ids=["long redirect", "not ASCII", "unseen characters"],
)
def test_where_a_redirect_ended_is_kept_however_long_and_in_whatever_letters(final_url: str) -> None:
    page = served("https://search.naver.com/search.naver?query=q", final_url=final_url)
    s3 = LimitedS3()
    assert store(s3).load(store(s3).keep(RUN, look_of(page))) == [page]


def test_what_stands_in_metadata_is_bounded() -> None:
    s3 = LimitedS3()
    store(s3).keep(RUN, look_of(served("https://search.naver.com/?query=" + "가" * 3000)))
    for _, metadata in s3.objects.values():
        assert sum(len(name) + len(value) for name, value in metadata.items()) < MAX_METADATA_BYTES / 4
    [(_, metadata)] = [kept for name, kept in s3.objects.items() if name.endswith(".html.gz")]
    assert set(metadata) == {"status", "sha256", "fetched-at", "parser-version", "verdict"}


def test_when_naver_said_to_come_again_is_kept() -> None:
    page = replace(served("https://search.naver.com/?query=q"), status=429, retry_after_seconds=77)
    s3 = LimitedS3()
    assert store(s3).load(store(s3).keep(RUN, look_of(page))) == [page]


def test_pages_that_an_earlier_release_kept_are_read_by_their_metadata() -> None:
    s3 = LimitedS3()
    s3.put_object(
        Bucket="evidence",
        Key="readings/r/integrated-pc/a-1/t/page-01.html.gz",
        Body=gzip.compress("<html>옛 페이지</html>".encode()),
        Metadata={
            "requested-url": "https://search.naver.com/search.naver?query=%EA%B9%80%EB%B0%A5",
            "final-url": "https://search.naver.com/search.naver?query=%EA%B9%80%EB%B0%A5&x=1",
            "status": "503",
            "sha256": "0" * 64,
            "fetched-at": NIGHT.isoformat(),
            "parser-version": "2026.6",
            "verdict": "recognised",
            "retry-after": "30",
        },
    )
    s3.put_object(Bucket="evidence", Key="readings/r/integrated-pc/a-1/t/page-01.png", Body=b"png")
    [page] = store(s3).load("readings/r/integrated-pc/a-1/t")
    assert page == ServedPage(
        requested_url="https://search.naver.com/search.naver?query=%EA%B9%80%EB%B0%A5",
        final_url="https://search.naver.com/search.naver?query=%EA%B9%80%EB%B0%A5&x=1",
        status=503,
        html="<html>옛 페이지</html>",
        retry_after_seconds=30,
    )
    assert store(s3).pictures("readings/r/integrated-pc/a-1/t") == {}


def test_pictures_are_given_back_with_the_cards_of_each_page() -> None:
    look = look_of(*(served(f"https://search.naver.com/?query=q&page={n}") for n in range(3)))
    cards = look.reading.cards
    drawn = {1: picture_of(cards[:1], data=b"first"), 3: picture_of(cards[1:], data=b"third")}
    drawn[3] = replace(drawn[3], cards=(replace(drawn[3].cards[0], rectangle=None),))
    s3 = LimitedS3()
    key = store(s3).keep(RUN, look)
    store(s3).keep_pictures(key, drawn, fetched_at=look.fetched_at)
    assert store(s3).pictures(key) == drawn
    assert [page.requested_url[-1] for page in store(s3).load(key)] == ["0", "1", "2"]
    assert s3.objects[f"{key}/page-01.webp"][0] == b"first"
    [card] = json.loads(s3.objects[f"{key}/page-01.cards.json"][0])["cards"]
    assert (card["id"], card["rank"], card["rectangle"]) == ("101", 1, {"x": 0, "y": 0, "width": 700, "height": 100})


def test_a_card_whose_title_was_cut_within_an_emoji_is_kept_with_its_picture() -> None:
    look = look_of(served("https://search.naver.com/?query=q"))
    drawn = picture_of([replace(look.reading.cards[0], title="가게 \ud83c")])
    s3 = LimitedS3()
    key = store(s3).keep(RUN, look)
    store(s3).keep_pictures(key, {1: drawn}, fetched_at=look.fetched_at)
    assert store(s3).pictures(key) == {1: drawn}
    assert s3.objects[f"{key}/page-01.cards.json"][0].decode()


def test_pages_stay_when_only_their_pictures_cannot_be_kept() -> None:
    look = look_of(served("https://search.naver.com/?query=q"))
    s3 = LimitedS3(refused=(".webp",))
    key = store(s3).keep(RUN, look)
    with pytest.raises(
        Retryable, match=r"the pictures of readings/.* could not be kept in bucket evidence: .*SlowDown"
    ):
        store(s3).keep_pictures(key, {1: picture_of(look.reading.cards)}, fetched_at=look.fetched_at)
    assert len(store(s3).load(key)) == 1
    assert store(s3).pictures(key) == {}


def test_no_page_is_kept_without_its_addresses() -> None:
    s3 = LimitedS3(refused=("page-01.json",))
    with pytest.raises(Retryable, match=r"the pages of readings/.* could not be kept"):
        store(s3).keep(RUN, look_of(served("https://search.naver.com/?query=q")))
    assert s3.objects == {}


def test_what_has_expired_is_named() -> None:
    with pytest.raises(InvalidInput, match="nothing is kept under readings/x in bucket evidence: it may have expired"):
        store(LimitedS3()).load("readings/x")


def drawn_look(*, data: bytes = b"picture") -> LoadedSurface:
    look = look_of(served("https://search.naver.com/?query=q"))
    return replace(look, pictures={1: picture_of(look.reading.cards, data=data)})


def test_what_is_kept_already_is_kept_again_without_a_word() -> None:
    look, s3 = drawn_look(), LimitedS3()
    key = store(s3).keep(RUN, look)
    store(s3).keep_pictures(key, look.pictures, fetched_at=look.fetched_at)
    before = dict(s3.objects)
    assert store(s3).keep(RUN, look) == key
    store(s3).keep_pictures(key, look.pictures, fetched_at=look.fetched_at)
    assert s3.objects == before
    assert len(before) == 4


@pytest.mark.parametrize(("conflicts", "is_kept"), [(1, True), (3, True), (4, False)])
def test_a_page_whose_earlier_write_is_still_under_way_is_sent_again_for_a_while(
    conflicts: int, *, is_kept: bool
) -> None:
    look, s3, paused = drawn_look(), LimitedS3(), list[float]()
    name = f"{evidence_key(RUN, look)}/page-01.html.gz"
    s3.under_way[name] = conflicts
    kept = replace(store(s3), pause=paused.append)
    if is_kept:
        assert kept.keep(RUN, look) == evidence_key(RUN, look)
        assert len(kept.load(evidence_key(RUN, look))) == 1
    else:
        with pytest.raises(Retryable, match="ConditionalRequestConflict"):
            kept.keep(RUN, look)
    assert paused == [0.25] * min(conflicts, 3)


def test_another_page_never_takes_the_place_of_one_that_is_kept() -> None:
    look, s3 = look_of(served("https://search.naver.com/?query=q")), LimitedS3()
    key = store(s3).keep(RUN, look)
    before = dict(s3.objects)
    other = replace(look, pages=(replace(look.pages[0], served=served("https://search.naver.com/?query=q&page=2")),))
    with pytest.raises(
        Retryable, match=r"page-01\.json in bucket evidence holds something else .*it stays, and nothing was written"
    ):
        store(s3).keep(RUN, other)
    assert s3.objects == before
    assert [page.requested_url for page in store(s3).load(key)] == ["https://search.naver.com/?query=q"]


def test_another_picture_never_takes_the_place_of_one_that_is_kept() -> None:
    s3 = LimitedS3()
    key = store(s3).keep(RUN, drawn_look())
    first, second = drawn_look(), drawn_look(data=b"another")
    store(s3).keep_pictures(key, first.pictures, fetched_at=first.fetched_at)
    with pytest.raises(Retryable, match=r"page-01\.webp in bucket evidence holds something else"):
        store(s3).keep_pictures(key, second.pictures, fetched_at=second.fetched_at)
    assert store(s3).pictures(key)[1].data == b"picture"


def test_what_proves_a_reading_is_locked_for_as_long_as_is_wanted_from_its_load() -> None:
    look, s3 = drawn_look(), LimitedS3()
    key = store(s3, lock_days=400).keep(RUN, look)
    store(s3, lock_days=400).keep_pictures(key, look.pictures, fetched_at=look.fetched_at)
    assert s3.locks == dict.fromkeys(s3.objects, ("GOVERNANCE", look.fetched_at + timedelta(days=400)))
    assert len(s3.locks) == 4


def test_nothing_is_locked_unless_it_is_wanted() -> None:
    s3 = LimitedS3()
    store(s3).keep(RUN, look_of(served("https://search.naver.com/?query=q")))
    assert s3.locks == {}


def test_what_could_not_be_read_may_expire_and_is_never_locked() -> None:
    look = look_of(served("https://search.naver.com/?query=q"))
    unread = replace(look, reading=replace(look.reading, verdict=PageVerdict.BLOCKED))
    s3 = LimitedS3()
    assert store(s3, lock_days=400).keep(RUN, unread).startswith("failures/")
    assert s3.locks == {}
