"""A night on a deployed stack, whose right answers are known."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path

from infra.local.stack import LocalStack, wait_for
from infra.local.standin.naver.items import BlogPost
from infra.local.standin.naver.truth.truth import RankedCard
from sunwi.domain.tracking import Kind, NewTracking, Target
from tests.stack.daily_run import DailyRun, deployed

#: Number of a post that no page shows, and of those after it.
NOWHERE = 123456789


@dataclass
class Night:
    """Trackings of a deployed stack, and what a true reading says of each.

    Attributes:
        ranks: Of each tracking, None when its page does not show it.
        unreadable: Trackings whose page can never be read while the fault lasts.
        dead_letters: Trackings of the dead letters seen so far.
    """

    daily: DailyRun
    ranks: dict[int, int | None] = field(default_factory=dict)
    unreadable: set[int] = field(default_factory=set)
    dead_letters: set[int] = field(default_factory=set)

    def track(self, keywords: Sequence[str], *, absent: int = 1) -> list[int]:
        """Track posts of each page: one that it shows, and some that it does not."""
        new: list[NewTracking] = []
        ranks: list[int | None] = []
        for keyword in keywords:
            card = next(card for card in self._cards(keyword) if isinstance(card.item, BlogPost))
            posts: dict[str, int | None] = {card.id.removeprefix("blog:"): card.rank}
            posts |= {f"nobody/{NOWHERE + number}": None for number in range(absent)}
            for post, rank in posts.items():
                target = Target(Kind.BLOG, f"blog:{post}")
                new.append(NewTracking(target=target, target_url=f"https://blog.naver.com/{post}", keyword=keyword))
                ranks.append(rank)
        ids = self.daily.add(*new)
        self.ranks |= dict(zip(ids, ranks, strict=True))
        return ids

    def keywords(self, number: int) -> list[str]:
        """Return keywords whose pages show a blog post."""
        all_of_them = (f"성수동 김밥 {index}" for index in count(1))
        return list(islice((keyword for keyword in all_of_them if self.shows_post(keyword)), number))

    def fire(self) -> str:
        """Fire the daily event."""
        return self.daily.fire(now())

    def wait_for_measured(self, number: int) -> None:
        """Wait until so many trackings have a ledger row."""
        question = "SELECT count(*) FROM rank_history"
        wait_for(f"{number} measured", lambda: self.daily.rows(question)[0][0] >= number, timeout_seconds=90)

    def shows_post(self, keyword: str) -> bool:
        """Whether its page shows a blog post."""
        return any(isinstance(card.item, BlogPost) for card in self._cards(keyword))

    def _cards(self, keyword: str) -> Sequence[RankedCard]:
        return self.daily.site.truth(keyword).cards


@contextmanager
def night_on(
    stack: LocalStack, name: str, folder: Path, url: str | None = None, /, **parameters: float | str
) -> Iterator[Night]:
    """Deploy a stack for one fault."""
    with deployed(stack, f"chaos-{name}", folder, url, **parameters) as daily:
        yield Night(daily)


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


@contextmanager
def polling_stopped(daily: DailyRun) -> Iterator[None]:
    """Have Lambda receive nothing for as long as the block lasts."""
    functions = daily.stack.client("lambda")
    mappings = functions.list_event_source_mappings(FunctionName=daily.outputs.crawler_function_name)
    ids = [mapping["UUID"] for mapping in mappings["EventSourceMappings"]]
    for uuid in ids:
        functions.update_event_source_mapping(UUID=uuid, Enabled=False)
    try:
        yield
    finally:
        for uuid in ids:
            functions.update_event_source_mapping(UUID=uuid, Enabled=True)
