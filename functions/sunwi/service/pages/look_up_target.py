"""Look one target up in a reading, and say what else there ties to it."""

from contextlib import suppress
from dataclasses import dataclass

from sunwi.domain.exposure_criteria import ANY_AREA, ExposureCriteria
from sunwi.domain.matching import Match, find_matches
from sunwi.domain.observation import LoadedSurface
from sunwi.domain.outcome import Exposed, NotExposed, NotMeasured, look_up
from sunwi.domain.reading import PageReading, PageVerdict
from sunwi.domain.tracking import Kind, PageKey, Target
from sunwi.errors import Blocked, InvalidInput, Retryable, StoreUnavailable
from sunwi.service.pages.read_surface import ReadSurface
from sunwi.service.ports.reading_terms import ReadingTerms
from sunwi.sites.naver.links.targets import parse_target


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What a reading says about a target.

    Attributes:
        match: The first card that has to do with the target, one that counts if there is one.
        loaded: The pages that were opened for it; None when none was, or none could be.
    """

    target: Target
    outcome: Exposed | NotExposed | NotMeasured
    match: Match | None = None
    loaded: LoadedSurface | None = None
    counting: ExposureCriteria = ANY_AREA


def look_up_target(
    reading: PageReading, target: Target, counting: ExposureCriteria = ANY_AREA, loaded: LoadedSurface | None = None
) -> Lookup:
    """Look a target up, and keep the card that the outcome speaks of.

    Args:
        reading: What the pages say.
        target: What is looked for.
        counting: What counts.
        loaded: The pages, if they were opened for this.
    """
    outcome = look_up(reading, target, counting)
    matches = () if isinstance(outcome, NotMeasured) else find_matches(reading, target, counting)
    return Lookup(target=target, outcome=outcome, match=next(iter(matches), None), loaded=loaded, counting=counting)


def look_up_now(
    read_surface: ReadSurface,
    key: PageKey,
    target: Target,
    counting: ExposureCriteria = ANY_AREA,
    *,
    terms: ReadingTerms | None = None,
) -> Lookup:
    """Open a surface and look one target up in it; nothing is stored.

    A page that cannot be opened is a target that was not measured.

    Raises:
        InvalidInput: The key has no address.
        StoreUnavailable: The database, which keeps the pace of page loads, cannot be reached.
        ConfigurationError: There is no browser.
    """
    try:
        loaded = read_surface(key, terms=terms)
    except StoreUnavailable:
        raise
    except (Retryable, Blocked) as error:
        reason = f"the page could not be opened: {error}"
        failed = NotMeasured(reason=reason, verdict=PageVerdict.LAYOUT_UNKNOWN)
        return Lookup(target=target, outcome=failed, counting=counting)
    return look_up_target(loaded.reading, target, counting, loaded)


def infer_target(url: str) -> Target:
    """Read the identity off a link of any kind.

    Raises:
        InvalidInput: The link names no place and no post.
    """
    for kind in Kind:
        with suppress(InvalidInput):
            return parse_target(kind, url)
    return parse_target(_likely_kind(url), url)


def _likely_kind(url: str) -> Kind:
    """Guess what a link was meant to name, so that the message says what to paste instead."""
    if "cafe" in url.lower():
        return Kind.CAFE
    return Kind.BLOG if any(part in url.lower() for part in ("blog", "in.naver.com")) else Kind.PLACE
