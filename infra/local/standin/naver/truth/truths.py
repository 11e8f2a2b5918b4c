"""The truth of any surface, by its name."""

from infra.local.standin.naver.generator import page_truth
from infra.local.standin.naver.place_lists import place_list_truth, written_location
from infra.local.standin.naver.tabs import tab_truth
from infra.local.standin.naver.truth.list_truth import ListTruth
from infra.local.standin.naver.truth.truth import PageTruth
from sunwi.domain.tracking import Device, Surface
from sunwi.errors import InvalidInput


def surface_truth(
    seed: int, keyword: str, device: Device, surface: Surface, location: str = ""
) -> PageTruth | ListTruth:
    """Return what the healthy pages of a keyword hold.

    Args:
        seed: Of the site.
        keyword: As asked.
        device: Whose pages.
        surface: The page, or the list over all its pages.
        location: As in `PageKey`; only the place list depends on it.

    Raises:
        InvalidInput: The location is no pair of degrees.
    """
    if surface is Surface.INTEGRATED:
        return page_truth(seed, keyword, device)
    if surface is Surface.PLACE_LIST:
        return place_list_truth(seed, keyword, device, _written(location))
    return tab_truth(seed, keyword, device, surface)


def _written(location: str) -> str:
    x, _, y = location.partition(",")
    written = written_location(x, y)
    if location and not written:
        raise InvalidInput(f"the location {location!r} is no place: write longitude,latitude in degrees")
    return written
