"""What goes wrong with notices and channels, as one Korean sentence for each code of an error."""

from collections.abc import Mapping

#: By code, as `sunwi.wording.error_sentences` has the others.
NOTICE_SENTENCES: Mapping[str, str] = {
    # Channels.
    "slack_address_unusable": "Slack 수신 웹훅 주소가 아닙니다: https://{host}/services/ 로 시작하는 주소를 쓰세요",
    "webhook_address_unusable": (
        "웹훅 주소로 쓸 수 없습니다: 사용자, 비밀번호, 포트 없이 공개된 서버 이름의 https:// 주소를 쓰세요"
    ),
    "email_address_unusable": "메일 주소 {typed:quote}을(를) 쓸 수 없습니다: name@example.co.kr 처럼 쓰세요",
    "channel_name_unusable": "채널 이름 {name:quote}: 보이는 글자로 1~{most}자까지 쓰세요",
    "quiet_hours_unusable": "조용한 시간은 시작과 다른 끝이 있어야 합니다: 22:00과 08:00처럼 쓰세요",
    "channel_unknown": "채널 {name:quote}이(가) 없습니다",
    "channel_taken": "채널 {name:quote}이(가) 이미 있습니다: 다른 이름을 쓰세요",
    "audience_unknown": "{audience}이(가) 없습니다: 업체나 광고주의 번호를 목록에서 확인하세요",
    "audience_forbidden": "{role:role} 권한으로는 다른 곳의 채널을 추가할 수 없습니다",
    "mute_unusable": "{until:kst_time}까지 멈출 수 없습니다: 지금부터 {days}일 안의 시각을 쓰세요",
    # Notices.
    "notice_page_unusable": "한 쪽에 {limit}건은 볼 수 없습니다: 1~{most} 사이로 쓰세요",
    "resends_too_many": "알림 {count}건은 너무 많습니다: 한 번에 최대 {most}건까지 다시 보내세요",
    "audience_not_readable": "대상 {typed:quote}: system, agency:번호, client:번호 가운데 하나로 쓰세요",
    "notice_unknown": "알림 {notice_id:quote}이(가) 없습니다",
    "notice_not_dead": ("알림 {notice_id}은(는) {state:notice_state} 상태입니다: 실패한 알림만 다시 보낼 수 있습니다"),
    "channel_of_notice_removed": "알림 {notice_id}의 채널 {name:quote}은(는) 삭제되었습니다",
    "channel_takes_nothing": "채널 {name:quote}(으)로는 더 보내지 않습니다 ({reason}): 다른 주소로 추가하세요",
    "notice_homeless": "알림 {notice_id}을(를) 받을 채널이 없습니다: 채널을 먼저 추가하세요",
    "notices_not_sent": "알림을 대기열 {url}에 보내지 못했습니다: {cause:aws}",
    # Whoever is told of a job's end.
    "notify_unusable": "작업이 끝나면 알릴 곳은 채널 이름이나 대상(운영자, 업체, 광고주) 가운데 하나로 쓰세요",
    "notify_unknown": "작업이 끝나면 알릴 채널 {name:quote}이(가) 없습니다",
    "notify_suppressed": "작업이 끝나면 알릴 채널 {name:quote}(으)로는 더 보내지 않습니다: 다른 채널을 쓰세요",
    "notify_audience_unknown": "작업이 끝나면 알릴 {audience}이(가) 없습니다",
    "notify_reaches_nobody": "작업이 끝나면 알릴 {audience}에 채널이 없습니다: 채널을 추가하거나 다른 곳을 쓰세요",
}
