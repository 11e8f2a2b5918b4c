"""The picture of a page that is open in the browser: WebP, small enough to be kept for every page that bills.

Source: docs/adr/0036-a-picture-of-every-page-that-bills.md.
"""

import base64
import math
import time
from dataclasses import dataclass, replace

import structlog
from playwright.sync_api import CDPSession, Page

from sunwi.adapters.browser.card_rectangles import Box, Layout, find_layout
from sunwi.domain.picture import MAX_PICTURE_BYTES, Drawing, PagePicture, PicturedCard, Rectangle
from sunwi.domain.site import PageLayout

log = structlog.get_logger()

#: WebP has no longer edge.
_LONGEST_EDGE = 16_383
#: A column of 700 by 9,300 CSS pixels; what is larger takes seconds to draw.
_MOST_PIXELS = 6_500_000
#: Below that nobody reads a card's text.
_SMALLEST_SCALE = 0.4
#: Text and boxes without photographs are sharp without loss, and mostly smaller, unless the picture is large.
_LOSSLESS, _COARSE = 100, 50
_MOST_LOSSLESS_PIXELS = 5_000_000
#: Share of the bytes without loss that is left, at least, with it.
_COARSE_SHARE = 0.6
#: Share of the allowed bytes that a smaller picture aims at.
_AIM = 0.8
_MOST_TRIES = 4
#: No picture is drawn anew after that.
_REDRAW_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class _Try:
    """How a page is drawn: pixels of the picture per CSS pixel of the page, and WebP's quality."""

    scale: float
    quality: int

    def after(self, size: int) -> "_Try":
        """Choose what comes after a picture of so many bytes, which are too many: coarser, and smaller if need be."""
        expected = size * _COARSE_SHARE if self.quality == _LOSSLESS else size
        is_enough = expected <= MAX_PICTURE_BYTES
        return _Try(self.scale * (1 if is_enough else math.sqrt(_AIM * MAX_PICTURE_BYTES / expected)), _COARSE)


def draw_page(page: Page, drawing: Drawing, marks: PageLayout) -> PagePicture | None:
    """Draw the main column of an open page, or the whole page; its scripts stand still from now on.

    Args:
        page: That is open.
        drawing: What of it, with which cards.
        marks: How the page's site marks up its pages.

    Returns:
        None when the picture cannot be made small enough, or the page does not keep still.

    Raises:
        PlaywrightError: The page cannot be drawn.
    """
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setScriptExecutionDisabled", {"value": True})
    started, size = time.monotonic(), 0
    layout = find_layout(page, drawing, marks)
    clip = _choose_clip(layout)
    how = _first_try(clip)
    for _ in range(_MOST_TRIES):
        data = _capture(session, clip, how)
        size = len(data)
        seen, layout = layout, find_layout(page, replace(drawing, markup=None), marks)
        # To draw what lies below the window brings it in, and pictures that only then come in can move all below them.
        if layout != seen:
            clip = _choose_clip(layout)
            how = _first_try(clip)
        elif 0 < size <= MAX_PICTURE_BYTES:
            return _picture(data, drawing, layout, clip, how.scale)
        else:
            how = how.after(size)
        if time.monotonic() - started > _REDRAW_SECONDS:
            break
    log.warning("picture_given_up", bytes=size, width=clip.width, height=clip.height, scale=round(how.scale, 2))
    return None


def _picture(data: bytes, drawing: Drawing, layout: Layout, clip: Box, scale: float) -> PagePicture:
    rectangles = [None if box is None else _place(box, clip, scale) for box in layout.cards]
    return PagePicture(
        data=data,
        width=_scaled(clip.width, scale),
        height=_scaled(clip.height, scale),
        scale=scale,
        cards=tuple(
            PicturedCard(sought.card, rectangle) for sought, rectangle in zip(drawing.cards, rectangles, strict=True)
        ),
    )


def _capture(session: CDPSession, clip: Box, how: _Try) -> bytes:
    answer = session.send(
        "Page.captureScreenshot",
        {
            "format": "webp",
            "quality": how.quality,
            "captureBeyondViewport": True,
            "clip": {"x": clip.x, "y": clip.y, "width": clip.width, "height": clip.height, "scale": how.scale},
        },
    )
    return base64.b64decode(answer["data"])


def _choose_clip(layout: Layout) -> Box:
    """Choose what is drawn, in whole CSS pixels; too much of it is cut off behind the last card, or sooner."""
    clip = layout.clip
    x, y = max(0, math.floor(clip.x)), max(0, math.floor(clip.y))
    whole = Box(x, y, max(1, math.ceil(clip.x + clip.width) - x), max(1, math.ceil(clip.bottom) - y))
    bottoms = [box.bottom for box in layout.cards if box is not None]
    if bottoms and _largest_scale(whole) < 1:
        whole = replace(whole, height=max(1, min(whole.height, math.ceil(max(bottoms)) - y)))
    longest = min(_LONGEST_EDGE / _SMALLEST_SCALE, _MOST_PIXELS / _SMALLEST_SCALE**2 / whole.width)
    return replace(whole, height=min(whole.height, math.floor(longest)))


def _first_try(clip: Box) -> _Try:
    scale = _largest_scale(clip)
    is_large = clip.width * clip.height * scale**2 > _MOST_LOSSLESS_PIXELS
    return _Try(scale, _COARSE if is_large else _LOSSLESS)


def _largest_scale(clip: Box) -> float:
    longest_edge = max(clip.width, clip.height)
    return min(1.0, _LONGEST_EDGE / longest_edge, math.sqrt(_MOST_PIXELS / (clip.width * clip.height)))


def _place(box: Box, clip: Box, scale: float) -> Rectangle | None:
    """Place a box in the picture; None when nothing of it is drawn."""
    left, top = max(box.x, clip.x), max(box.y, clip.y)
    right, bottom = min(box.x + box.width, clip.x + clip.width), min(box.bottom, clip.bottom)
    if right <= left or bottom <= top:
        return None
    x, y = _scaled(left - clip.x, scale), _scaled(top - clip.y, scale)
    width, height = _scaled(right - clip.x, scale) - x, _scaled(bottom - clip.y, scale) - y
    return Rectangle(x, y, width, height) if width and height else None


def _scaled(length: float, scale: float) -> int:
    return round(length * scale)
