from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.reading import ServedPage
from sunwi.domain.tracking import Device, PageKey, Surface, normalise_keyword
from sunwi.errors import InvalidInput
from sunwi.sites.naver.page_addresses import first_page_url
from sunwi.sites.naver.pages import next_page_url


@pytest.mark.parametrize(
    ("device", "address"),
    [
        (Device.PC, "https://search.naver.com/search.naver?where=nexearch&query=%EA%B9%80%EB%B0%A5"),
        (Device.MOBILE, "https://m.search.naver.com/search.naver?where=m&query=%EA%B9%80%EB%B0%A5"),
    ],
)
def test_the_integrated_page_has_one_address_a_device(device: Device, address: str) -> None:
    assert first_page_url(PageKey(Surface.INTEGRATED, device, "김밥")) == address


@given(st.text(alphabet=st.characters(exclude_categories=["C"]), min_size=1, max_size=255).filter(str.strip))
def test_any_keyword_arrives_as_it_was_typed(text: str) -> None:
    try:
        keyword = normalise_keyword(text)
    except InvalidInput:
        return

    asked = parse_qs(urlsplit(first_page_url(PageKey(Surface.INTEGRATED, Device.PC, keyword))).query)

    assert asked == {"where": ["nexearch"], "query": [keyword]}


@pytest.mark.parametrize(
    ("surface", "device", "address"),
    [
        (Surface.BLOG_TAB, Device.PC, "https://search.naver.com/search.naver?ssc=tab.blog.all&sm=tab_jum&query=x+y"),
        (
            Surface.BLOG_TAB,
            Device.MOBILE,
            "https://m.search.naver.com/search.naver?ssc=tab.m_blog.all&sm=tab_jum&query=x+y",
        ),
        (Surface.CAFE_TAB, Device.PC, "https://search.naver.com/search.naver?ssc=tab.cafe.all&sm=tab_jum&query=x+y"),
        (
            Surface.CAFE_TAB,
            Device.MOBILE,
            "https://m.search.naver.com/search.naver?ssc=tab.m_cafe.all&sm=tab_jum&query=x+y",
        ),
        (
            Surface.PLACE_LIST,
            Device.PC,
            "https://pcmap.place.naver.com/place/list?query=x+y&display=70&start=1&locale=ko",
        ),
        (
            Surface.PLACE_LIST,
            Device.MOBILE,
            "https://m.place.naver.com/place/list?query=x+y&display=70&start=1&locale=ko",
        ),
    ],
)
def test_every_list_surface_has_an_address(surface: Surface, device: Device, address: str) -> None:
    key = PageKey(surface, device, "x y")

    assert first_page_url(key) == address
    assert next_page_url([], key, 100) == address


def test_only_the_place_list_takes_coordinates() -> None:
    fields = {
        surface: parse_qs(urlsplit(first_page_url(PageKey(surface, Device.PC, "x", "126.97 , 37.56"))).query)
        for surface in Surface
    }

    coordinates = {"x": ["126.97"], "y": ["37.56"], "clientX": ["126.97"], "clientY": ["37.56"]}
    assert fields[Surface.PLACE_LIST].items() >= coordinates.items()
    assert all("x" not in fields[surface] for surface in Surface if surface is not Surface.PLACE_LIST)


@pytest.mark.parametrize("location", ["서울", "126.97", "37.56,126.97", "126.97,37.56,1", "nan,1", "1,2&x=3"])
def test_a_location_that_is_no_place_is_refused(location: str) -> None:
    with pytest.raises(InvalidInput, match="write longitude and latitude"):
        first_page_url(PageKey(Surface.PLACE_LIST, Device.PC, "김밥", location))


def test_an_integrated_page_has_no_further_page() -> None:
    key = PageKey(Surface.INTEGRATED, Device.PC, "김밥")
    served = ServedPage(requested_url="", final_url="", status=200, html="")

    assert next_page_url([], key, 100) == first_page_url(key)
    assert next_page_url([served], key, 100) is None


def test_a_keyword_that_cannot_be_searched_for_is_refused() -> None:
    with pytest.raises(InvalidInput, match="invisible character"):
        first_page_url(PageKey(Surface.INTEGRATED, Device.PC, "김\ud800밥"))
