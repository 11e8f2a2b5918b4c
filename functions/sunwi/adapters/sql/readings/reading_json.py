"""A page reading as JSON, the form in which it is stored."""

from typing import Any

from sunwi.domain.reading import Card, Doubt, LeftOut, PageReading, PageVerdict, Presence
from sunwi.domain.tracking import Device, Kind, Surface


def reading_to_json(reading: PageReading) -> dict[str, Any]:
    """Write a page reading as plain dicts and lists."""
    return {
        "surface": reading.surface.value,
        "device": reading.device.value,
        "verdict": reading.verdict.value,
        "evidence": list(reading.evidence),
        "presence": {kind.value: presence.value for kind, presence in reading.presence.items()},
        "depth": {kind.value: depth for kind, depth in reading.depth.items()},
        "cards": [card_to_json(card) for card in reading.cards],
        "unread": list(reading.unread),
        "left_out": [{"id": row.id, "reason": row.reason} for row in reading.left_out],
        "doubts": [
            {"kind": doubt.kind.value, "area": doubt.area, "card": doubt.card, "reason": doubt.reason}
            for doubt in reading.doubts
        ],
        "beyond": reading.beyond.value if reading.beyond else None,
    }


def reading_from_json(content: dict[str, Any]) -> PageReading:
    """Read what `reading_to_json` wrote."""
    return PageReading(
        surface=Surface(content["surface"]),
        device=Device(content["device"]),
        verdict=PageVerdict(content["verdict"]),
        evidence=tuple(content["evidence"]),
        presence={Kind(kind): Presence(presence) for kind, presence in content["presence"].items()},
        depth={Kind(kind): depth for kind, depth in content["depth"].items()},
        cards=tuple(card_from_json(card) for card in content["cards"]),
        left_out=tuple(LeftOut(**row) for row in content["left_out"]),
        unread=tuple(content.get("unread", ())),
        doubts=tuple(Doubt(**{**doubt, "kind": Kind(doubt["kind"])}) for doubt in content.get("doubts", ())),
        beyond=PageVerdict(content["beyond"]) if content.get("beyond") else None,
    )


def card_to_json(card: Card) -> dict[str, Any]:
    """Write a card as a plain dict."""
    return {
        "id": card.id,
        "area": card.area,
        "rank": card.rank,
        "page_rank": card.page_rank,
        "title": card.title,
        "url": card.url,
        "bundled": list(card.bundled),
        "aliases": list(card.aliases),
    }


def card_from_json(content: dict[str, Any]) -> Card:
    """Read what `card_to_json` wrote."""
    names = {"bundled": tuple(content["bundled"]), "aliases": tuple(content.get("aliases", ()))}
    return Card(**{**content, **names})
