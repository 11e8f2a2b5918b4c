"""Rows and readings of place lists, for the tests of their pages."""

from sunwi.domain.reading import PageReading
from sunwi.domain.tracking import Device, Surface
from tests.fixtures.naver.lists import Listed
from tests.fixtures.naver.reading import key_of, read

PLACE_LIST = key_of(surface=Surface.PLACE_LIST)


def place(number: int, **given: str) -> Listed:
    return Listed(f"{1000000000 + number}", **given)


def places(first: int, last: int) -> list[Listed]:
    return [place(number) for number in range(first, last + 1)]


def named(*numbers: int) -> list[tuple[int, str]]:
    return [(rank, f"{1000000000 + number}") for rank, number in enumerate(numbers, 1)]


def read_list(html: str, device: Device = Device.PC) -> PageReading:
    return read(html, device=device, surface=Surface.PLACE_LIST)
