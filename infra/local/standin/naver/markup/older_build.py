"""Areas as Naver drew them in 2025: no area in an attribute, list items, and no mark of a card."""

from html import escape

from infra.local.standin.naver import words
from infra.local.standin.naver.draw import Draw
from infra.local.standin.naver.items import SiteCard, WebPage
from infra.local.standin.naver.markup.elements import encoded
from infra.local.standin.naver.markup.post_card import Slot
from infra.local.standin.naver.markup.tab_rows import listed_row
from infra.local.standin.naver.truth.truth import Area, PageTruth
from sunwi.domain.tracking import Device

#: Behind these rows, from 1, stands a row of further searches.
_JOINS = (2, 5)


def listed_posts(area: Area, truth: PageTruth) -> str:
    """Write posts as list items; rows of further searches between them are list items as well."""
    device = "desk" if truth.device is Device.PC else "mo"
    rows: list[str] = []
    for rank, post in enumerate(area.documents, 1):
        if isinstance(post, WebPage | SiteCard):
            continue
        slot = Slot(kind=area.kind, code=area.code, rank=rank, keyword=truth.keyword, device=device)
        rows += [listed_row(post, slot), _further_searches(truth, rank) if rank in _JOINS else ""]
    return (
        f'<section class="sc_new sp_nreview _fe_view_root _prs_{area.code}"><div class="api_subject_bx"><div '
        f'class="mod_title_area"><div class="title_wrap"><h2 class="title">{escape(truth.keyword)} 인기글</h2></div>'
        f'</div><ul class="lst_view">{"".join(rows)}</ul></div></section>'
    )


def _further_searches(truth: PageTruth, rank: int) -> str:
    draw = Draw("join", truth.keyword, rank)
    links = "".join(
        f'<a href="?where=nexearch&amp;query={encoded(name)}" class="join_link">{escape(name)}</a>'
        for name in (f"{truth.keyword} {words.nickname(draw)}" for _ in range(6))
    )
    return f'<li class="bx type_join"><div class="join_area"><strong>같이 찾아본 말</strong>{links}</div></li>'
