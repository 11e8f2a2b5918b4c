"""Who did what."""

from pydantic import Field

from sunwi.domain.account_list import AuditQuery
from sunwi.service.accounts.page_length import MAX_PAGE_LENGTH
from sunwi.service.accounts.permissions import Action
from sunwi.web.answer import Answer
from sunwi.web.asked.fields import PAGE_LENGTH, Asked, RowId
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.wording.accounts.account_documents import audit_page_document


class AuditListQuery(Asked):
    """Which entries, and from where on."""

    actor: str | None = Field(None, max_length=200, description="Whole name of whoever did it: `account:…`, `cli:kim`.")
    action: str | None = Field(None, max_length=64, description="`job_cancelled`, for instance.")
    subject: str | None = Field(None, max_length=200, description="Whole name of what it was done to: `channel 3`.")
    limit: int = Field(PAGE_LENGTH, ge=1, le=MAX_PAGE_LENGTH)
    after: RowId | None = None


def list_audit(request: Request[AuditListQuery, None]) -> Answer:
    """Answer with one page of what was done, the latest first."""
    asked = request.query
    query = AuditQuery(
        actor=asked.actor, action=asked.action, subject=asked.subject, limit=asked.limit, after=asked.after
    )
    return Answer(document=audit_page_document(request.house.accounts.list_audit.page(request.actor, query)))


ROUTES: tuple[Route, ...] = (
    Route(
        name="list_audit",
        method="GET",
        path="/api/v1/audit",
        action=Action.AUDIT_READ,
        handle=list_audit,
        summary="List who did what, the latest first.",
        query=AuditListQuery,
    ),
)
