"""What goes wrong with schedules, as one Korean sentence for each code of an error."""

from collections.abc import Mapping

#: By code, as `sunwi.wording.error_sentences` has the others.
SCHEDULE_SENTENCES: Mapping[str, str] = {
    "when_unreadable": "{typed:quote}에서 시각을 읽을 수 없습니다: {examples:join} 처럼 쓰세요",
    "when_without_clock": "{typed:quote}에 시각이 없습니다: 끝에 03:00 처럼 00:00부터 23:59까지의 시각을 쓰세요",
    "when_weekday_unknown": "{typed:quote}은(는) 요일이 아닙니다: {known:join} 가운데에서 쉼표로 나누어 쓰세요",
    "when_day_unusable": "{day}일이 있는 달은 없습니다: 1일부터 {most}일 사이로 쓰세요 (29일부터는 말일이 됩니다)",
    "when_minute_unusable": "{minute}분은 없습니다: 0분부터 {most}분 사이로 쓰세요",
    "when_interval_unusable": "{minutes}분 간격으로는 할 수 없습니다: 1분부터 {most}분 사이로 쓰세요",
    "when_past": "{at:kst_time}은(는) 이미 지났습니다: 앞으로 올 시각을 쓰세요",
    "schedule_unknown": "일정 {name:quote}이(가) 없습니다",
    "schedule_name_unusable": (
        "{name:quote}은(는) 일정 이름으로 쓸 수 없습니다: 영문자, 숫자, - _ . 으로 64자까지 쓰세요"
    ),
    "schedule_of_deployment": (
        "매일 측정은 배포에 든 규칙이라 여기서 바꿀 수 없습니다: CrawlScheduleHour와 CrawlScheduleMinute를 바꾸어 "
        "배포하세요"
    ),
    "schedule_is_own": "일정 {name}은(는) 기본 일정이라 배포할 때 다시 만들어집니다: 지우지 말고 멈추세요",
    "schedule_without_time": "새 일정 {name}이(가) 언제 오는지 쓰지 않았습니다: 시각을 쓰세요",
    "schedule_without_job": "일정 {name}은(는) 작업을 제출하지 않습니다: 누군가 다른 일로 바꾸었습니다",
    "schedule_refused": "EventBridge Scheduler가 일정 {name}을(를) 받지 않습니다: {cause:aws}",
    "scheduler_unreachable": "EventBridge Scheduler에 연결할 수 없습니다: {cause:aws}",
    "schedules_forbidden": "{role:role} 권한으로는 일정을 보거나 바꿀 수 없습니다",
}
