"""Naver as a site: which hosts its pages reach, how they are marked up, and what refuses as one."""

from typing import NamedTuple

from sunwi.domain.circuit import CircuitKey
from sunwi.domain.site import PageLayout, Site
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.sites.naver.markup_marks import AREA_ELEMENTS, MAIN_COLUMNS

#: Its log hosts are among them: to block those gets a caller banned (docs/adr/0003-egress-by-resolver-rules.md).
NAVER = Site(
    name="naver",
    hosts=("naver.me", "naver.com", "*.naver.com", "*.naver.net", "*.pstatic.net"),
    locale="ko-KR",
    languages="ko-KR,ko,en-US,en",
    time_zone="Asia/Seoul",
    layout=PageLayout(
        main_columns=MAIN_COLUMNS, areas=AREA_ELEMENTS, link_attribute="data-url", id_attribute_suffix="-doc-id"
    ),
)


class Lane(NamedTuple):
    """What refuses as one on Naver: a surface as one visitor sees it; each device has a host and a profile of its own.

    Source: docs/adr/0019-a-circuit-per-surface-and-device.md.
    """

    surface: Surface
    device: Device

    @classmethod
    def of_page(cls, page: PageKey) -> "Lane":
        """Return the lane that a page belongs to."""
        return cls(page.surface, page.device)

    @classmethod
    def of_circuit(cls, key: CircuitKey) -> "Lane":
        """Return the lane of one of Naver's circuits.

        Raises:
            ValueError: It is another site's, or no surface of Naver's.
        """
        surface, _, device = key.lane.rpartition("-")
        if key.site != NAVER.name:
            raise ValueError(f"the circuit of {key.site} {key.lane} is none of Naver's")
        return cls(Surface(surface), Device(device))

    @property
    def circuit(self) -> CircuitKey:
        """The key of its circuit."""
        return CircuitKey(NAVER.name, f"{self.surface.value}-{self.device.value}")


def circuit_of_page(page: PageKey) -> CircuitKey:
    """Return the key of the circuit that a page belongs to."""
    return Lane.of_page(page).circuit


def name_page(page: PageKey) -> tuple[str, str]:
    """Name a page within its lane, as its circuit counts it."""
    return page.keyword, page.location
