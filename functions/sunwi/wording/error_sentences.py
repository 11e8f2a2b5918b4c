"""What went wrong, as one Korean sentence for each code of an error."""

from collections.abc import Callable, Mapping

from sunwi.wording.accounts.account_sentences import ACCOUNT_SENTENCES
from sunwi.wording.archive.archive_sentences import ARCHIVE_SENTENCES
from sunwi.wording.backup.backup_sentences import BACKUP_SENTENCES
from sunwi.wording.jobs.job_sentences import JOB_SENTENCES
from sunwi.wording.notices.channel_sentences import CHANNEL_SENTENCES
from sunwi.wording.notices.notice_sentences import NOTICE_SENTENCES
from sunwi.wording.schedules.schedule_sentences import SCHEDULE_SENTENCES
from sunwi.wording.setting_words import setting_words
from sunwi.wording.sign_in.sign_in_sentences import SIGN_IN_SENTENCES
from sunwi.wording.trackings.tracking_sentences import TRACKING_SENTENCES
from sunwi.wording.vendor_words import database_words
from sunwi.wording.web.web_sentences import WEB_SENTENCES

_SAVE_AS = "암호 없이 Excel 통합 문서(.xlsx)나 CSV UTF-8로 저장하세요"

#: By code: a sentence whose `{}` fields are an error's, or what builds one of them. `sunwi.wording.error_words` has the
#: words after a field's colon. What only one interface can do about it is worded there.
SENTENCES: Mapping[str, str | Callable[..., str]] = {
    # Settings.
    "setting_missing": "{setting} 설정이 없습니다",
    "setting_unusable": setting_words,
    "environment_file_missing": "설정 파일 {path}이(가) 없습니다",
    "environment_file_unreadable": (
        "설정 파일 {path}을(를) 읽을 수 없습니다: 한 줄에 하나씩 NAME=value 로, UTF-8로 쓰세요"
    ),
    "schedule_hour_unusable": "CRAWL_SCHEDULE_HOUR 값 {hour}은(는) 쓸 수 없습니다: 0부터 23까지의 시(KST)를 쓰세요",
    "schedule_minute_unusable": "CRAWL_SCHEDULE_MINUTE 값 {minute}은(는) 쓸 수 없습니다: 0부터 59까지의 분을 쓰세요",
    "schedule_passes_midnight": (
        "{hour:02d}:{minute:02d} KST에 시작해 CRAWL_BATCH_TIMEOUT={seconds}초까지 걸리는 배치는 자정을 넘길 수 "
        "있습니다: 더 일찍 시작하거나 (CRAWL_SCHEDULE_HOUR, CRAWL_SCHEDULE_MINUTE) {longest_seconds}초 이하로 "
        "줄이세요"
    ),
    "page_timeout_too_short": (
        "CRAWLER_TIMEOUT_SECONDS={crawler_timeout_seconds}에서 CRAWL_DELAY_SECONDS={crawl_delay_seconds:g}의 쉬는 "
        "시간과 시작, 저장에 드는 시간을 빼면 페이지에 {page_timeout_seconds:.1f}초가 남습니다: 앞의 값을 올리거나 "
        "뒤의 값을 내리세요"
    ),
    "depth_out_of_reach": (
        "{setting}={depth}은(는) {pages}쪽이고 CRAWL_DELAY_SECONDS={delay_seconds:g} 간격으로 {needed_seconds}초가 "
        "걸려, CRAWLER_TIMEOUT_SECONDS={crawler_timeout_seconds:.0f} 안에 읽을 수 없습니다: CRAWLER_TIMEOUT_SECONDS를 "
        "{needed_seconds} 이상으로 올리거나, CRAWL_DELAY_SECONDS를 내리거나, {setting}을(를) {fewer} 이하로 내리세요"
    ),
    "circuit_pauses_reversed": (
        "CIRCUIT_PAUSE_SECONDS={first}이(가) 가장 긴 쉬는 시간 CIRCUIT_MAX_PAUSE_SECONDS={longest}보다 깁니다: 뒤의 "
        "값을 올리거나 앞의 값을 내리세요"
    ),
    "evidence_differs": (
        "버킷 {bucket}의 {name}에 다른 내용(SHA-256 {kept})이 있어 그대로 두고, 새 내용({offered})은 쓰지 않았습니다"
    ),
    "canary_keyword_unusable": "CANARY_KEYWORDS={text!r} 값을 쓸 수 없습니다: {error:error}",
    "canary_keywords_too_many": "CANARY_KEYWORDS의 키워드가 {count}개입니다: 최대 {most}개까지 쓰세요",
    "evidence_bucket_not_set": "EVIDENCE_BUCKET 설정이 없습니다: 스택의 버킷(출력)으로 지정하세요",
    "evidence_not_kept": "보관하는 페이지가 없습니다: EVIDENCE_BUCKET을 스택의 증빙 버킷으로 지정하세요",
    "queue_not_set": "{setting} 설정이 없습니다: 대기열의 URL(스택의 출력)로 지정하세요",
    "queue_of_message_unknown": (
        "대기열 {queue}은(는) CRAWL_QUEUE_URL도 EXPRESS_QUEUE_URL도 아닙니다: 두 설정을 확인하세요"
    ),
    "database_not_set": "데이터베이스가 설정되지 않았습니다",
    "browser_missing": (
        "브라우저를 찾을 수 없습니다 ({executable:or_none}): Debian의 chromium-headless-shell을 설치하거나 "
        "BROWSER_EXECUTABLE을 지정하세요"
    ),
    "browser_not_started": (
        "브라우저를 시작하지 못했습니다 ({executable:or_none}): 계속되면 메모리와 임시 폴더를 확인하세요"
    ),
    # Owners, tags and terms, workbooks.
    "clients_of_two_agencies": (
        "광고주 {kept_id}번과 {other_id}번은 업체가 다릅니다 ({kept_agency}, {other_agency}): 같은 업체라면 "
        "업체를 먼저 합치세요"
    ),
    "cursor_unusable": "이 목록의 이어보기 값이 아닙니다: 값을 받은 목록과 같은 정렬로 다시 실행하세요",
    "owner_named_twice": "{owner_id}번이 두 번 쓰였습니다: 남길 번호와 합칠 번호를 차례로 쓰세요",
    "threshold_unusable": "{threshold:threshold} 값 {value}은(는) 쓸 수 없습니다: {least}부터 {most}까지의 수를 쓰세요",
    "events_limit_unusable": "변화는 한 번에 1건부터 {most}건까지 볼 수 있습니다: {limit}건은 볼 수 없습니다",
    "owner_unknown": "{owner_id}번이 없습니다: 목록에서 번호를 확인하세요",
    "tag_is_formula": "태그 {tag:quote}: 스프레드시트에서 수식으로 실행됩니다. 첫 기호를 빼고 쓰세요",
    "session_days_unusable": "회차 일수 {text:quote}: 한 회차에 파는 노출일 수를 {least}~{most} 사이의 숫자로 쓰세요",
    "target_rank_unusable": "목표 순위 {text:quote}: 1~{most} 사이의 숫자로 쓰거나 비워 두세요",
    "session_days_fixed": (
        "추적 {tracking_id}번은 {session_days}일 회차로 기록이 있습니다 (최근 {last}). 회차 일수는 첫 기록 뒤에 "
        "바꿀 수 없습니다: 다르게 팔려면 종료하고 다른 광고주 이름으로 새로 등록하세요"
    ),
    "tag_empty": "태그가 비어 있습니다: 낱말을 쓰세요",
    "tag_too_long": "태그 {tag:quote}: {length}자입니다. 최대 {most}자까지 쓰세요",
    "tag_has_invisible_character": "태그 {tag:quote}: 보이지 않는 글자 {character}이(가) 있습니다. 지우세요",
    "tags_too_many": "추적 하나의 태그가 {count}개로 너무 많습니다: 최대 {most}개까지 쓰세요",
    "file_without_sheets": "CSV 파일에는 시트가 없습니다: {sheet}을(를) 빼세요",
    "cells_computed": "{columns} 칸이 수식이거나 오류 값입니다: 값으로 붙여 넣으세요",
    "workbook_too_large": f"파일이 너무 큽니다 ({{size}}): {_SAVE_AS}",
    "workbook_unpacks_too_large": f"파일이 풀었을 때 너무 큽니다 ({{size}}): {_SAVE_AS}",
    "workbook_encrypted": f"파일이 암호로 보호되어 있습니다: {_SAVE_AS}",
    "workbook_of_excel_97": f"파일이 엑셀 97~2003 형식(.xls)입니다: {_SAVE_AS}",
    "workbook_binary": f"파일이 이진 통합 문서(.xlsb)입니다: {_SAVE_AS}",
    "workbook_opendocument": f"파일이 오픈도큐먼트(.ods) 파일입니다: {_SAVE_AS}",
    "workbook_is_zip": f"파일이 zip 파일이고 엑셀 통합 문서가 아닙니다: {_SAVE_AS}",
    "workbook_damaged": f"파일이 손상되어 읽을 수 없습니다: {_SAVE_AS}",
    "workbook_shows_no_sheet": "보이는 시트가 없습니다: 읽을 시트의 숨기기를 취소하거나 시트 이름을 지정하세요",
    "sheet_unknown": "시트 {sheet}이(가) 없습니다: {known} 가운데 하나를 쓰세요",
    "sheet_too_long": "시트가 {most}행을 넘습니다: 나누어 등록하세요",
    # Addresses that people enter.
    "address_of_other_scheme": "주소 {typed:quote}: {scheme}:// 주소를 쓰세요",
    "address_names_user": "주소 {typed:quote}: 사용자와 비밀번호를 빼세요",
    "address_of_other_port": "주소 {typed:quote}: 포트는 {port}만 쓸 수 있습니다",
    "address_of_refused_host": "주소 {typed:quote}: {problem:error}",
    "host_is_number": "호스트 {host:quote}: 숫자 주소는 쓸 수 없습니다. 서버 이름을 쓰세요",
    "host_not_public": "호스트 {host:quote}: 공개된 서버 이름이 아닙니다. www.naver.com 처럼 쓰세요",
    "address_unreadable": "주소 {typed:quote}: 웹 주소가 아닙니다",
    "address_malformed": "주소 {typed:quote}: 웹 주소가 아닙니다",
    "address_sends_on": "{url:quote}: 주소가 다른 주소로 계속 이어집니다. 마지막 주소를 쓰세요",
    "address_unreachable": "{url:quote}에 연결할 수 없습니다: 잠시 뒤 다시 해 보세요",
    "host_not_found_now": "호스트 {host:quote}의 주소를 찾을 수 없습니다: 철자를 확인하고 잠시 뒤 다시 해 보세요",
    "host_not_found": "호스트 {host:quote}의 주소를 찾을 수 없습니다: 철자를 확인하세요",
    "host_leads_inside": "호스트 {host:quote}: 공개되지 않은 주소 {inner}(으)로 이어집니다. 다른 주소를 쓰세요",
    "site_host_unusable": "사이트 {site}의 호스트 {host:quote}: 영문 소문자로 쓰세요",
    "site_address_unusable": "사이트 {site}의 호스트 {host:quote}: {ip_address:quote} 주소는 쓸 수 없습니다",
    # AWS.
    "aws_unusable": "AWS를 쓸 수 없습니다: {cause:aws}",
    "alarm_not_sent": "알림 {alarm} ({subject})을(를) 보내지 못했습니다: {cause:aws}",
    "pages_not_kept": "{key} 페이지를 버킷 {bucket}에 보관하지 못했습니다: {cause:aws}",
    "pictures_not_kept": "{evidence_key} 그림을 버킷 {bucket}에 보관하지 못했습니다: {cause:aws}",
    "pages_unreadable": "버킷 {bucket}에서 {evidence_key} 페이지를 읽지 못했습니다: {cause:aws}",
    "pictures_unreadable": "버킷 {bucket}에서 {evidence_key} 그림을 읽지 못했습니다: {cause:aws}",
    "evidence_missing": "버킷 {bucket}에 {evidence_key} 페이지가 없습니다: 보관 기간이 지났을 수 있습니다",
    "messages_not_sent": "배치 {run_id}의 메시지를 대기열 {url}에 보내지 못했습니다: {cause:aws}",
    "messages_refused": "대기열이 메시지 {messages}건 중 {refused}건을 거절했습니다",
    "message_not_postponed": "메시지 {message_id}을(를) 미루지 못했습니다: {cause:aws}",
    "queue_unreachable": "대기열 {url}에 연결할 수 없습니다: {cause:aws}",
    "queue_state_unknown": "대기열 {url}의 상태를 알 수 없습니다: {cause:aws}",
    "queue_without_dlq": "대기열 {url}에 DLQ가 없습니다: 템플릿을 그대로 배포하세요",
    "dlq_has_redrive_policy": (
        "DLQ {url}에 redrive 정책이 있어 메시지를 보기만 해도 옮겨질 수 있습니다: 그 정책을 지우세요"
    ),
    "redrive_of_queue_under_way": "{queue}의 메시지를 이미 옮기고 있습니다 ({total}건 중 {moved}건)",
    "redrive_of_all_under_way": "SQS가 DLQ의 메시지를 모두 옮기고 있습니다 (지금까지 {moved}건)",
    "redrive_not_started": "{queue}의 SQS 이동을 시작하지 못했습니다: {cause:aws}",
    "redrive_not_found": "SQS 이동을 시작했지만 상태를 찾을 수 없습니다",
    "redrive_not_cancelled": "SQS 이동을 중지하지 못했습니다. 이미 끝났을 수 있습니다: {cause:aws}",
    "redrive_state_unknown": "{queue}의 SQS 이동 상태를 알 수 없습니다: {cause:aws}",
    "state_machine_state_unknown": "상태 머신 {arn}의 상태를 알 수 없습니다: {cause:aws}",
    "execution_not_started": "배치 {run_id}의 상태 머신 실행을 시작하지 못했습니다: {cause:aws}",
    "execution_state_unknown": "상태 머신 실행 {execution}의 상태를 알 수 없습니다: {cause:aws}",
    "job_not_started": "작업 {job_id}의 시도 {generation}을(를) 시작하지 못했습니다: {cause:aws}",
    "job_file_not_kept": "{key} 파일을 버킷 {bucket}에 보관하지 못했습니다: {cause:aws}",
    "job_file_unreadable": "버킷 {bucket}에서 {key} 파일을 읽지 못했습니다: {cause:aws}",
    "job_file_missing": "버킷 {bucket}에 {key} 파일이 없거나 읽을 권한이 없습니다: 보관 기간이 지났을 수 있습니다",
    # The database.
    "database_url_unusable": (
        "DATABASE_URL이 데이터베이스 주소가 아닙니다: sqlite:///FILE 이나 postgresql://… 로 쓰세요"
    ),
    "database_unsupported": "DATABASE_URL의 {backend!r}은(는) 쓸 수 없습니다: sqlite나 postgresql을 쓰세요",
    "database_url_without_user": "DATABASE_URL에 사용자가 없습니다: postgresql://USER:PASSWORD@HOST/NAME 으로 쓰세요",
    "database_parameter_unknown": (
        "DATABASE_URL의 매개변수 {parameter!r}을(를) 알 수 없습니다: sslmode만 쓸 수 있습니다"
    ),
    "sslmode_unusable": "DATABASE_URL의 sslmode={mode}은(는) 쓸 수 없습니다: verify-full(기본값)이나 disable로 쓰세요",
    "ca_bundle_unusable": "DATABASE_CA_BUNDLE의 {path}은(는) 인증서 파일이 아닙니다: PEM 파일을 지정하세요",
    "certificate_unverified": (
        "데이터베이스 {host}:{port}의 인증서를 확인할 수 없습니다: 인증 기관의 파일을 DATABASE_CA_BUNDLE로 "
        "지정하고, 인증서에 있는 호스트 이름을 쓰세요"
    ),
    "tls_refused": (
        "데이터베이스 {host}이(가) TLS를 거절합니다: 서버에서 TLS를 켜거나, 믿을 수 있는 망이면 DATABASE_TLS=off로 "
        "설정하세요"
    ),
    "tls_required": (
        "데이터베이스 {server}은(는) TLS 연결만 받습니다: DATABASE_TLS=on으로 설정하고, 시스템에 없는 인증 "
        "기관이면 DATABASE_CA_BUNDLE도 지정하세요"
    ),
    "iam_login_unusable": (
        "DATABASE_IAM_LOGIN 값 {login!r}을(를) 쓸 수 없습니다: RESOURCE/USER 꼴로 쓰세요 (예: "
        "cluster-ABCDEFGHIJKL/sunwi_app)"
    ),
    "iam_login_without_tls": (
        "DATABASE_IAM_LOGIN의 토큰은 암호화하지 않고 보낼 수 없습니다: DATABASE_TLS=on으로 설정하세요"
    ),
    "iam_token_not_signed": "DATABASE_IAM_LOGIN 로그인에 쓸 토큰을 만들 수 없습니다: {cause:aws}",
    "secret_unreadable_now": "보안 암호 {secret} (DATABASE_SECRET_ARN)을(를) 지금 읽을 수 없습니다: {cause:aws}",
    "secret_unreadable": "보안 암호 {secret} (DATABASE_SECRET_ARN)을(를) 읽을 수 없습니다: {cause:aws}",
    "secret_malformed": "보안 암호 {secret}이(가) JSON 객체가 아니거나 port가 숫자가 아닙니다: RDS처럼 쓰세요",
    "secret_incomplete": (
        "보안 암호 {secret}에 {missing:join}이(가) 없습니다: 채워 넣으세요 (호스트는 DATABASE_HOST로도 됩니다)"
    ),
    "database_connections_used_up": database_words,
    "database_unusable": database_words,
    "database_unreachable": database_words,
    "database_conflict": database_words,
    "database_stopped_answering": "데이터베이스가 더 이상 응답하지 않습니다. 다시 하세요",
    "database_value_unusable": (
        "데이터베이스가 담을 수 없는 값입니다 ({sqlstate}): 줄이거나 보이지 않는 글자를 지우세요"
    ),
    "text_unstorable": "입력한 글 {text!a}에 글자가 아닌 {half}이(가) 있습니다: 지우세요",
    "schema_revision_unknown": (
        "이 버전에는 스키마 {revision}이(가) 없습니다 (최신 {newest}): 템플릿과 이미지를 함께 배포하세요 (make deploy)"
    ),
    "schema_ahead": "데이터베이스의 스키마 {current}은(는) 더 새로운 버전의 것입니다: 새 버전의 sunwi 를 쓰세요",
    "schema_behind": "스키마가 최신이 아닙니다 (현재 {current:or_none}, 필요 {needed})",
    # Runs.
    "run_unknown": "배치 {run_id:quote}이(가) 없습니다",
    "run_ids_taken": "같은 순간에 시작된 배치가 많아 번호를 정하지 못했습니다: 잠시 뒤 다시 시작하세요",
    "run_closed_already": "배치 {run_id}은(는) 이미 {closed_at}에 끝났습니다",
    "run_unbalanced": (
        "배치 {run_id}의 합계가 맞지 않습니다: 전체 {expected} ≠ 성공 {succeeded} + 실패 {failed} + 취소 "
        "{cancelled} + 기한 초과 {expired}"
    ),
    "run_partly_sent": "배치 {run_id}의 메시지를 다 보내지 못했습니다 ({error:error}): 나머지는 상태 머신이 보냅니다",
    "executions_used_up": "배치 {run_id}의 상태 머신 실행 {executions}번이 모두 끝났습니다: AWS 콘솔에서 확인하세요",
    "retries_refused": "대기열이 메시지 {messages}건 중 {refused}건을 거절했습니다",
    "event_too_old": "{event_time:kst} KST의 정기 이벤트는 너무 오래되었습니다",
    "event_of_the_future": "{event_time:kst} KST의 정기 이벤트는 아직 오지 않은 시각의 것입니다",
    "event_of_another_day": "{event_time:kst} KST의 정기 이벤트는 오늘({today})이 아닌 {day}의 것입니다",
    "day_yet_to_come": "{day}은(는) 아직 오지 않은 날입니다: {today} 또는 그 전의 날짜를 쓰세요",
    "date_unreadable": "{typed:quote}: 날짜가 아닙니다. 2026-01-02 처럼 쓰세요",
    # Trackings, and what is typed of one.
    "tracking_unknown": "추적 {tracking_id}번이 없습니다",
    "tracking_ended": "추적 {tracking_id}번은 종료되었습니다",
    "tracking_paused": "추적 {tracking_id}번은 중지되어 있습니다",
    "trackings_not_measurable": "추적 {count}건이 없거나 진행 상태가 아닙니다 ({first_ids})",
    "tracking_never_measured": "추적 {tracking_id}번은 아직 측정되지 않아 보여 줄 순위 이력이 없습니다",
    "day_not_measured": "추적 {tracking_id}번은 {day}에 측정되지 않아 보여 줄 순위 이력이 없습니다",
    "pages_of_day_not_kept": "추적 {tracking_id}번의 {date} 페이지는 보관되지 않았습니다",
    "keyword_empty": "키워드가 비어 있습니다: 고객이 검색하는 말을 쓰세요",
    "keyword_too_long": "키워드가 {length}자입니다: 최대 {longest}자까지 쓰세요",
    "keyword_has_invisible": "키워드 {keyword:quote}: 보이지 않는 글자 {character}이(가) 있습니다. 지우세요",
    "word_unknown": "{field:field} {typed:quote}: 알 수 없는 값입니다. {known} 가운데 하나를 쓰세요",
    "name_too_long": "{field:field}: {length}자입니다. 최대 {longest}자까지 쓰세요",
    "name_has_invisible": "{field:field} {name:quote}: 보이지 않는 글자 {character}이(가) 있습니다. 지우세요",
    "text_is_formula": "{field:field} {typed:quote}: 스프레드시트에서 수식으로 실행됩니다. 첫 기호를 빼고 쓰세요",
    "kind_not_on_surface": "이 화면에는 이 유형이 나오지 않습니다: 통합검색 화면을 쓰거나 유형을 바꾸세요",
    "surface_without_coordinates": "이 화면에는 좌표를 쓸 수 없습니다: 좌표를 비우거나 플레이스목록 화면을 쓰세요",
    "surface_without_areas": "이 화면은 한 목록이라 영역이 없습니다: 영역을 비우거나 통합검색 화면을 쓰세요",
    "location_unreadable": "좌표 {location:quote}: 쓸 수 없습니다. 경도와 위도를 126.9784,37.5666 처럼 쓰세요",
    "areas_too_many": "영역이 {count}개로 너무 많습니다: {most}개까지 쓰거나, 모든 영역이면 비워 두세요",
    "areas_of_other_kind": "이 유형이 나오지 않는 영역입니다: {areas:areas}. 빼고 쓰세요",
    "area_without_ranks": "영역 {area:quote}: 순위를 매길 칸이 없는 영역입니다. 빼고 쓰세요",
    "area_unknown": "영역 {area:quote}: 알 수 없습니다. {known:join} 또는 네이버 코드(예: ugB_bsR)를 쓰세요",
    "bundled_unknown": "묶음 {typed:quote}: 예 또는 아니오로 쓰세요",
    "places_never_bundled": "플레이스는 다른 글에 묶이지 않습니다: 묶음을 비워 두세요",
    # Links.
    "short_link_dead": "대상 URL {link:quote}: 단축 주소가 열리지 않습니다. 열어서 보이는 주소를 붙여 넣으세요",
    "short_link_elsewhere": "대상 URL {link:quote}: {final:quote} 주소로 이어지며 업체도 글도 아닙니다",
    "link_has_invisible": (
        "대상 URL {link:quote}: 보이지 않는 글자 {character}이(가) 있습니다. 주소 하나만 붙여 넣으세요"
    ),
    "link_empty": "대상 URL이 비어 있습니다: 업체나 글의 주소를 붙여 넣으세요",
    "link_too_long": "대상 URL {link:quote}: {length}자로 너무 깁니다 (최대 {longest}자). 주소만 붙여 넣으세요",
    "link_has_blank": "대상 URL {link:quote}: 빈칸이나 보이지 않는 글자가 있습니다. 주소 하나만 붙여 넣으세요",
    "link_not_http": "대상 URL {link:quote}: 웹 주소가 아닙니다. https:// 로 시작하는 주소를 붙여 넣으세요",
    "link_malformed": "대상 URL {link:quote}: 웹 주소가 아닙니다. 주소를 다시 복사하세요",
    "link_hides_host": (
        "대상 URL {link:quote}: 어디로 가는지 알 수 없습니다. 열어서 브라우저에 보이는 주소를 붙여 넣으세요"
    ),
    "link_names_port": "대상 URL {link:quote}: 포트 {port}번이 붙어 있습니다. 포트를 빼고 붙여 넣으세요",
    "link_without_host": "대상 URL {link:quote}: 쓸 수 있는 주소가 아닙니다. https:// 부터 주소 전체를 붙여 넣으세요",
    "link_shortened": "대상 URL {link:quote}: 단축 주소입니다. 열어서 브라우저에 보이는 주소를 붙여 넣으세요",
    "link_looks_like_naver": (
        "대상 URL {link:quote}: 네이버가 아닌 {host} 주소입니다 (비슷해 보이는 다른 곳). {kind:paste}"
    ),
    "link_foreign": "대상 URL {link:quote}: 네이버가 아닌 {host} 주소입니다. {kind:paste}",
    "link_of_no_account": (
        "대상 URL {link:quote}: 네이버 아이디가 아닌 {account:quote}의 글 (아이디는 영문, 숫자, _, - 로 2~40자) "
        "주소입니다. {kind:paste}"
    ),
    "link_of_other_kind": (
        "대상 URL {link:quote}: {form:link_form} 주소입니다. 유형을 {right_kind:kind}(으)로 바꾸거나, {kind:paste}"
    ),
    "link_of_no_target": "대상 URL {link:quote}: {form:link_form} 주소입니다. {kind:paste}",
    # Files of trackings, and stored pages.
    "file_is_utf16": "파일이 UTF-16입니다: CSV UTF-8 (또는 엑셀의 한국어 CSV, cp949)로 저장하세요",
    "file_empty": "파일이 비어 있습니다: 첫 행에 열 이름 {columns}을(를) 쓰세요",
    "file_without_rows": "열 이름만 있고 행이 없습니다: 추적마다 한 행씩 쓰세요",
    "column_missing": "{column} 열이 없습니다: 열 이름을 {names:join} 가운데 하나로 쓰세요",
    "column_doubled": "{column} 열이 둘입니다: {names:join} 가운데 하나만 남기세요",
    "row_of_other_width": (
        "칸이 {cells}개인데 열 이름은 {columns}개입니다: 열마다 칸을 두고, 구분 기호가 든 칸은 따옴표로 싸세요"
    ),
    "line_damaged": (
        "UTF-8 파일이지만 이 행에 깨진 글자가 있습니다: CSV UTF-8 (또는 엑셀의 한국어 CSV, cp949)로 저장하세요"
    ),
    "line_in_unknown_encoding": (
        "이 행부터 UTF-8도 cp949도 아닙니다: CSV UTF-8 (또는 엑셀의 한국어 CSV, cp949)로 저장하세요"
    ),
    "line_is_no_csv": "이 행은 CSV 형식이 아닙니다",
    "quotation_never_closed": '이 행에서 연 따옴표(")가 닫히지 않습니다: 닫거나 지우세요',
    "quotation_closed_in_cell": (
        '따옴표(")가 칸 가운데에서 닫힙니다: 칸 전체를 따옴표로 싸고 안의 따옴표는 두 번 쓰세요'
    ),
    "page_file_too_large": "파일 {file}이(가) {megabytes} MB보다 큽니다: 페이지 하나만 저장한 파일을 쓰세요",
    "page_file_empty": "파일 {file}이(가) 비어 있습니다: 페이지를 다시 저장하세요",
    "page_file_binary": "파일 {file}은(는) HTML이 아닙니다: UTF-8 HTML이나 그 gzip 파일을 쓰세요",
    "page_file_not_utf8": "파일 {file}의 글자가 UTF-8이 아닙니다: 네이버가 보낸 그대로 저장하세요",
    "page_file_damaged": "파일 {file}의 gzip이 깨졌습니다: 페이지를 다시 저장하세요",
    "pages_of_integrated_too_many": "통합검색은 한 페이지인데 {count}개를 주었습니다: 하나씩 읽으세요",
    # Jobs.
    **JOB_SENTENCES,
    # Schedules.
    **SCHEDULE_SENTENCES,
    **SIGN_IN_SENTENCES,
    # Notices and channels.
    **NOTICE_SENTENCES,
    **CHANNEL_SENTENCES,
    # Backups.
    **BACKUP_SENTENCES,
    # Accounts.
    **ACCOUNT_SENTENCES,
    # The archive.
    **ARCHIVE_SENTENCES,
    # Requests over HTTP.
    **TRACKING_SENTENCES,
    **WEB_SENTENCES,
}
