"""Keep the pictures of loaded pages, at no measurement's cost."""

import structlog

from sunwi.domain.observation import LoadedSurface
from sunwi.errors import Retryable
from sunwi.service.ports.outside import EvidenceStore

log = structlog.get_logger()


def keep_pictures(evidence: EvidenceStore, evidence_key: str, loaded: LoadedSurface) -> None:
    """Keep them beside their pages; a day that was measured stays so without them.

    Args:
        evidence: Where the pages are kept.
        evidence_key: What the pages are kept under.
        loaded: With its pictures.
    """
    try:
        evidence.keep_pictures(evidence_key, loaded.pictures, fetched_at=loaded.fetched_at)
    except Retryable as error:
        log.exception("pictures_not_kept", evidence_key=evidence_key, keyword=loaded.key.keyword, error=str(error))
