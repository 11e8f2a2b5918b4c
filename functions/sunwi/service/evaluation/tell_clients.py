"""Post one digest for each client that has something to be told, within one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sunwi.domain.evaluation import EventKind
from sunwi.domain.evaluation_digest import (
    MOST_LINES,
    DigestTerms,
    OwnerCounts,
    UntoldLine,
    audience_of,
    compose_digest,
    owner_word,
)
from sunwi.domain.evaluation_thresholds import ThresholdBook
from sunwi.domain.notice import NewNotice, NoticeKind
from sunwi.service.notices.post_notices import PostNotices
from sunwi.service.ports.evaluation import LeftOut
from sunwi.service.ports.outside import Transaction

#: Owners of one transaction.
OWNERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What telling came to.

    Attributes:
        last: The last owner that was dealt with; None when there was none.
        digests: How many were posted.
    """

    last: int | None
    digests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TellClients:
    """Tells owners of their events.

    Attributes:
        day: KST date of the last night that was judged.
        night_failed: Its unmeasured trackings were told otherwise.
    """

    post: PostNotices
    book: ThresholdBook
    day: date
    night_failed: bool

    def tell(self, tx: Transaction, after: int | None, *, at: datetime) -> Told:
        """Tell the next owners behind one, in their order."""
        owners = self._next(tx, after)
        if not owners:
            return Told(last=None, digests=0)
        versions = tx.digests.versions(owners, day=self.day)
        counts = tx.digests.counts_of(owners, day=self.day)
        left_out = self._left_out(owners)
        untold = tx.digests.untold(owners, day=self.day, most=MOST_LINES, but=left_out)
        lines = {owner: list(of_owner) for owner, of_owner in groupby(untold, key=lambda line: line.owner)}
        notices = {}
        for owner in owners:
            version = versions.get(owner, 0) + 1
            known = counts.get(owner, OwnerCounts(owner=owner))
            if (notice := self._compose(known, lines.get(owner, ()), version)) is not None:
                notices[owner] = notice
        self.post(tx, list(notices.values()), at=at)
        posted = {owner: versions.get(owner, 0) + 1 for owner in notices}
        tx.digests.save_versions(posted, day=self.day, at=at)
        tx.digests.mark_told(owners, but=left_out)
        return Told(last=owners[-1], digests=len(notices))

    def _next(self, tx: Transaction, after: int | None) -> Sequence[int]:
        """Return the owners that have something to be told, and those who want a digest every day."""
        found = tx.digests.next_owners(after, OWNERS)
        last = found[-1] if len(found) == OWNERS else None
        daily = [
            client_id
            for client_id in self.book.daily_clients(self.day)
            if (after is None or client_id > after) and (last is None or client_id <= last)
        ]
        return sorted({*found, *daily})

    def _compose(self, counts: OwnerCounts, lines: Sequence[UntoldLine], version: int) -> NewNotice | None:
        owner = counts.owner
        thresholds = self.book.on(owner if owner > 0 else None, self.day)
        terms = DigestTerms(day=self.day, version=version, thresholds=thresholds, night_failed=self.night_failed)
        content = compose_digest(counts, lines, terms)
        if content is None:
            return None
        return NewNotice(
            kind=NoticeKind.DIGEST,
            audience=audience_of(owner),
            dedupe_key=f"digest:{owner_word(owner)}:{self.day.isoformat()}:{version}",
            content=content,
        )

    def _left_out(self, owners: Sequence[int]) -> LeftOut:
        """Return the kinds that some owners want to hear nothing of, with those owners."""
        left_out: dict[frozenset[EventKind], list[int]] = {}
        for owner in owners:
            told = self.book.on(owner if owner > 0 else None, self.day).told
            if kinds := frozenset(EventKind) - told:
                left_out.setdefault(kinds, []).append(owner)
        return left_out
