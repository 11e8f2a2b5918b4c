"""Find out where a shortened link leads."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sunwi.errors import BrowserLost, InvalidInput, PageTimedOut, PageUnreachable
from sunwi.service.pages.keep_pace import Unpaced
from sunwi.service.ports.outside import LinkFollower
from sunwi.service.ports.pace import PagePace
from sunwi.service.ports.reading_terms import UNLIMITED, TimeLimit
from sunwi.sites.naver.links.links import quote_link
from sunwi.sites.naver.links.targets import ALLOWED_REDIRECT_HOSTS, is_short_link
from sunwi.sites.naver.site import NAVER


@dataclass(frozen=True, slots=True)
class FollowLink:
    """Follow shortened links in the browser, which reaches Naver's hosts only."""

    follower: LinkFollower
    pace: PagePace = field(default_factory=Unpaced)

    def __call__(self, url: str, *, limit: TimeLimit = UNLIMITED) -> str:
        """Return the address that a shortened link leads to; any other link stays as it is.

        Raises:
            InvalidInput: It leads nowhere, or away from the places and posts of Naver.
            StoreUnavailable: The database, which keeps the pace, cannot be reached.
        """
        if not is_short_link(url):
            return url
        shown = quote_link(url)
        self.pace.wait_turn(NAVER.name, limit=limit)
        try:
            final = self.follower.follow(NAVER, url.strip() if "//" in url else f"https://{url.strip()}")
        except (PageTimedOut, BrowserLost):
            raise
        except PageUnreachable as error:
            raise InvalidInput(
                f"{shown} is a shortened link that leads nowhere on Naver ({error}): open it yourself and paste the "
                "address that the browser then shows",
                code="short_link_dead",
                link=url,
            ) from error
        finally:
            self.pace.record_load(NAVER.name)
        if (urlsplit(final).hostname or "") not in ALLOWED_REDIRECT_HOSTS:
            raise InvalidInput(
                f"{shown} leads to {quote_link(final)}, which is no place and no post: paste another link",
                code="short_link_elsewhere",
                link=url,
                final=final,
            )
        return final
