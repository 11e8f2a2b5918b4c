"""What explains the ledger: proof, recounts, replays."""

from functools import cached_property

from sunwi.bootstrap.adapters import Capability
from sunwi.errors import ConfigurationError
from sunwi.service.ledger.audit_sessions import AuditSessions
from sunwi.service.ledger.rebuild_states import RebuildStates
from sunwi.service.ledger.recount_sessions import RecountSessions
from sunwi.service.ledger.replay_run import ReplayRun
from sunwi.service.ledger.show_proof import ShowProof


class LedgerContainer(Capability):
    """The history that is billed."""

    @cached_property
    def show_proof(self) -> ShowProof:
        """Shows the page behind a day."""
        return ShowProof(store=self.adapters.store, evidence=self.adapters.evidence)

    @cached_property
    def recount_sessions(self) -> RecountSessions:
        """Recounts a tracking's sessions."""
        return RecountSessions(store=self.adapters.store, clock=self.adapters.clock)

    @cached_property
    def rebuild_states(self) -> RebuildStates:
        """Works the latest states out anew."""
        return RebuildStates(store=self.adapters.store, clock=self.adapters.clock)

    @cached_property
    def audit_sessions(self) -> AuditSessions:
        """Finds sessions that the rules cannot explain."""
        return AuditSessions(self.adapters.store)

    @cached_property
    def replay_run(self) -> ReplayRun:
        """Reads a run's kept pages anew.

        Raises:
            ConfigurationError: No bucket is set.
        """
        adapters = self.adapters
        if adapters.evidence is None:
            raise ConfigurationError(
                "no pages are kept: set EVIDENCE_BUCKET to the stack's bucket of evidence",
                code="evidence_not_kept",
            )
        return ReplayRun(store=adapters.store, evidence=adapters.evidence, clock=adapters.clock)
