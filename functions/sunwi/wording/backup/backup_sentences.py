"""What goes wrong with backups, as one Korean sentence for each code of an error."""

from collections.abc import Mapping

#: By code, as `sunwi.wording.error_sentences` has the others.
BACKUP_SENTENCES: Mapping[str, str] = {
    # What makes and reads dumps.
    "client_programs_missing": (
        "PostgreSQL 클라이언트 프로그램(pg_dump, pg_restore, psql)을 쓸 수 없습니다 ({cause}): "
        "postgresql-client를 설치하거나 워커에 맡기세요"
    ),
    "dump_client_too_old": (
        "데이터베이스 서버가 PostgreSQL {server}인데 백업 프로그램은 {client}입니다. 더 새로운 서버는 백업할 수 "
        "없습니다: 서버 버전의 프로그램으로 이미지를 다시 만드세요"
    ),
    "dump_client_mismatch": "{program}이(가) 데이터베이스 서버보다 오래되었습니다: {cause}",
    "dump_certificate_unverified": (
        "{program}이(가) 데이터베이스 서버의 인증서를 확인하지 못했습니다 ({cause}): DATABASE_CA_BUNDLE을 지정하세요"
    ),
    "dump_login_refused": "데이터베이스가 {program}의 로그인을 거절했습니다: 사용자와 비밀번호를 확인하세요 ({cause})",
    "dump_forbidden": "{program}의 로그인에 권한이 없습니다 ({cause}): 권한을 주세요",
    "dump_unreadable": "{program}이(가) 백업을 읽지 못했습니다: {cause}",
    "dump_server_away": "{program} 실행 중에 데이터베이스 연결이 끊겼습니다: {cause}",
    "dump_program_failed": "{program}이(가) 상태 {status}(으)로 실패했습니다: {cause}",
    "dump_program_killed": "{program}이(가) 도중에 종료되었습니다",
    "database_not_copied": "데이터베이스 파일을 복사하지 못했습니다: {cause}",
    # The bucket.
    "backup_not_stored": "백업 {key}을(를) 버킷 {bucket}에 저장하지 못했습니다: {cause:aws}",
    "backup_not_read": "버킷 {bucket}에서 {key}을(를) 읽지 못했습니다: {cause:aws}",
    "backup_missing": (
        "버킷 {bucket}에 {key}이(가) 없거나 읽을 권한이 없습니다: 끝까지 저장되지 않았거나 보관 기간이 지났습니다"
    ),
    "backup_facts_unusable": "백업 {key} 옆에 적힌 내용을 읽을 수 없습니다 ({cause})",
    # A backup, and what is done with it.
    "backup_unknown": "쓸 수 있는 백업 {typed:quote}이(가) 없습니다",
    "backup_under_way": "다른 백업({job_id})이 진행 중이라 그 뒤에 합니다",
    "backup_out_of_time": "{megabytes} MB까지 처리하고 제한 시간이 끝났습니다",
    "backup_unreadable": "저장한 백업 {key}을(를) 다시 읽을 수 없습니다",
    "backup_differs": "저장한 백업 {key}이(가) 보낸 것과 다릅니다 (읽음 {read}바이트, 보냄 {sent}바이트)",
    "backup_broken": (
        "백업 {key}이(가) 저장할 때와 다릅니다 (읽음 {read}바이트, 저장 {stored}바이트): 다른 백업을 쓰세요"
    ),
    "restore_into_itself": "{into:quote}은(는) 지금 쓰는 데이터베이스입니다: 비어 있는 다른 데이터베이스를 쓰세요",
    "restore_without_database": (
        "서버에 데이터베이스 {into:quote}이(가) 없습니다: 로그인 사용자 소유로 비어 있는 데이터베이스를 만드세요"
    ),
    "restore_not_empty": "데이터베이스 {into:quote}이(가) 비어 있지 않습니다: 비어 있는 데이터베이스를 새로 만드세요",
    "restore_of_other_backend": "백업 {key}은(는) {backend}의 것이고 지금 데이터베이스는 {found}입니다",
    "restore_of_other_major": (
        "백업 {key}은(는) PostgreSQL {major}의 것이고 서버는 {found}입니다: 같은 주 버전의 서버에 복원하세요"
    ),
    "restore_of_later_schema": (
        "백업 {key}의 스키마 {revision}을(를) 이 버전이 모릅니다: 백업을 만든 버전이나 그 뒤 버전을 쓰세요"
    ),
    "restore_differs": (
        "복원한 데이터베이스 {into:quote}의 스키마는 {found:or_none}인데 백업은 {revision:or_none}입니다"
    ),
    "database_in_use": (
        "{seconds}초 전에 누군가 이 데이터베이스로 작업했습니다: 스택이 쓰기 전에 실행하고, 방금 만든 백업이면 "
        "{wait_seconds}초 기다리세요"
    ),
}
