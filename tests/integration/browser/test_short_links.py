import pytest

from infra.local.standin import StandinSite
from infra.local.standin.naver.hosts.short_links import FOREIGN, LOOP
from sunwi.adapters.browser.chromium import ChromiumPageLoader
from sunwi.domain.tracking import Kind
from sunwi.errors import InvalidInput
from sunwi.service.pages.follow_link import FollowLink
from sunwi.sites.naver.links.targets import parse_target

PLACE = "https://m.place.naver.com/restaurant/1234567890/home"
POST = "https://blog.naver.com/writer/223000000001"


@pytest.mark.parametrize(("kind", "url"), [(Kind.PLACE, PLACE), (Kind.BLOG, POST)])
def test_a_shortened_link_names_what_it_leads_to(
    site: StandinSite, loader: ChromiumPageLoader, kind: Kind, url: str
) -> None:
    short = site.short_link(url)
    assert short.startswith("https://naver.me/")
    assert parse_target(kind, FollowLink(loader)(short)) == parse_target(kind, url)


@pytest.mark.parametrize("link", [FOREIGN, LOOP])
def test_a_shortened_link_that_leads_away_or_in_circles_is_refused_with_the_remedy(
    loader: ChromiumPageLoader, link: str
) -> None:
    with pytest.raises(InvalidInput, match=r"naver\.me/.* leads nowhere on Naver .*open it yourself and paste"):
        FollowLink(loader)(link)


def test_other_links_are_not_opened(site: StandinSite, loader: ChromiumPageLoader) -> None:
    assert FollowLink(loader)(PLACE) == PLACE
    assert site.requests.addresses == {}
