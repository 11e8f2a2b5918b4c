"""What goes wrong with jobs, as one Korean sentence for each code of an error."""

from collections.abc import Mapping

#: By code, as `sunwi.wording.error_sentences` has the others.
JOB_SENTENCES: Mapping[str, str] = {
    # What is asked for.
    "work_unknown": "작업 종류 {work:quote}이(가) 없습니다: {known} 가운데 하나를 쓰세요",
    "work_forbidden": "{role:role} 권한으로는 {work:work} 작업을 제출할 수 없습니다",
    "priority_unknown": "우선순위 {priority:quote}이(가) 없습니다: {known:priorities} 가운데 하나를 쓰세요",
    "priority_forbidden": (
        "{role:role} 권한으로는 우선순위를 {priority:priority}(으)로 할 수 없습니다: {highest:priority}까지 쓰세요"
    ),
    "params_no_json": "{what:quote}에 JSON이 아닌 값이 있습니다",
    "params_have_nul": "{what:quote}에 NUL 문자가 있습니다: 지우세요",
    "params_too_large": "{what:quote}이(가) {bytes}바이트입니다: 최대 {most}바이트까지 쓰세요",
    "param_missing": "입력 {param:quote}이(가) 없습니다",
    "param_unknown": "입력 {param:quote}을(를) 알 수 없습니다: {known} 가운데 쓰세요",
    "param_unusable": "입력 {param:quote}에 쓸 수 없는 값입니다 ({cause})",
    "limit_unusable": "최대 실행 시간 {seconds}초: {work:work} 작업은 1~{most}초 사이로 쓰세요",
    "not_before_too_far": "시작 시각 {not_before:kst_time}은(는) 너무 멉니다: {days}일 안의 시각을 쓰세요",
    "not_before_unreadable": "시작 시각 {text:quote}: 2026-01-02T03:00 처럼 한국 시각으로 쓰세요",
    "idempotency_key_unusable": "멱등 키 {key:quote}: 보이는 글자로 1~{most}자까지 쓰세요",
    "idempotency_key_reused": "멱등 키 {key:quote}은(는) 다른 내용으로 이미 쓰였습니다: 새 키를 쓰세요",
    "idempotency_key_spent": "멱등 키 {key:quote}로 제출한 작업은 더 이상 보관되지 않습니다: 새 키를 쓰세요",
    "idempotency_key_raced": "같은 멱등 키 {key:quote}로 동시에 제출되었습니다: 다시 하세요",
    # How much of it.
    "bulk_empty": "제출할 행이 없습니다: 작업을 하나 이상 쓰세요",
    "bulk_too_large": "{rows}행은 너무 많습니다: 한 번에 최대 {most}행까지 제출하세요",
    "retries_too_many": "작업 {count}건은 너무 많습니다: 한 번에 최대 {most}건까지 다시 시도하세요",
    "jobs_waiting_full": "대기 중인 작업이 한도({most}건)에 이르렀습니다: 끝나기를 기다리거나 일부를 취소하세요",
    "job_active": (
        "{work:work} 작업은 한 번에 하나만 할 수 있고, 이미 {job_id}이(가) 있습니다: 끝나기를 기다리거나 취소하세요"
    ),
    # Files of jobs.
    "job_row_unusable": "{name:quote}에 쓸 수 없는 값입니다 ({cause})",
    "line_unusable": "{line}행: {error:error}",
    "job_column_missing": "{column} 열이 없습니다: 첫 행에 열 이름을 쓰세요",
    "job_column_doubled": "열 {column:quote}이(가) 둘입니다: 하나만 남기세요",
    "job_column_unknown": "열 {column:quote}을(를) 알 수 없습니다: {known:join} 가운데 하나로 쓰세요",
    "cell_no_object": "입력 {text:quote}: JSON 객체가 아닙니다",
    "cell_no_json": '{column} 열의 {text:quote}: JSON이 아닙니다. {{"name": "value"}}, 1, true 처럼 쓰세요',
    # Jobs that are there.
    "job_missing": "작업 {job_id:quote}이(가) 없습니다",
    "job_ended": "작업 {job_id}은(는) 이미 끝났습니다 ({state:job_state})",
    "job_moved": "작업 {job_id}이(가) 취소하는 동안 바뀌었습니다: 다시 하세요",
    "job_not_failed": (
        "작업 {job_id}은(는) {state:job_state} 상태입니다: 실패했거나 기한을 넘긴 작업만 다시 시도할 수 있습니다"
    ),
    "job_not_ended": "작업 {job_id}은(는) 아직 끝나지 않았습니다",
    "job_without_result": "작업 {job_id}은(는) 결과가 없습니다 ({state:job_state})",
    "job_result_dropped": "작업 {job_id}의 결과는 보관 기간이 지났습니다",
    "job_file_unknown": "작업 {job_id}에 파일 {name:quote}이(가) 없습니다: {known}",
    "page_length_unusable": "한 쪽에 {limit}건은 볼 수 없습니다: 1~{most} 사이로 쓰세요",
    "surface_refuses": "네이버가 이 화면을 거절하고 있어 지금은 조회하지 않습니다 ({reason})",
    # Bulk actions.
    "filter_empty": "조건이 없어 모두가 대상이 됩니다: 광고주, 업체, 태그 가운데 하나라도 정하세요",
    "count_moved": "대상이 {expected}건에서 {found}건으로 바뀌어 아무것도 하지 않았습니다: 다시 확인하고 제출하세요",
    "undo_without_filter": "되돌리기에는 조건이 없습니다",
    "undo_impossible": "작업 {job_id}은(는) 되돌릴 수 없는 작업입니다",
    "undo_of_nothing": "작업 {job_id}이(가) 바꾼 것이 없습니다",
    "undo_too_early": "작업 {job_id}이(가) 아직 진행 중입니다: 취소하거나 끝난 뒤에 되돌리세요",
    "undone_missing": "끝난 작업 {job_id}이(가) 없습니다",
    # The pool.
    "pool_forbidden": "{role:role} 권한으로는 워커를 보거나 바꿀 수 없습니다",
    "monitor_forbidden": "{role:role} 권한으로는 작업 현황을 볼 수 없습니다",
    "pool_limits_unusable": "워커를 {least}~{most}개로 할 수 없습니다: 1~{highest} 사이에서 작은 수를 먼저 쓰세요",
}
