"""What a page may know of the browser: a pool of desktop and mobile profiles, true to the engine.

The engine, its version and its brand are the real ones; only the word for "headless" is left out, as user agent and
client hints must tell the same story. Source: docs/adr/0007-one-profile-per-device.md,
docs/adr/0020-a-pool-of-profiles.md.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from playwright.sync_api import Page, ViewportSize

from sunwi.domain.site import PageAddress, Site
from sunwi.domain.tracking import Device


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A desktop or a phone, without its browser.

    Attributes:
        viewport: What is left for a page, width and height in CSS pixels.
        screen: The whole screen, in CSS pixels.
        scale: Device pixels per CSS pixel.
        model: Of a phone, as client hints name it.
        system_version: Of Android.
    """

    name: str
    viewport: tuple[int, int]
    screen: tuple[int, int]
    scale: float = 1
    model: str = ""
    system_version: str = ""


#: The machines of each device; a pool of N has the first N.
MACHINES: Mapping[Device, tuple[Machine, ...]] = MappingProxyType(
    {
        Device.PC: (
            Machine(name="desktop-1440", viewport=(1440, 780), screen=(1440, 900)),
            Machine(name="desktop-1920", viewport=(1920, 950), screen=(1920, 1080)),
            Machine(name="desktop-1680", viewport=(1680, 920), screen=(1680, 1050)),
        ),
        Device.MOBILE: (
            Machine(
                name="phone-412",
                viewport=(412, 785),
                screen=(412, 915),
                scale=2.625,
                model="SM-A536N",
                system_version="14.0.0",
            ),
            Machine(
                name="phone-360",
                viewport=(360, 650),
                screen=(360, 780),
                scale=3,
                model="SM-S921N",
                system_version="14.0.0",
            ),
            Machine(
                name="phone-384",
                viewport=(384, 702),
                screen=(384, 832),
                scale=2.8125,
                model="SM-S926N",
                system_version="14.0.0",
            ),
        ),
    }
)
#: What a pool can have of each device.
MAX_POOL = min(len(machines) for machines in MACHINES.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserProfile:
    """A consistent set of what identifies a browser.

    Attributes:
        site: Says where its visitor is.
        user_agent: Reduced, as Chrome has sent it since version 110.
        client_hints: `userAgentMetadata` of the DevTools protocol.
    """

    site: Site
    device: Device
    machine: Machine
    user_agent: str
    client_hints: dict[str, Any]

    def context_options(self) -> dict[str, Any]:
        """Return the options of a browser context."""
        return {
            "viewport": _size(self.machine.viewport),
            "screen": _size(self.machine.screen),
            "device_scale_factor": self.machine.scale,
            "user_agent": self.user_agent,
            "is_mobile": self.device is Device.MOBILE,
            "has_touch": self.device is Device.MOBILE,
            "locale": self.site.locale,
            "timezone_id": self.site.time_zone,
        }

    def apply(self, page: Page) -> None:
        """Make a page's headers and scripts see this profile; call it before the page navigates."""
        session = page.context.new_cdp_session(page)
        session.send(
            "Emulation.setUserAgentOverride",
            {
                "userAgent": self.user_agent,
                "acceptLanguage": self.site.languages,
                "platform": "Linux armv81" if self.device is Device.MOBILE else "Linux x86_64",
                "userAgentMetadata": self.client_hints,
            },
        )


def choose_machine(address: PageAddress, *, pool: int, fresh: bool) -> Machine:
    """Choose which machine opens a page: always the same for a visitor, and another one for a fresh load of it.

    Args:
        address: Says which device opens the page, and for which visitor.
        pool: How many machines of each device there are to choose from.
        fresh: The page is loaded again because it could not be read.
    """
    return MACHINES[address.device][:pool][(zlib.crc32(address.visitor.encode()) + fresh) % pool]


def browser_profile(site: Site, version: str, device: Device, machine: Machine | None = None) -> BrowserProfile:
    """Build a visitor's profile.

    Args:
        site: Says where the visitor is, and which languages they read.
        version: Of the browser, such as `156.0.8078.79`.
        device: What they use.
        machine: Which of it; None means the first.
    """
    machine = machine or MACHINES[device][0]
    major = version.split(".", 1)[0]
    is_mobile = device is Device.MOBILE
    system = "Linux; Android 10; K" if is_mobile else "X11; Linux x86_64"
    return BrowserProfile(
        site=site,
        device=device,
        machine=machine,
        user_agent=(
            f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) "
            f"Chrome/{major}.0.0.0{' Mobile' if is_mobile else ''} Safari/537.36"
        ),
        client_hints={
            "brands": _brands(major, "8"),
            "fullVersionList": _brands(version, "8.0.0.0"),
            "platform": "Android" if is_mobile else "Linux",
            "platformVersion": machine.system_version,
            "architecture": "" if is_mobile else "x86",
            "bitness": "" if is_mobile else "64",
            "model": machine.model,
            "mobile": is_mobile,
        },
    )


def _size(pixels: tuple[int, int]) -> ViewportSize:
    return {"width": pixels[0], "height": pixels[1]}


def _brands(version: str, filler_version: str) -> list[dict[str, str]]:
    """List the engine after the filler brand that Chromium puts there to keep sites from pinning the list."""
    return [{"brand": "Not:A-Brand", "version": filler_version}, {"brand": "Chromium", "version": version}]
