import pytest

from sunwi.domain.circuit import CircuitKey
from sunwi.domain.site import Site
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.errors import InvalidInput
from sunwi.sites.naver.site import NAVER, Lane, circuit_of_page, name_page


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "0x7f000001", "[::1]", "localhost", "*.local", "md.internal", "*", "Shop.co.kr", "a.kr."],
)
def test_a_site_has_no_host_that_leads_into_this_network(host: str) -> None:
    with pytest.raises(InvalidInput):
        Site(name="shop", hosts=("shop.co.kr", host))


@pytest.mark.parametrize("checked", [("shop.co.kr", "10.0.0.1"), ("shop.co.kr", "shop.co.kr"), ("x.co.kr", "8.8.8.8")])
def test_a_host_is_connected_to_at_a_public_address_only(checked: tuple[str, str]) -> None:
    with pytest.raises(InvalidInput, match="no public address"):
        Site(name="shop", hosts=("shop.co.kr",), checked=(checked,))


def test_elsewhere_a_lane_is_a_host() -> None:
    assert CircuitKey.of_host("shop", "https://API.shop.co.kr:443/a?b") == CircuitKey("shop", "api.shop.co.kr")


def test_a_lane_of_naver_is_a_surface_and_a_device() -> None:
    page = PageKey(Surface.PLACE_LIST, Device.MOBILE, "국밥", "126.97,37.56")
    key = circuit_of_page(page)
    assert key == CircuitKey("naver", "place_list-mobile")
    assert Lane.of_circuit(key) == Lane.of_page(page) == (Surface.PLACE_LIST, Device.MOBILE)
    assert name_page(page) == ("국밥", "126.97,37.56")
    assert {Lane.of_circuit(Lane(surface, device).circuit) for surface in Surface for device in Device} == {
        Lane(surface, device) for surface in Surface for device in Device
    }


@pytest.mark.parametrize("key", [CircuitKey("shop", "integrated-pc"), CircuitKey(NAVER.name, "shop-pc")])
def test_a_circuit_of_another_site_is_no_lane_of_naver(key: CircuitKey) -> None:
    with pytest.raises(ValueError, match="shop"):
        Lane.of_circuit(key)
