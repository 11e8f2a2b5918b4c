"""Which jobs are admitted next, worked out by going through all of them, without Sunwi; instants are microseconds."""

from dataclasses import dataclass, field


@dataclass
class ModelJob:
    """A job as a clerk would note it on a card."""

    id: str
    work: str
    lane: str
    is_of_system: bool
    priority: int
    row: int
    ready: int
    not_before: int
    state: str = "waits"

    def goes_before(self, other: "ModelJob") -> bool:
        mine, theirs = (-self.priority, self.ready, self.row), (-other.priority, other.ready, other.row)
        return mine < theirs or (mine == theirs and self.id < other.id)


@dataclass
class Model:
    """A counter with a line before it. Kinds with a limit have a site, with lanes; nobody waits long for its turn."""

    limits: dict[str, int]
    patience: int
    now: int = 0
    workers: int = 1
    paused: str = ""
    site_free_at: int = 0
    shut: set[str] = field(default_factory=set)
    cards: list[ModelJob] = field(default_factory=list)

    def busy(self, work: str = "") -> int:
        return len([card for card in self.cards if card.state == "busy" and work in ("", card.work)])

    def may_go(self, card: ModelJob) -> bool:
        is_paused = self.paused == "all" or (self.paused == "people" and not card.is_of_system)
        if card.state != "waits" or card.not_before > self.now or is_paused:
            return False
        has_site = card.work in self.limits
        is_full = has_site and self.busy(card.work) >= self.limits[card.work]
        is_held = has_site and (card.lane in self.shut or self.site_free_at > self.now + self.patience)
        return not (is_full or is_held)

    def admit(self) -> list[str]:
        """Let one go after the other, each time the first of all who may."""
        gone: list[str] = []
        while self.busy() < self.workers and (able := [card for card in self.cards if self.may_go(card)]):
            [first] = [card for card in able if not any(other.goes_before(card) for other in able)]
            first.state = "busy"
            gone.append(first.id)
        return gone
