"""The outbox: list notices, read one in its words, send dead ones again."""

from typing import Self

from pydantic import Field, model_validator

from sunwi.domain.notice import NoticeKind, NoticeState
from sunwi.domain.notice_list import NoticeFilter, NoticeQuery
from sunwi.service.accounts.permissions import Action
from sunwi.service.notices.list_notices import MAX_PAGE_LENGTH
from sunwi.web.answer import Answer
from sunwi.web.asked.fields import PAGE_LENGTH, Asked, CommaSeparated, Cursor, Moment, Word
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.wording.error_words import error_words
from sunwi.wording.notices.notice_documents import notice_page_document, resend_document, shown_notice_document


class ListedNoticeQuery(Asked):
    """Which notices, and from where on."""

    state: CommaSeparated[NoticeState] = Field(default_factory=tuple)
    kind: CommaSeparated[NoticeKind] = Field(default_factory=tuple)
    channel: Word = Field("", description="Whole name.")
    since: Moment | None = Field(None, description="Stored then or later.")
    limit: int = Field(PAGE_LENGTH, ge=1, le=MAX_PAGE_LENGTH)
    after: Cursor = None


class ResendBody(Asked):
    """Which dead notices: by id, or all that the rest lets through."""

    ids: list[Word] | None = Field(None, min_length=1, description="At most 10,000.")
    kinds: list[NoticeKind] = Field(default_factory=list, max_length=20)
    channel: Word = ""
    since: Moment | None = None

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not (self.ids or self.kinds or self.channel or self.since):
            raise ValueError("nothing is to be sent again: name ids, or use kinds, channel or since")
        return self


def list_notices(request: Request[ListedNoticeQuery, None]) -> Answer:
    """Answer with one page of the notices that the caller sees, newest first."""
    asked = request.query
    wanted = NoticeFilter(states=asked.state, kinds=asked.kind, channel=asked.channel, since=asked.since)
    query = NoticeQuery(wanted=wanted, actor=request.actor, limit=asked.limit, before=asked.after)
    return Answer(document=notice_page_document(request.house.notices.list_notices.page(query)))


def get_notice(request: Request[None, None]) -> Answer:
    """Answer with a notice and its words, those for copying into a messenger among them (카톡용 문구)."""
    shown = request.house.notices.show_notice.show(request.actor, request.path["notice_id"])
    return Answer(document=shown_notice_document(shown))


def resend_notice(request: Request[None, None]) -> Answer:
    """Send one dead notice again."""
    verdicts = request.house.notices.resend_notices.by_id(request.actor, [request.path["notice_id"]])
    if (error := verdicts[0].error) is not None:
        raise error
    return Answer(document=resend_document(verdicts)["notices"][0])


def resend_notices(request: Request[None, ResendBody]) -> Answer:
    """Send dead notices again, with a verdict for each."""
    asked, resend = request.body, request.house.notices.resend_notices
    if asked.ids:
        verdicts = resend.by_id(request.actor, asked.ids)
    else:
        wanted = NoticeFilter(kinds=tuple(asked.kinds), channel=asked.channel, since=asked.since)
        verdicts = resend.matching(request.actor, wanted)
    return Answer(document=resend_document(verdicts, describe=error_words))


ROUTES: tuple[Route, ...] = (
    Route(
        name="list_notices",
        method="GET",
        path="/api/v1/notices",
        action=Action.NOTICES_READ,
        handle=list_notices,
        summary="List notices, newest first.",
        query=ListedNoticeQuery,
    ),
    Route(
        name="get_notice",
        method="GET",
        path="/api/v1/notices/<notice_id>",
        action=Action.NOTICES_READ,
        handle=get_notice,
        summary="Read a notice in its words, and as text for a messenger.",
    ),
    Route(
        name="resend_notices",
        method="POST",
        path="/api/v1/notices/resend",
        action=Action.NOTICES_CHANGE,
        handle=resend_notices,
        summary="Send dead notices again: by id, or by channel, kind and time.",
        body=ResendBody,
    ),
    Route(
        name="resend_notice",
        method="POST",
        path="/api/v1/notices/<notice_id>/resend",
        action=Action.NOTICES_CHANGE,
        handle=resend_notice,
        summary="Send a dead notice again.",
    ),
)
