import json

import pytest

from sunwi.domain.reading import Card, LeftOut, ServedPage
from sunwi.sites.naver.lists.card_names import address_words, describe_drawing

ROWS = '<li><a href="https://cafe.naver.com/club/77777">글</a></li>'


def served(html: str) -> ServedPage:
    url = "https://search.naver.com/search.naver?query=q"
    return ServedPage(requested_url=url, final_url=url, status=200, html=html)


def card(card_id: str) -> Card:
    return Card(id=card_id, area="ugB_bsR", rank=1, page_rank=1, title="글", url="")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("1648862917", ("1648862917",)),
        ("blog:writer/223000000001", ("writer", "223000000001")),
        ("blog:*/223000000001", ("223000000001",)),
        ("cafe:club/77777", ("club", "77777")),
        ("in:star/944975898978048", ("star", "944975898978048")),
        ("web:namu.wiki/w/%EA%B9%80", ("namu.wiki/w/%EA%B9%80",)),
        ("web:example.com/", ("example.com",)),
    ],
)
def test_what_an_address_of_a_card_has_in_it(name: str, words: tuple[str, ...]) -> None:
    assert address_words(name) == words


def test_rows_that_take_no_rank_are_named_unless_they_are_cards_as_well() -> None:
    left_out = [LeftOut("101", "ad"), LeftOut("102", "ad")]
    drawing = describe_drawing(served("<html></html>"), cards=[card("101")], left_out=left_out)
    assert drawing.others == (("102",),)
    assert [sought.names for sought in drawing.cards] == [(("101",),)]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"contents": ROWS}, ensure_ascii=False),
        "\ufeff " + json.dumps({"collection": [{"html": ROWS}]}),
        f"<html><head></head><body><pre>{json.dumps({'contents': ROWS}).replace('<', '&lt;')}</pre></body></html>",
    ],
    ids=["JSON", "nested", "as a browser shows it"],
)
def test_of_further_rows_that_are_data_their_markup_is_drawn(text: str) -> None:
    assert describe_drawing(served(text), cards=[card("cafe:club/77777")], left_out=[]).markup == ROWS


@pytest.mark.parametrize("html", ["<!doctype html><html><body>글</body></html>", "", "{", '{"contents": '])
def test_a_page_is_drawn_as_it_is(html: str) -> None:
    assert describe_drawing(served(html), cards=[], left_out=[]).markup is None
