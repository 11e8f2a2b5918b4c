"""The cards of a page's picture as JSON, the form in which they are kept beside it."""

from typing import Any

from sunwi.adapters.sql.readings.reading_json import card_from_json, card_to_json
from sunwi.domain.picture import PagePicture, PicturedCard, Rectangle


def cards_to_json(picture: PagePicture) -> dict[str, Any]:
    """Write size, scale and cards of a picture as plain dicts and lists."""
    return {
        "width": picture.width,
        "height": picture.height,
        "scale": picture.scale,
        "cards": [
            {**card_to_json(each.card), "rectangle": _rectangle_to_json(each.rectangle)} for each in picture.cards
        ],
    }


def picture_from_json(data: bytes, content: dict[str, Any]) -> PagePicture:
    """Put a picture together with what `cards_to_json` wrote."""
    return PagePicture(
        data=data,
        width=content["width"],
        height=content["height"],
        scale=content["scale"],
        cards=tuple(_pictured(card) for card in content["cards"]),
    )


def _pictured(content: dict[str, Any]) -> PicturedCard:
    rectangle = content["rectangle"]
    card = card_from_json({name: value for name, value in content.items() if name != "rectangle"})
    return PicturedCard(card, None if rectangle is None else Rectangle(**rectangle))


def _rectangle_to_json(rectangle: Rectangle | None) -> dict[str, int] | None:
    if rectangle is None:
        return None
    return {"x": rectangle.x, "y": rectangle.y, "width": rectangle.width, "height": rectangle.height}
