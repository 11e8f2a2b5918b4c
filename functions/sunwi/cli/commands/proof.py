"""`sunwi trackings proof`: the kept page behind a day of the ledger."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.commands.save_proof import SavedProof, save_proof
from sunwi.cli.container import MAX_ID, JsonOption, open_container
from sunwi.cli.screens.terminal import open_console, show_json
from sunwi.domain.schedule import KST
from sunwi.wording.documents import proof_document
from sunwi.wording.labels import area_words, describe_day
from sunwi.wording.plain_text import plain


def prove(
    ctx: typer.Context,
    tracking_id: Annotated[int, typer.Argument(metavar="ID", min=1, max=MAX_ID, help="Number of a tracking.")],
    *,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="KST date; the latest if left out.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(file_okay=False, help="Folder to save the kept pages and their pictures in.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Name the page that proves a day of the ledger, and save it (증빙 페이지)."""
    container = open_container(ctx)
    proof = container.ledger.show_proof.show(actor_of_cli(), tracking_id, day.date() if day else None)
    saved = save_proof(container.ledger.show_proof, proof, out) if out else SavedProof()
    if as_json:
        show_json({**proof_document(proof), **saved.as_document()})
        return
    console = open_console()
    rank = describe_day(proof.row)
    if proof.row.is_exposed:
        rank = f"{rank} (영역 {area_words(proof.row.area or '')})"
    console.print(plain(f"{proof.row.date} {rank}, {proof.row.depth}개 확인, 조회 {proof.row.looks}회"))
    console.print(plain(f"배치 {proof.run_id}, 수집 {proof.fetched_at.astimezone(KST):%Y-%m-%d %H:%M:%S} KST"))
    console.print(plain(f"페이지 {proof.final_url}"))
    console.print(plain(f"보관 {proof.evidence_key or '없음'} (판독기 {proof.parser_version})"))
    for path in saved.pages:
        console.print(plain(f"저장 {path}"))
    for picture in saved.pictures:
        mark = f" ({proof.row.rank}위 칸 표시)" if picture.is_marked else ""
        console.print(plain(f"저장 {picture.path}{mark}"))
    if saved.remark:
        console.print(plain(saved.remark))
