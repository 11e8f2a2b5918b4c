"""Show one notice, in its words."""

from dataclasses import dataclass

from sunwi.domain.actor import Actor
from sunwi.domain.notice import NoticeText
from sunwi.domain.stored_notice import Notice
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput
from sunwi.service.ports.notices import NoticeWords
from sunwi.service.ports.outside import Store


@dataclass(frozen=True, slots=True)
class ShownNotice:
    """A notice with its words.

    Attributes:
        text: None where this release has no words for it.
        copy_text: For copying into a messenger (카톡용 문구); empty where nobody would.
    """

    notice: Notice
    text: NoticeText | None
    copy_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowNotice:
    """Show notices to whoever may see their channels."""

    store: Store
    words: NoticeWords

    def show(self, actor: Actor, notice_id: str) -> ShownNotice:
        """Return a notice, and how it is told.

        Raises:
            InvalidInput: There is no such notice, or it is of somebody else's channel.
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            notice = tx.notices.find_seen(notice_id, actor=actor)
        if notice is None:
            raise InvalidInput(f"there is no notice {quote(notice_id)}", code="notice_unknown", notice_id=notice_id)
        try:
            text = self.words.text_of(notice.kind, notice.content)
        except LookupError:
            return ShownNotice(notice, None, "")
        return ShownNotice(notice, text, self.words.copy_of(notice.kind, text))
