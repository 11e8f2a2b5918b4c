"""How long a page of a list may be."""

from sunwi.errors import InvalidInput

#: Rows of one page, unless somebody asks for another number, and the most that anybody gets at once.
PAGE_LENGTH, MAX_PAGE_LENGTH = 50, 1000


def check_page_length(limit: int) -> None:
    """Check the length of a page.

    Raises:
        InvalidInput: It is none from 1 to `MAX_PAGE_LENGTH`.
    """
    if not 1 <= limit <= MAX_PAGE_LENGTH:
        raise InvalidInput(
            f"a page cannot have {limit} rows: use 1 to {MAX_PAGE_LENGTH}",
            code="list_length_unusable",
            limit=limit,
            most=MAX_PAGE_LENGTH,
        )
