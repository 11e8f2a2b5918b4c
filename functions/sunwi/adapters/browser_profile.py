"""What a page may know of the browser: one desktop and one mobile profile, true to the engine.

The engine, its version and its brand are the real ones; only the word for "headless" is left out, as user agent and
client hints must tell the same story. Source: docs/adr/0007-one-profile-per-device.md.
"""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, ViewportSize

from sunwi.domain.tracking import Device

#: Languages of a Korean desktop or phone, in order; Chromium adds the weights.
ACCEPT_LANGUAGE = "ko-KR,ko,en-US,en"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserProfile:
    """A consistent set of what identifies a browser.

    Attributes:
        viewport: In CSS pixels.
        user_agent: Reduced, as Chrome has sent it since version 110.
        client_hints: `userAgentMetadata` of the DevTools protocol.
    """

    device: Device
    viewport: ViewportSize
    user_agent: str
    client_hints: dict[str, Any]

    def context_options(self) -> dict[str, Any]:
        """Give the options of a browser context."""
        return {
            "viewport": self.viewport,
            "user_agent": self.user_agent,
            "is_mobile": self.device is Device.MOBILE,
            "has_touch": self.device is Device.MOBILE,
            "locale": "ko-KR",
            "timezone_id": "Asia/Seoul",
        }

    def apply(self, page: Page) -> None:
        """Make a page's headers and scripts see this profile; call it before the page navigates."""
        session = page.context.new_cdp_session(page)
        session.send(
            "Emulation.setUserAgentOverride",
            {
                "userAgent": self.user_agent,
                "acceptLanguage": ACCEPT_LANGUAGE,
                "platform": "Linux armv81" if self.device is Device.MOBILE else "Linux x86_64",
                "userAgentMetadata": self.client_hints,
            },
        )


def browser_profile(version: str, device: Device) -> BrowserProfile:
    """Build a device's profile for a browser version such as `156.0.8078.79`."""
    major = version.split(".", 1)[0]
    is_mobile = device is Device.MOBILE
    system = "Linux; Android 10; K" if is_mobile else "X11; Linux x86_64"
    return BrowserProfile(
        device=device,
        viewport={"width": 412, "height": 915} if is_mobile else {"width": 1440, "height": 900},
        user_agent=(
            f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) "
            f"Chrome/{major}.0.0.0{' Mobile' if is_mobile else ''} Safari/537.36"
        ),
        client_hints={
            "brands": _brands(major, "8"),
            "fullVersionList": _brands(version, "8.0.0.0"),
            "platform": "Android" if is_mobile else "Linux",
            "platformVersion": "14.0.0" if is_mobile else "",
            "architecture": "" if is_mobile else "x86",
            "bitness": "" if is_mobile else "64",
            "model": "SM-S921N" if is_mobile else "",
            "mobile": is_mobile,
        },
    )


def _brands(version: str, filler_version: str) -> list[dict[str, str]]:
    """List the engine after the filler brand that Chromium puts there to keep sites from pinning the list."""
    return [{"brand": "Not:A-Brand", "version": filler_version}, {"brand": "Chromium", "version": version}]
