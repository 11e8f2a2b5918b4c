"""Read the document of a rank back, so that one screen shows it, whoever opened the page.

Source: docs/serp-json.md.
"""

from collections.abc import Mapping
from typing import Any

from sunwi.domain.exposure_criteria import ExposureCriteria
from sunwi.domain.matching import Match, MatchedBy
from sunwi.domain.outcome import Exposed, NotExposed, NotMeasured
from sunwi.domain.reading import Card, PageVerdict
from sunwi.domain.tracking import Device, Kind, PageKey, Surface, Target
from sunwi.service.pages.look_up_target import Lookup

#: Words of the document's `outcome`.
NOT_MEASURED = "not_measured"


def is_measured(document: Mapping[str, Any]) -> bool:
    """Return whether a rank's document says where the target stands."""
    return bool(document["outcome"]["outcome"] != NOT_MEASURED)


def parse_rank_document(document: Mapping[str, Any]) -> tuple[Lookup, PageKey]:
    """Return what a rank's document says, without the page's cards.

    Args:
        document: As `sunwi.wording.reading_documents.rank_document` writes it.
    """
    found = document["outcome"]
    lookup = Lookup(
        target=Target(kind=Kind(document["kind"]), id=found["target"]),
        outcome=_outcome(found, document),
        match=_match(found),
        counting=ExposureCriteria(frozenset(document["areas"]), bundled=document["counts_bundled"]),
    )
    surface, device = Surface(document["surface"]), Device(document["device"])
    return lookup, PageKey(surface, device, document["keyword"], document["location"])


def _outcome(found: Mapping[str, Any], document: Mapping[str, Any]) -> Exposed | NotExposed | NotMeasured:
    matched_by = MatchedBy(found["matched_by"]) if found["matched_by"] else None
    match found["outcome"]:
        case "exposed":
            return Exposed(
                rank=found["rank"],
                area=found["area"],
                page_rank=found["page_rank"],
                areas=tuple(found["areas"]),
                depth=found["depth"],
                matched_by=matched_by or MatchedBy.OWN,
            )
        case "not_exposed":
            return NotExposed(
                depth=found["depth"],
                block_absent=found["block_absent"],
                matched_by=matched_by,
                near_rank=found["near_rank"],
                near_area=found["near_area"],
            )
        case _:
            verdict = PageVerdict(document["verdict"] or PageVerdict.LAYOUT_UNKNOWN)
            return NotMeasured(reason=found["reason"], verdict=verdict)


def _match(found: Mapping[str, Any]) -> Match | None:
    card = found["match"]
    if card is None:
        return None
    return Match(MatchedBy(found["matched_by"]), Card(**card), counts=found["outcome"] == "exposed")
