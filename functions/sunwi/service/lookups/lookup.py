"""The kind `lookup`: where one target stands now; nothing is stored (실시간 순위 조회)."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

from sunwi.domain.tracking import Device, NewTracking, PageKey, Surface, normalise_keyword
from sunwi.domain.work import BackOff, Place, SiteNeed, Work
from sunwi.service.jobs.parse_params import parse_params
from sunwi.service.pages.look_up_target import infer_target
from sunwi.service.trackings.parse_tracking import TrackingFields, parse_device, parse_surface, parse_tracking
from sunwi.sites.naver.links.targets import is_short_link
from sunwi.sites.naver.site import NAVER, Lane

#: Lookups that are admitted at a time, whoever asked for them.
MOST_LOOKUPS = 2


class LookupParams(BaseModel):
    """What is looked up, as a person types it; an empty text means the default."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    keyword: str
    url: str
    kind: str = ""
    surface: str = ""
    device: str = ""
    location: str = ""
    areas: str = ""
    bundled: bool = False


def parse_lookup(params: Mapping[str, Any]) -> dict[str, Any]:
    """Check the params of a lookup; a shortened link is followed, and checked, when the lookup runs.

    Raises:
        InvalidInput: Something cannot be used; everything is named.
    """
    parsed = parse_params(LookupParams, params)
    if is_short_link(parsed.url):
        parse_surface(parsed.surface)
        parse_device(parsed.device)
        normalise_keyword(parsed.keyword)
    else:
        wanted_of(parsed)
    return parsed.model_dump()


def wanted_of(params: LookupParams, *, follow: Callable[[str], str] = str) -> NewTracking:
    """Return what is looked up.

    Args:
        params: Of the lookup.
        follow: Returns the address that a shortened link leads to.

    Raises:
        InvalidInput: Something cannot be used; everything is named.
    """
    url = follow(params.url)
    return parse_tracking(
        TrackingFields(
            kind=params.kind or infer_target(url).kind,
            keyword=params.keyword,
            target_url=url,
            surface=params.surface,
            device=params.device,
            location=params.location,
            areas=params.areas,
            bundled="yes" if params.bundled else "",
        )
    )


def page_of(wanted: NewTracking) -> PageKey:
    """Return the page that a lookup reads."""
    return PageKey(wanted.surface, wanted.device, wanted.keyword, wanted.location)


def _lane(params: Mapping[str, Any]) -> str:
    surface: Surface = parse_surface(str(params.get("surface") or ""))
    device: Device = parse_device(str(params.get("device") or ""))
    return Lane(surface, device).circuit.lane


LOOKUP = Work(
    name="lookup",
    parse=parse_lookup,
    place=Place.BROWSER,
    steps=("wait", "read"),
    soft_seconds=240,
    hard_seconds=300,
    limit_seconds=600,
    expires_after=timedelta(minutes=15),
    back_off=BackOff(tries=2, first=timedelta(seconds=20), longest=timedelta(seconds=120)),
    site=SiteNeed(site=NAVER.name, limit=MOST_LOOKUPS, max_wait=timedelta(seconds=60), lane=_lane),
)
