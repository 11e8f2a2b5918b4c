import pytest

from sunwi.domain.matching import MatchedBy, find_matches, names_of
from sunwi.domain.reading import Card, PageReading, PageVerdict
from sunwi.domain.tracking import Device, Kind, Surface, Target


def card(name: str, rank: int, *, bundled: tuple[str, ...] = (), aliases: tuple[str, ...] = ()) -> Card:
    return Card(name, "ugB_bsR", rank, rank, "", "", bundled=bundled, aliases=aliases)


READING = PageReading(
    surface=Surface.INTEGRATED,
    device=Device.PC,
    verdict=PageVerdict.RECOGNISED,
    cards=(
        card("cafe:pusanmommy/11", 1, bundled=("cafe:pusanmommy/12",), aliases=("cafe:28707025/11",)),
        card("blog:somebody/100001", 2, bundled=("blog:somebody/100009",)),
        card("in:famous/900001", 3, aliases=("blog:*/100003",)),
        card("blog:somebody/100004", 4),
        card("1648862917", 5),
        card("web:example.com/a", 6),
    ),
)


@pytest.mark.parametrize(
    ("kind", "name", "matches"),
    [
        (Kind.CAFE, "cafe:pusanmommy/11", [("own", 1)]),
        (Kind.CAFE, "cafe:28707025/11", [("own", 1)]),
        (Kind.CAFE, "cafe:pusanmommy/12", [("bundled", 1)]),
        (Kind.CAFE, "cafe:28707025/12", [("bundled", 1)]),
        (Kind.CAFE, "cafe:pusanmommy/13", []),
        (Kind.CAFE, "cafe:other/11", []),
        (Kind.BLOG, "blog:somebody/100001", [("own", 2), ("author", 4)]),
        (Kind.BLOG, "blog:somebody/100009", [("bundled", 2), ("author", 2), ("author", 4)]),
        (Kind.BLOG, "blog:whoever/100003", [("own", 3)]),
        (Kind.BLOG, "in:famous/900002", [("author", 3)]),
        (Kind.BLOG, "in:famous/900001", [("own", 3)]),
        (Kind.PLACE, "1648862917", [("own", 5)]),
        (Kind.PLACE, "1648862918", []),
    ],
)
def test_a_card_near_the_target_is_told_apart_from_the_targets_own(
    kind: Kind, name: str, matches: list[tuple[str, int]]
) -> None:
    found = find_matches(READING, Target(kind, name))

    assert [(match.matched_by, match.card.rank) for match in found] == [(MatchedBy(how), rank) for how, rank in matches]


def test_a_cafe_is_known_by_its_number_only_where_a_card_ties_the_two() -> None:
    assert names_of(READING, Target(Kind.CAFE, "cafe:28707025/9")) == {"cafe:28707025/9", "cafe:pusanmommy/9"}
    assert names_of(READING, Target(Kind.CAFE, "cafe:1/9")) == {"cafe:1/9"}
