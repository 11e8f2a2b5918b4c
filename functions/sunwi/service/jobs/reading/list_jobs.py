"""List jobs, newest first."""

from dataclasses import dataclass

from sunwi.domain.job_list import JobPage, JobQuery
from sunwi.errors import InvalidInput
from sunwi.service.ports.outside import Store

#: Jobs of one page, unless somebody asks for another number, and the most that anybody gets at once.
PAGE_LENGTH, MAX_PAGE_LENGTH = 50, 1000


@dataclass(frozen=True, slots=True)
class ListJobs:
    """List jobs that their asker may see."""

    store: Store

    def page(self, query: JobQuery) -> JobPage:
        """Return one page.

        Raises:
            InvalidInput: Its length is none from 1 to `MAX_PAGE_LENGTH`.
            StoreUnavailable: The database cannot be reached.
        """
        if not 1 <= query.limit <= MAX_PAGE_LENGTH:
            raise InvalidInput(
                f"a page cannot have {query.limit} jobs: use 1 to {MAX_PAGE_LENGTH}",
                code="page_length_unusable",
                limit=query.limit,
                most=MAX_PAGE_LENGTH,
            )
        with self.store.read() as tx:
            return tx.jobs.page(query)
