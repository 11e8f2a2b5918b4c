import pytest

from sunwi.domain.canary import DEFAULT_KEYWORDS, CanaryKeyword
from sunwi.domain.tracking import Kind, Target
from sunwi.errors import ConfigurationError
from sunwi.service.canary.parse_canary_keywords import parse_canary_keywords

PLACE = "https://map.naver.com/p/entry/place/1648862917?c=15.00,0,0,0,dh"


@pytest.mark.parametrize("text", ["", "  ", ";", " ; \n"])
def test_without_keywords_the_usual_ones_are_read(text: str) -> None:
    assert [known.keyword for known in parse_canary_keywords(text)] == list(DEFAULT_KEYWORDS)


def test_keywords_stand_apart_by_semicolons_or_lines_and_may_name_a_target() -> None:
    assert parse_canary_keywords(f" 강남역 맛집 ; 우리 가게 => {PLACE}\n홍대 카페; 강남역 맛집") == (
        CanaryKeyword("강남역 맛집"),
        CanaryKeyword("우리 가게", Target(Kind.PLACE, "1648862917")),
        CanaryKeyword("홍대 카페"),
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"=> {PLACE}", "the keyword is empty"),
        ("가게 => https://example.com/1", "CANARY_KEYWORDS='가게 => https://example.com/1' cannot be used"),
        ("가게 =>", "cannot be used"),
        ("가" * 256, "Naver takes 255 at most"),
        (";".join(f"말 {number}" for number in range(11)), "has 11 keywords: 10 are read at most"),
    ],
)
def test_what_cannot_be_read_names_the_setting(text: str, wanted: str) -> None:
    with pytest.raises(ConfigurationError, match="CANARY_KEYWORDS") as error:
        parse_canary_keywords(text)
    assert wanted in str(error.value)
