"""Save what proves a day of the ledger: its pages as HTML, and their pictures with the tracking's card marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sunwi.domain.proof import Proof
from sunwi.domain.reading import ServedPage
from sunwi.errors import InvalidInput
from sunwi.service.ledger.show_proof import PicturedDay, ShowProof


@dataclass(frozen=True, slots=True)
class SavedPicture:
    """A picture that was saved.

    Attributes:
        page: Number of its page, from 1.
        is_marked: The tracking's card has a border in it.
    """

    path: Path
    page: int
    is_marked: bool


@dataclass(frozen=True, slots=True)
class SavedProof:
    """What was saved of a day.

    Attributes:
        remark: What a reader of the pictures has to know, in Korean: why none has a mark, or why there is none.
    """

    pages: Sequence[Path] = ()
    pictures: Sequence[SavedPicture] = ()
    remark: str = ""

    def as_document(self) -> dict[str, Any]:
        """Write it for programs."""
        return {
            "saved": [str(path) for path in (*self.pages, *(each.path for each in self.pictures))],
            "pictures": [
                {"path": str(each.path), "page": each.page, "marked": each.is_marked} for each in self.pictures
            ],
            "picture_remark": self.remark or None,
        }


def save_proof(show_proof: ShowProof, proof: Proof, folder: Path) -> SavedProof:
    """Save the kept pages and pictures of a day.

    Raises:
        InvalidInput: The folder cannot be written, or nothing was kept.
        ConfigurationError: No bucket is set.
        Retryable: The bucket cannot be reached.
    """
    pages, day = show_proof.pages(proof), show_proof.pictures(proof)
    name = f"{proof.row.tracking_id}-{proof.row.date}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return SavedProof(
            pages=_save_pages(pages, folder, name),
            pictures=_save_pictures(day, proof, folder, name),
            remark=_remark_on(day, proof),
        )
    except OSError as error:
        raise InvalidInput(
            f"the pages cannot be saved in {folder}: {error.strerror}",
            code="folder_unwritable",
            folder=str(folder),
            cause=error.strerror,
        ) from error


def _save_pages(pages: Sequence[ServedPage], folder: Path, name: str) -> list[Path]:
    paths = [folder / f"{name}-{number}.html" for number in range(1, len(pages) + 1)]
    for path, page in zip(paths, pages, strict=True):
        path.write_text(page.html, encoding="utf-8")
    return paths


def _save_pictures(day: PicturedDay, proof: Proof, folder: Path, name: str) -> list[SavedPicture]:
    from sunwi.cli.screens.mark_picture import save_picture  # noqa: PLC0415 - Pillow is heavy, and no image has it

    saved = []
    for number, picture in sorted(day.pictures.items()):
        path = folder / f"{name}-{number}.png"
        marked = day.card.rectangle if day.card is not None and number == day.page else None
        save_picture(picture, path, marked=marked, rank=proof.row.rank or 0)
        saved.append(SavedPicture(path, number, is_marked=marked is not None))
    return saved


def _remark_on(day: PicturedDay, proof: Proof) -> str:
    if not day.pictures:
        return "이 날의 페이지 그림은 없습니다: 보관되지 않았거나 그릴 수 없었습니다"
    if proof.row.rank is None:
        return "미노출: 그림에 표시할 칸이 없습니다"
    if day.card is None:
        return f"{proof.row.rank}위 칸이 보관된 그림에 없어 표시 없이 저장했습니다"
    if day.card.rectangle is None:
        return f"그림에서 {proof.row.rank}위 칸의 위치를 찾지 못해 표시 없이 저장했습니다"
    return ""
