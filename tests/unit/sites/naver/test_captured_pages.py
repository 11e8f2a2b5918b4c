"""Captured pages, kept outside of the project: skipped where they are not at hand."""

import os
from pathlib import Path

import pytest

from sunwi.domain.outcome import NotExposed, look_up
from sunwi.domain.reading import LeftOut, PageReading, PageVerdict, Presence
from sunwi.domain.tracking import Device, Kind, Target
from tests.fixtures.naver.reading import ranked, read

_BESIDE_THE_PROJECT = Path(__file__).parents[4].parent / "shared" / "samples"
SAMPLES = Path(os.environ.get("SUNWI_SAMPLES", _BESIDE_THE_PROJECT))


def read_sample(name: str, keyword: str, device: Device = Device.PC) -> PageReading:
    path = SAMPLES / f"{name}.html"
    if not path.exists():
        pytest.skip(f"no captured page at {path}: set SUNWI_SAMPLES to the folder that has it")
    return read(path.read_text(encoding="utf-8"), keyword=keyword, device=device)


def test_places_of_a_captured_page() -> None:
    reading = read_sample("integrated-place-pc", "김밥")

    assert reading.verdict is PageVerdict.RECOGNISED
    assert reading.presence == dict.fromkeys(Kind, Presence.PRESENT)
    assert [card.id for card in reading.cards if card.area == "nmb_rnk"] == [
        "1648862917",
        "1293718759",
        "1011125170",
        "1191942837",
        "1123489755",
        "1570607237",
    ]
    assert LeftOut("1736530350", "not_shown") in reading.left_out
    assert [row.id for row in reading.left_out if row.reason == "new_opening"][:2] == ["2089009012", "2053539439"]
    areas = list(dict.fromkeys(card.area for card in reading.cards))
    assert areas == ["nmb_rnk", "ugB_ipR", "ugB_b1R", "ugB_b2R", "web_gen", "ugB_ctR"]
    assert [card.page_rank for card in reading.cards] == list(range(1, 22))


def test_popular_posts_of_a_captured_page() -> None:
    reading = read_sample("integrated-popular", "트러블크림")

    assert reading.presence == {
        Kind.PLACE: Presence.ABSENT,
        Kind.BLOG: Presence.PRESENT,
        Kind.CAFE: Presence.PRESENT,
    }
    assert reading.depth == {Kind.PLACE: 0, Kind.BLOG: 7, Kind.CAFE: 7}
    assert ranked(reading, "ugB_bsR")[:3] == [
        (1, "blog:juhee960123/224253557960"),
        (2, "blog:uos3778/224205565950"),
        (3, "cafe:cosmania/38373348"),
    ]
    assert [len(card.bundled) for card in reading.cards if card.area == "ugB_bsR"] == [0, 1, 2, 0, 0, 0, 0]


def test_single_boxes_of_a_captured_page() -> None:
    reading = read_sample("integrated-single-boxes", "등드름해초필링")

    assert reading.presence[Kind.PLACE] is Presence.ABSENT
    assert ranked(reading, "urB_coR")[0] == (1, "cafe:pusanmommy/1445556")
    assert len(ranked(reading, "urB_coR")) == 5
    boxes = ranked(reading, "urB_boR")
    assert [rank for rank, _ in boxes] == list(range(1, 11))
    assert [rank for rank, name in boxes if name.startswith("web:")] == [8, 10]


@pytest.mark.parametrize(
    ("name", "other"),
    [("integrated-place-pc", "떡볶이"), ("integrated-popular", "트러블"), ("integrated-single-boxes", "해초필링")],
)
def test_a_captured_page_answers_no_other_keyword(name: str, other: str) -> None:
    assert read_sample(name, other).verdict is PageVerdict.LAYOUT_UNKNOWN


def test_one_place_of_a_captured_page() -> None:
    reading = read_sample("one-place-pc", "가상백화점 모의점 시범옥")

    assert reading.presence == dict.fromkeys(Kind, Presence.PRESENT)
    assert ranked(reading, "nmb_lpa") == [(1, "1935099461")]
    assert reading.depth[Kind.PLACE] == 1
    recommended = {row.id for row in reading.left_out if row.reason == "recommended"}
    assert {"1269554675", "1449649293"} <= recommended
    assert recommended.isdisjoint(card.id for card in reading.cards)
    assert look_up(reading, Target(Kind.PLACE, "1449649293")) == NotExposed(depth=1, block_absent=False)
    assert [name for _, name in ranked(reading, "ugB_bsR")] == [
        "blog:u450a3b1f/255992207672",
        "blog:u1b4f4/235831616557",
        "blog:u6e606c/210766141672",
        "cafe:u7b87a134e0df/7114437",
        "cafe:ud4069ac70c/2877092",
        "blog:ua5f6d65ad8c/229512436337",
        "blog:u0b0bc5e/262099038763",
    ]


def test_a_film_among_the_posts_of_a_captured_mobile_page() -> None:
    reading = read_sample("video-card-mobile", "모의", device=Device.MOBILE)

    assert reading.presence == {
        Kind.PLACE: Presence.ABSENT,
        Kind.BLOG: Presence.PRESENT,
        Kind.CAFE: Presence.PRESENT,
    }
    assert ranked(reading, "urB_coR")[5] == (6, "cafe:ud08/393461")
    assert ranked(reading, "urB_boR")[1:5] == [
        (2, "blog:u9cc34b428/295502219524"),
        (3, "blog:u8683aaf/217291230796"),
        (4, "blog:u33e257831/243103972081"),
        (5, "cafe:ue4a273a/646335"),
    ]
