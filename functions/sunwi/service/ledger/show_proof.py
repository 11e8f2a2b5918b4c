"""Show the page that proves a day of the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sunwi.domain.actor import Actor
from sunwi.domain.picture import PagePicture, PicturedCard, find_pictured
from sunwi.domain.proof import Proof
from sunwi.domain.reading import ServedPage
from sunwi.errors import ConfigurationError, InvalidInput
from sunwi.service.ports.outside import EvidenceStore, Store
from sunwi.service.trackings.manage_trackings import require_seen, require_tracking


@dataclass(frozen=True, slots=True)
class PicturedDay:
    """The pictures of the pages that prove a day.

    Attributes:
        pictures: By the number of their page, from 1.
        card: The card that shows the tracking's target; None on a day that is not exposed, or when no picture has it.
        page: Number of the page that has the card; None like the card.
    """

    pictures: Mapping[int, PagePicture]
    card: PicturedCard | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowProof:
    """Find the observation behind a ledger row, and its pages."""

    store: Store
    evidence: EvidenceStore | None

    def show(self, actor: Actor, tracking_id: int, day: date | None) -> Proof:
        """Return the proof of a KST date, or of the latest one that was measured.

        Raises:
            InvalidInput: There is no such tracking, it is another's, or it was not measured on that date.
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            require_seen(tx, actor, tracking_id)
            proof = tx.ledger.proof(tracking_id, day)
        if proof is None:
            raise _unmeasured(tracking_id, day)
        return proof

    def pages(self, proof: Proof) -> list[ServedPage]:
        """Return the kept pages, in the order of their loads.

        Raises:
            ConfigurationError: EVIDENCE_BUCKET is not set.
            InvalidInput: The observation's pages were not kept.
            Retryable: The bucket cannot be reached.
        """
        evidence, key = self._kept(proof)
        return evidence.load(key)

    def pictures(self, proof: Proof) -> PicturedDay:
        """Return the kept pictures, and where the tracking stands in them.

        Raises:
            ConfigurationError: EVIDENCE_BUCKET is not set.
            InvalidInput: The observation's pages were not kept.
            Retryable: The bucket cannot be reached.
            StoreUnavailable: The database cannot be reached.
        """
        evidence, key = self._kept(proof)
        with self.store.read() as tx:
            tracking = require_tracking(tx.trackings.get(proof.row.tracking_id), proof.row.tracking_id)
        pictures = evidence.pictures(key)
        if proof.row.rank is None:
            return PicturedDay(pictures)
        cards = {card: number for number, picture in pictures.items() for card in picture.cards}
        card = find_pictured(cards, tracking.target, area=proof.row.area, rank=proof.row.rank)
        return PicturedDay(pictures, card, cards[card] if card else None)

    def _kept(self, proof: Proof) -> tuple[EvidenceStore, str]:
        if self.evidence is None:
            raise ConfigurationError(
                "EVIDENCE_BUCKET is not set: set it to the bucket of the stack (an output)",
                code="evidence_bucket_not_set",
            )
        if proof.evidence_key is None:
            raise InvalidInput(
                f"the pages of tracking {proof.row.tracking_id} on {proof.row.date} were not kept",
                code="pages_of_day_not_kept",
                tracking_id=proof.row.tracking_id,
                date=proof.row.date,
            )
        return self.evidence, proof.evidence_key


def _unmeasured(tracking_id: int, day: date | None) -> InvalidInput:
    if day is None:
        return InvalidInput(
            f"tracking {tracking_id} was not measured yet: there is no ledger row to prove",
            code="tracking_never_measured",
            tracking_id=tracking_id,
        )
    return InvalidInput(
        f"tracking {tracking_id} was not measured on {day}: there is no ledger row to prove",
        code="day_not_measured",
        tracking_id=tracking_id,
        day=day,
    )
