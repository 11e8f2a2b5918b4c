"""What a command itself refuses, as one Korean sentence for each code of an error."""

from collections.abc import Mapping
from types import MappingProxyType

#: By code, like `sunwi.wording.error_sentences.SENTENCES`; only the command line raises these.
COMMAND_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "audience_unreadable": "대상 {typed:quote}: system, agency:번호, client:번호 가운데 하나로 쓰세요",
        "archive_of_nothing": "볼 것을 쓰지 않았습니다: 표와 달 (attempt 2026-01), 또는 --reading 번호를 쓰세요",
        "erasure_unconfirmed": "지울 사람과 --confirm 이 다릅니다: 아무것도 지우지 않았습니다",
        "bulk_count_other": "조건에 맞는 추적이 {expected}건이 아니라 {found}건입니다: 아무것도 제출하지 않았습니다",
        "bulk_of_nothing": "조건에 맞는 추적이 없습니다: 아무것도 제출하지 않았습니다",
        "bulk_tags_misplaced": "태그를 붙이려면 tag 와 --add, 떼려면 untag 와 --remove 를 함께 쓰세요",
        "file_unreadable": "파일 {file}을(를) 읽을 수 없습니다: {cause}",
        "options_of_redrive_clash": "--dry-run, --status, --cancel 은 서로 다른 일입니다: 하나만 쓰세요",
        "options_of_start_clash": "--scheduled 는 진행 중인 모든 추적을 측정합니다: --tracking 과 함께 쓸 수 없습니다",
        "no_active_tracking": "진행 중인 추적이 없습니다: sunwi trackings import 나 add 로 등록하세요",
        "folder_unwritable": "{folder} 폴더에 페이지를 저장할 수 없습니다: {cause}",
        "address_not_of_naver": "{url:quote} 주소는 {host}의 것입니다: 네이버 페이지만 엽니다",
        "page_file_unreadable": "파일 {file:quote}을(를) 읽을 수 없습니다: 저장한 페이지나 네이버 주소를 쓰세요",
        "nothing_to_change": "바꿀 것이 없습니다: --areas, --bundled, --own-only, --session-days, --target-rank 가운데 "
        "하나를 쓰세요",
        "all_and_after": "--all 은 처음부터 모두 보여 줍니다: --after 를 빼고 실행하세요",
        "list_areas_too_many": "목록은 영역 하나로만 거를 수 있습니다: 하나만 쓰세요",
        "no_tag_given": "바꿀 것이 없습니다: --add 나 --remove 에 태그를 쓰세요",
        "job_not_watched": (
            "작업 {job_id}은(는) 기한이 지났지만 끝나지 않았습니다: tender의 로그를 확인하세요 (sunwi monitor)"
        ),
        "lookup_without_result": "작업 {job_id}이(가) 끝나지 못해 순위가 없습니다: {state}{why}",
        "moment_unreadable": "{typed:quote}은(는) 시각이 아닙니다: 2026-01-02T03:00처럼 한국 시각으로 쓰세요",
        "mute_without_time": "언제까지인지 쓰지 않았습니다: --until, --hours, --off 가운데 하나를 쓰세요",
        "options_of_monitor_clash": "--watch 는 화면을 계속 다시 그립니다: --json 과 함께 쓸 수 없습니다",
        "nothing_to_set": "바꿀 것이 없습니다: 언제 오는지를 쓰거나, 무엇을 제출할지를 --work 로 쓰세요",
        "params_without_work": "--param 과 --priority 는 작업에 딸린 것입니다: --work 로 작업 종류를 쓰세요",
        "thresholds_reset_and_set": "--default 는 모든 기준을 기본값으로 되돌립니다: 다른 기준과 함께 쓸 수 없습니다",
        "no_limit_given": "바꿀 한도가 없습니다: --min 이나 --max 를 쓰세요",
        "param_unreadable": (
            "입력 {typed:quote}을(를) 읽을 수 없습니다: 이름=글, 숫자와 목록과 true, false는 이름:=JSON 으로 쓰세요"
        ),
        "params_no_object": "{file}에 JSON 객체가 없습니다",
        "quiet_hours_unreadable": "조용한 시간 {typed:quote}: 22:00-08:00 처럼 한국 시각으로 쓰세요",
        "resend_of_nothing": "다시 보낼 알림을 쓰지 않았습니다: 알림 번호나 --channel, --kind, --since 를 쓰세요",
        "result_unwritable": "결과를 {path}에 저장할 수 없습니다: {cause}",
        "retry_of_nothing": "다시 시도할 작업을 쓰지 않았습니다: 작업 번호나 --cause, --work, --state 를 쓰세요",
        "watched_too_many": "작업 {count}건은 한 번에 볼 수 없습니다: 최대 {most}건까지 쓰세요",
        "run_not_watched": (
            "배치 {run_id}은(는) 기한이 지났지만 닫히지 않았습니다: 상태 머신의 실행을 확인하세요 "
            "(닿는지는 sunwi doctor)"
        ),
    }
)
