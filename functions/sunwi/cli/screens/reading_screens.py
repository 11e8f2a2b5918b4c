"""What `sunwi serp` and `sunwi rank` print for people."""

from sunwi.cli.screens.terminal import add_row, new_table, open_console
from sunwi.domain.exposure_criteria import ANY_AREA
from sunwi.domain.matching import MatchedBy
from sunwi.domain.outcome import Exposed, NotExposed, NotMeasured
from sunwi.domain.reading import PageReading, PageVerdict, Presence
from sunwi.domain.tracking import Kind, PageKey
from sunwi.service.pages.look_up_target import Lookup
from sunwi.wording.failure_words import outcome_words
from sunwi.wording.labels import DEVICES, KINDS, SURFACES, area_words, counting_words
from sunwi.wording.plain_text import plain
from sunwi.wording.reading_documents import entries_of, left_out_of

_VERDICTS = {
    PageVerdict.RECOGNISED: "읽음",
    PageVerdict.RECOGNISED_EMPTY: "검색 결과 없음",
    PageVerdict.BLOCKED: "차단됨",
    PageVerdict.LOGIN_WALL: "로그인 요구",
    PageVerdict.LAYOUT_UNKNOWN: "알 수 없는 화면",
    PageVerdict.TRUNCATED: "잘린 페이지",
    PageVerdict.UNRENDERED: "목록이 그려지지 않은 페이지",
}
_PRESENCES = {Presence.PRESENT: "있음", Presence.ABSENT: "없음", Presence.SUSPECT: "의심 (상태와 화면이 다름)"}
_REASONS = {"ad": "광고", "new_opening": "새로 오픈", "not_shown": "화면에 없음", "recommended": "추천"}


def show_reading(reading: PageReading, *, kind: Kind, keyword: str | None, lookup: Lookup | None) -> None:
    """Print verdict, evidence, entries and what was left out, and the outcome if there is a target."""
    console = open_console()
    where = f"{SURFACES[reading.surface]} {DEVICES[reading.device]}, {KINDS[kind]}, 키워드 {keyword or '-'}"
    console.print(plain(where))
    console.print(f"판독: {_VERDICTS[reading.verdict]} ({reading.verdict})")
    for fact in reading.evidence:
        console.print(f"  · {plain(fact)}")
    presence = reading.presence.get(kind)
    if presence is not None:
        console.print(f"{KINDS[kind]}: {_PRESENCES[presence]}, {reading.depth.get(kind, 0)}칸 확인")
    for line in _describe_limits(reading, kind):
        console.print(plain(line))
    if entries := entries_of(reading, kind):
        table = new_table("영역", "순위", "페이지 순위", "대상*", "제목*")
        for card in entries:
            add_row(table, card.area, card.rank, card.page_rank, card.id, card.title)
        console.print(table)
    if left_out := left_out_of(reading, kind):
        table = new_table("순위 없음*", "사유", title="제외")
        for row in left_out:
            add_row(table, row.id, _REASONS.get(row.reason, row.reason))
        console.print(table)
    if lookup is not None:
        console.print(f"{plain(lookup.target.id)}: {describe_outcome(lookup)}")


def _describe_limits(reading: PageReading, kind: Kind) -> list[str]:
    """Describe which cards make the kind suspect, and what lies behind the last one."""
    lines = [
        f"  의심: {doubt.area or '-'} {doubt.card} ({doubt.reason})" for doubt in reading.doubts if doubt.kind is kind
    ]
    return lines if reading.beyond is None else [*lines, f"그 뒤의 순위는 볼 수 없음: {_VERDICTS[reading.beyond]}"]


def show_rank(lookup: Lookup, key: PageKey) -> None:
    """Print where a target stands now."""
    console = open_console()
    place = f", 좌표 {key.location}" if key.location else ""
    where = f"{SURFACES[key.surface]} {DEVICES[key.device]}{place}, 키워드 {key.keyword}"
    console.print(plain(f"{where}, {KINDS[lookup.target.kind]} {lookup.target.id}"))
    if lookup.counting != ANY_AREA:
        console.print(plain(f"집계 {counting_words(lookup.counting)}"))
    console.print(describe_outcome(lookup))


def describe_outcome(lookup: Lookup) -> str:
    """Describe an outcome in one line, with what else ties a card to the target."""
    match lookup.outcome:
        case Exposed() as found:
            how = ", 다른 글의 칸에 묶인 링크" if found.matched_by is MatchedBy.BUNDLED else ""
            said = f"노출 {found.rank}위 (영역 {area_words(found.area)}, 페이지 {found.page_rank}번째{how})"
            others = [area_words(area) for area in found.areas if area != found.area]
            return plain(f"{said}, 다른 영역에도 노출: {', '.join(others)}" if others else said)
        case NotExposed() as missed:
            checked = "해당 영역이 없음" if missed.block_absent and not missed.depth else f"{missed.depth}개까지 확인"
            return plain(f"미노출 ({checked}){_describe_near(lookup)}")
        case NotMeasured() as failed:
            return f"미측정: {outcome_words(failed)}"


def _describe_near(lookup: Lookup) -> str:
    match = lookup.match
    if match is None or match.matched_by is MatchedBy.OWN:
        return ""
    where = f"{area_words(match.card.area)} {match.card.rank}위"
    if match.matched_by is MatchedBy.ELSEWHERE:
        return f", 집계하지 않는 영역에 노출: {where}"
    if match.matched_by is MatchedBy.BUNDLED:
        return f", 다른 글의 칸에 묶여 있음: {where}"
    return f", 같은 작성자의 다른 글: {where} ({match.card.id})"
