import pytest

from sunwi.domain.picture import PicturedCard, Rectangle, find_pictured
from sunwi.domain.reading import Card
from sunwi.domain.tracking import Kind, Target

POST = Target(Kind.BLOG, "blog:writer/223000000001")


def pictured(card_id: str, area: str, rank: int, page_rank: int, **names: tuple[str, ...]) -> PicturedCard:
    card = Card(id=card_id, area=area, rank=rank, page_rank=page_rank, title="", url="", **names)
    return PicturedCard(card, Rectangle(0, 100 * page_rank, 700, 100))


OWN = pictured(POST.id, "ugB_bsR", 2, 2)
AGAIN = pictured(POST.id, "urB_boR", 1, 5)
OTHER_OF_AUTHOR = pictured("blog:writer/223000000002", "ugB_bsR", 1, 1)
BUNDLING = pictured("blog:other/223000000003", "ugB_bsR", 3, 3, bundled=(POST.id,))
INFLUENCER = pictured("in:star/1234567", "ugB_ipR", 1, 4, aliases=("blog:*/223000000001",))


@pytest.mark.parametrize(
    ("cards", "area", "rank", "expected"),
    [
        ([OTHER_OF_AUTHOR, OWN], "ugB_bsR", 2, OWN),
        ([OWN, AGAIN], "urB_boR", 1, AGAIN),
        ([OWN, AGAIN], "ugB_bsR", 2, OWN),
        ([OWN, AGAIN], "ugB_bsR", 9, OWN),
        ([OTHER_OF_AUTHOR, BUNDLING], "ugB_bsR", 3, BUNDLING),
        ([INFLUENCER], "ugB_ipR", 1, INFLUENCER),
        ([OTHER_OF_AUTHOR], "ugB_bsR", 1, None),
        ([], "ugB_bsR", 1, None),
    ],
    ids=["own", "second area", "first area", "corrected", "bundled", "alias", "only the author's", "no card"],
)
def test_a_target_is_found_by_its_identity(
    cards: list[PicturedCard], area: str, rank: int, expected: PicturedCard | None
) -> None:
    assert find_pictured(cards, POST, area=area, rank=rank) == expected
