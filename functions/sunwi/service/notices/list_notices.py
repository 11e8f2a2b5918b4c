"""List notices."""

from dataclasses import dataclass

from sunwi.domain.notice_list import NoticePage, NoticeQuery
from sunwi.errors import InvalidInput
from sunwi.service.ports.outside import Store

#: Notices of one page, at most.
MAX_PAGE_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class ListNotices:
    """List the outbox."""

    store: Store

    def page(self, query: NoticeQuery) -> NoticePage:
        """Return one page, newest first.

        Raises:
            InvalidInput: The page is to have none, or more than `MAX_PAGE_LENGTH`.
            StoreUnavailable: The database cannot be reached.
        """
        if not 1 <= query.limit <= MAX_PAGE_LENGTH:
            raise InvalidInput(
                f"a page cannot have {query.limit} notices: use 1 to {MAX_PAGE_LENGTH}",
                code="notice_page_unusable",
                limit=query.limit,
                most=MAX_PAGE_LENGTH,
            )
        with self.store.read() as tx:
            return tx.notices.page(query)
