import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.actor import SYSTEM
from sunwi.domain.exposure_criteria import ANY_AREA, ExposureCriteria
from sunwi.domain.tracking import Device, Surface, TrackingStatus
from sunwi.service.trackings.import_trackings import ImportReport, ImportTrackings
from sunwi.service.trackings.manage_trackings import ManageTrackings
from sunwi.testing import InMemorySpreadsheets, ManualClock
from tests.examples import NIGHT

HEADER = "유형,키워드,대상 URL,광고주\n"
PLACE = "플레이스,강남역 맛집,https://map.naver.com/p/entry/place/1648862917,가나식당\n"
BLOG = "블로그,강남역 맛집,https://blog.naver.com/writer/223000000001,가나식당\n"
SAME_BLOG = "blog,강남역 맛집,m.blog.naver.com/writer/223000000001,가나식당\n"
BAD = "병원,,https://blog.naver.com/writer/223000000001,=1+1\n"


@pytest.fixture
def store(sqlite_engine: Engine) -> SqlStore:
    return SqlStore(sqlite_engine)


def import_text(store: SqlStore, text: str, *, partial: bool = False) -> ImportReport:
    imports = ImportTrackings(store=store, clock=ManualClock(NIGHT), spreadsheets=InMemorySpreadsheets())
    return imports.import_file(SYSTEM, text.encode(), partial=partial)


def count(store: SqlStore) -> int:
    with store.read() as tx:
        return len(tx.trackings.list())


def test_good_rows_are_stored_with_their_lines(store: SqlStore) -> None:
    report = import_text(store, HEADER + PLACE + BLOG)
    assert [(row.line, row.tracking_id) for row in report.imported] == [(2, 1), (3, 2)]
    with store.read() as tx:
        blog = tx.trackings.get(2)
    assert blog is not None
    assert (blog.target.id, blog.client, blog.device) == ("blog:writer/223000000001", "가나식당", Device.PC)
    assert blog.created_at == NIGHT


def test_one_bad_row_stores_nothing(store: SqlStore) -> None:
    report = import_text(store, HEADER + PLACE + BAD)
    assert (list(report.imported), [error.line for error in report.errors]) == ([], [3])
    assert count(store) == 0


def test_every_problem_of_a_row_is_named(store: SqlStore) -> None:
    [error] = import_text(store, HEADER + BAD).errors
    assert "the kind (유형) '병원' is not known" in error.message
    assert "the keyword is empty" in error.message
    assert "would run as a formula" in error.message


def test_partial_stores_the_good_rows_and_reports_the_bad(store: SqlStore) -> None:
    report = import_text(store, HEADER + BAD + PLACE, partial=True)
    assert ([row.line for row in report.imported], [error.line for error in report.errors]) == ([3], [2])
    assert count(store) == 1


def test_rows_that_cannot_be_split_stop_an_import_too(store: SqlStore) -> None:
    report = import_text(store, HEADER + PLACE + "플레이스,짧다\n" + BAD)
    assert [error.line for error in report.errors] == [3, 4]
    assert count(store) == 0


def test_the_same_post_under_another_address_is_a_double(store: SqlStore) -> None:
    report = import_text(store, HEADER + BLOG + SAME_BLOG)
    assert [(double.line, double.same_as_line) for double in report.duplicates] == [(3, 2)]
    assert count(store) == 1


def test_what_is_stored_already_is_reported_with_its_number_and_status(store: SqlStore) -> None:
    import_text(store, HEADER + PLACE + BLOG)
    ManageTrackings(store=store, clock=ManualClock(NIGHT)).set_status(SYSTEM, [2], TrackingStatus.ENDED)
    report = import_text(store, HEADER + SAME_BLOG)
    [double] = report.duplicates
    assert double.stored is not None
    assert (double.line, double.stored.id, double.stored.status) == (2, 2, TrackingStatus.ENDED)
    assert not report.imported


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        ("블로그,맛집,https://example.com/a/1,", "which is not Naver"),
        ("블로그,맛집,https://cafe.naver.com/club/77,", "choose kind cafe"),
        ("블로그,맛집,,", "the link is empty"),
        ("블로그,=HYPERLINK(1),https://blog.naver.com/writer/1,", "the keyword (키워드)"),
        ("블로그,맛집,https://blog.naver.com/writer/223000000001,@import", "the client (광고주)"),
        ("블로그,맛집,https://blog.naver.com/writer/223000000001," + "가" * 256, "256 characters"),
        ("블로그,맛집,https://blog.naver.com/writer/223000000001,가\u200b나", "U+200B"),
    ],
)
def test_a_cell_that_cannot_be_used_says_what_is_wrong_with_it(store: SqlStore, row: str, wanted: str) -> None:
    [error] = import_text(store, HEADER + row).errors
    assert wanted in error.message


@pytest.mark.parametrize(
    ("column", "cell", "wanted"),
    [
        ("화면", "카페탭", "the cafe_tab surface (화면) never shows a blog: use integrated, or kind cafe"),
        ("화면", "뉴스", "the surface (화면) '뉴스' is not known"),
        ("기기", "시계", "the device (기기) '시계' is not known"),
        ("좌표", '"127.0,37.5"', "leave the location (좌표) empty, or use place_list"),
    ],
)
def test_what_cannot_be_measured_is_refused(store: SqlStore, column: str, cell: str, wanted: str) -> None:
    text = f"유형,키워드,대상 URL,{column}\n블로그,맛집,https://blog.naver.com/writer/223000000001,{cell}\n"
    [error] = import_text(store, text).errors
    assert wanted in error.message


def test_a_keyword_may_start_with_a_sign_that_computes_nothing(store: SqlStore) -> None:
    report = import_text(store, HEADER + "블로그,-5kg 다이어트,https://blog.naver.com/writer/223000000001,\n")
    assert len(report.imported) == 1


def test_thousands_of_rows_are_stored_and_found_again(store: SqlStore) -> None:
    rows = "".join(f"블로그,키워드 {i},https://blog.naver.com/writer/{223000000000 + i},\n" for i in range(2500))
    assert len(import_text(store, HEADER + rows).imported) == 2500
    again = import_text(store, HEADER + rows)
    assert [double.stored.id for double in again.duplicates if double.stored] == list(range(1, 2501))


def test_coordinates_go_with_the_place_list(store: SqlStore) -> None:
    text = (
        "유형,키워드,대상 URL,화면,좌표\n"
        '플레이스,맛집,https://m.place.naver.com/restaurant/1234567890,플레이스목록,"126.9784, 37.5666"\n'
    )
    [imported] = import_text(store, text).imported
    with store.read() as tx:
        stored = tx.trackings.get(imported.tracking_id)
    assert stored is not None
    assert (stored.surface, stored.location) == (Surface.PLACE_LIST, "126.9784,37.5666")


def test_areas_and_bundles_are_optional_columns(store: SqlStore) -> None:
    header = "유형,키워드,대상 URL,집계 영역,묶음\n"
    url = "https://blog.naver.com/writer/22300000000"
    counted = ['"인기글, ugB_b1R*c",예', ",", "스마트블록/단독글,아니오"]
    rows = "".join(f"블로그,맛집,{url}{number},{cells}\n" for number, cells in enumerate(counted))
    assert len(import_text(store, header + rows).imported) == 3
    with store.read() as tx:
        stored = [tracking.counting for tracking in tx.trackings.list()]
    assert stored == [
        ExposureCriteria(frozenset({"popular_posts", "ugB_b1R"}), bundled=True),
        ANY_AREA,
        ExposureCriteria(frozenset({"smart_blocks", "single_boxes"})),
    ]


def test_a_bad_area_is_named_with_its_line_and_column(store: SqlStore) -> None:
    header = "유형,키워드,대상 URL,영역,묶음\n"
    row = "블로그,맛집,https://blog.naver.com/writer/223000000001,인기블록,아마\n"
    [error] = import_text(store, header + row).errors
    assert error.line == 2
    assert (
        "the area (영역) '인기블록' is not known: use 플레이스 (place_block), 인기글 (popular_posts)" in error.message
    )
    assert "the bundled (묶음) '아마' is neither yes nor no" in error.message


def test_rows_that_differ_only_in_what_counts_are_doubles_and_say_so(store: SqlStore) -> None:
    header = "유형,키워드,대상 URL,영역\n"
    row = "블로그,맛집,https://blog.naver.com/writer/223000000001,{}\n"
    first = import_text(store, header + row.format("인기글") + row.format("") + row.format("인기글"))
    assert [(double.line, double.counts_otherwise) for double in first.duplicates] == [(3, True), (4, False)]
    [again] = import_text(store, header + row.format("단독글")).duplicates
    assert again.stored is not None
    assert (again.counts_otherwise, again.stored.counting) == (True, ExposureCriteria(frozenset({"popular_posts"})))


def test_a_target_under_another_client_is_stored_and_told(store: SqlStore) -> None:
    other = PLACE.replace("가나식당", "다라식당")
    assert not import_text(store, HEADER + PLACE).shared
    report = import_text(store, HEADER + BLOG + other + BLOG.replace("가나식당", "마바식당") + PLACE)
    assert [row.line for row in report.imported] == [2, 3, 4]
    assert [(row.line, row.other.id, row.other.client) for row in report.shared] == [
        (3, 1, "가나식당"),
        (4, 2, "가나식당"),
    ]


def test_another_device_or_keyword_of_the_same_target_is_no_slip(store: SqlStore) -> None:
    header = "유형,키워드,대상 URL,기기,광고주\n"
    row = "블로그,{},https://blog.naver.com/writer/223000000001,{},{}\n"
    rows = row.format("맛집", "", "가") + row.format("맛집", "모바일", "나") + row.format("술집", "", "다")
    assert not import_text(store, header + rows).shared
