"""Save the picture of a page, with one card marked: a red border and its rank."""

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from sunwi.domain.picture import PagePicture, Rectangle

_RED = (214, 0, 28)
_WHITE = (255, 255, 255)
_BORDER = 4
_LETTER = 20
_PADDING = 6
#: Fonts with Korean letters, of Linux, Windows and macOS; without any the label is the bare number.
_KOREAN_FONTS = ("NanumGothicBold.ttf", "NanumGothic.ttf", "malgunbd.ttf", "malgun.ttf", "AppleSDGothicNeo.ttc")


def save_picture(picture: PagePicture, path: Path, *, marked: Rectangle | None = None, rank: int = 0) -> None:
    """Save a picture as PNG, which every program opens.

    Args:
        picture: As it was kept.
        path: Of the file; its folder is there.
        marked: What to put a border around; None leaves the picture as it is.
        rank: The label of that border.

    Raises:
        OSError: The file cannot be written.
    """
    with Image.open(BytesIO(picture.data)) as kept:
        image = kept.convert("RGB")
    if marked is not None:
        _mark(image, marked, rank)
    image.save(path, format="PNG")


def _mark(image: Image.Image, marked: Rectangle, rank: int) -> None:
    """Draw the border just within the card's edges, and the label into its upper right corner."""
    pen = ImageDraw.Draw(image)
    right, bottom = marked.x + marked.width - 1, marked.y + marked.height - 1
    pen.rectangle((marked.x, marked.y, right, bottom), outline=_RED, width=_BORDER)
    font, label = _font_and_label(rank)
    width = round(pen.textlength(label, font=font)) + 2 * _PADDING
    pen.rectangle((right - width, marked.y, right, marked.y + _LETTER + 2 * _PADDING), fill=_RED)
    pen.text((right - width + _PADDING, marked.y + _PADDING), label, fill=_WHITE, font=font)


def _font_and_label(rank: int) -> tuple[ImageFont.FreeTypeFont | ImageFont.ImageFont, str]:
    for name in _KOREAN_FONTS:
        try:
            return ImageFont.truetype(name, _LETTER), f"{rank}위"
        except OSError:
            continue
    return ImageFont.load_default(_LETTER), str(rank)
