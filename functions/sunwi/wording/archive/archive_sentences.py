"""What goes wrong with the archive and with people, as one Korean sentence for each code of an error."""

from collections.abc import Mapping

#: By code, as `sunwi.wording.error_sentences` has the others.
ARCHIVE_SENTENCES: Mapping[str, str] = {
    # What is asked for.
    "archive_month_unreadable": "{typed:quote}은(는) 달이 아닙니다: 2026-01처럼 쓰세요",
    "archive_table_unknown": "{table:quote} 표는 보관하지 않습니다: {known} 가운데 하나를 쓰세요",
    "archive_month_empty": "{table} 표의 {month}에는 보관한 것이 없습니다",
    "reading_unknown": "데이터베이스에 판독 {reading_id}번이 없습니다",
    "person_unusable": "{typed:quote}은(는) 사람을 가리키지 않습니다: 목록에 보이는 소유자나 이메일 주소를 쓰세요",
    # What is in the way.
    "archive_busy": "지금 다른 곳에서 보관 파일을 쓰고 있습니다: 늦어도 {minutes}분 뒤에 다시 하세요",
    # Files.
    "archive_file_not_kept": "보관 파일 {key}을(를) 버킷 {bucket}에 쓰지 못했습니다: {cause:aws}",
    "archive_file_unreadable": "보관 파일 {key}을(를) 버킷 {bucket}에서 읽지 못했습니다: {cause:aws}",
    "archive_file_not_deleted": "보관 파일 {key}을(를) 버킷 {bucket}에서 지우지 못했습니다: {cause:aws}",
    "archive_file_missing": "보관 파일 {key}이(가) 버킷 {bucket}에 없습니다",
    "archive_file_differs": "버킷 {bucket}의 {key}에 다른 내용이 있어 그대로 두고, 새로 쓰지 않았습니다",
    "archive_file_damaged": "보관 파일 {key}이(가) 쓴 그대로가 아닙니다 (SHA-256 {found}, 원래 {wanted})",
    "archived_content_damaged": (
        "판독 {reading_id}번의 보관된 내용이 저장한 그대로가 아닙니다 (SHA-256 {found}, 원래 {wanted})"
    ),
}
