import pytest

from sunwi.domain.site import Site
from sunwi.domain.tracking import Kind
from sunwi.errors import InvalidInput
from sunwi.service.pages.follow_link import FollowLink
from sunwi.service.trackings.parse_tracking import TrackingFields, parse_tracking
from sunwi.sites.naver.site import NAVER

SHORT = "naver.me/xAbC12"


class Follower:
    """Leads every link to one address."""

    def __init__(self, final: str) -> None:
        self.final = final
        self.asked: list[str] = []

    def follow(self, site: Site, url: str) -> str:
        assert site is NAVER
        self.asked.append(url)
        return self.final


def test_a_shortened_link_is_opened_by_https_and_stored_as_it_was_typed() -> None:
    follower = Follower("https://m.place.naver.com/restaurant/1234567890/home?entry=pll")
    fields = TrackingFields(kind="place", keyword="맛집", target_url=SHORT)
    new = parse_tracking(fields, follow=FollowLink(follower))
    assert (new.target.kind, new.target.id, new.target_url) == (Kind.PLACE, "1234567890", SHORT)
    assert follower.asked == [f"https://{SHORT}"]


def test_a_shortened_link_that_ends_on_another_naver_page_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"leads to .*shopping\.naver\.com.*, which is no place and no post"):
        FollowLink(Follower("https://shopping.naver.com/home"))(SHORT)


def test_without_a_browser_a_shortened_link_is_refused_with_the_remedy() -> None:
    with pytest.raises(InvalidInput, match="open it and paste the address that the browser then shows"):
        parse_tracking(TrackingFields(kind="place", keyword="맛집", target_url=SHORT))
