"""The rows of `right_answers.txt`, read."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.local.standin.faults import FaultKind
from infra.local.standin.naver.pages.named_pages import NAMED_PAGES
from sunwi.domain.exposure_criteria import ExposureCriteria
from sunwi.domain.tracking import Device, Kind, PageKey, Surface, Target

_FILE = Path(__file__).with_name("right_answers.txt")
_NOBODY = {Kind.PLACE: "9000000001", Kind.BLOG: "blog:si_nobody1/229900000001", Kind.CAFE: "cafe:si_nobody1/70000001"}
_UNMEASURED = "not measured"


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Args:
        name: The page as the table calls it: a named page, or a keyword.
        start: Rows of a list before this one are healthy.
        area: The only one that counts for the tracking; nothing for all of them.
        must: Whether the page must be measured.
        target: Looked up, if the page has one for the kind.
        right: Area and rank of it; or, where nobody can tell, why, as far as the table says.
        other: Has no rank on the page; nothing where that is not known either.
    """

    name: str
    fault: FaultKind | None
    start: int
    key: PageKey
    kind: Kind
    area: str
    must: bool
    target: Target | None
    right: str
    other: Target | None

    def __str__(self) -> str:
        fault = f" {self.fault}{f'@{self.start}' if self.start > 1 else ''}" if self.fault else ""
        return f"{self.name}{fault}"

    @property
    def where(self) -> str:
        return f"{self.key.surface}/{self.key.device}"

    @property
    def what(self) -> str:
        return f"{self.kind}@{self.area}" if self.area else f"{self.kind}"

    @property
    def counting(self) -> ExposureCriteria:
        return ExposureCriteria(areas=frozenset({self.area} - {""}))

    @property
    def reason(self) -> str:
        """What the page is taken for that is not measured."""
        return self.right.removeprefix(_UNMEASURED).removeprefix(":").strip()


def read_rows() -> tuple[Row, ...]:
    return tuple(_rows(_FILE.read_text()))


def _rows(text: str) -> Iterator[Row]:
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            yield _row([cell.strip() for cell in line.split("|")])


def _row(cells: list[str]) -> Row:
    name, fault, surface, device, what, must, target, right, other = cells
    kind, _, area = what.partition("@")
    fault, _, start = fault.partition("@")
    assert must in {"yes", "no"}, cells
    assert right.startswith(_UNMEASURED) == (must == "no"), cells
    keyword = NAMED_PAGES[name].keyword if name in NAMED_PAGES else name
    return Row(
        name=name,
        fault=FaultKind(fault) if fault else None,
        start=int(start or 1),
        key=PageKey(Surface(surface), Device(device), keyword),
        kind=Kind(kind),
        area=area,
        must=must == "yes",
        target=_target(Kind(kind), target),
        right=right,
        other=_target(Kind(kind), other),
    )


def _target(kind: Kind, name: str) -> Target | None:
    if name in {"", "-"}:
        return None
    return Target(kind, _NOBODY[kind] if name == "nobody" else name)
