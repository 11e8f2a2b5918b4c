"""What goes wrong with channels, as one Korean sentence for each code of an error."""

from collections.abc import Mapping

#: Why a channel did not take a notice. They name neither notice nor channel: whoever reads one has both beside it, and
#: nothing of the error is stored with the notice but its code and its English text.
CHANNEL_FAILURES: Mapping[str, str] = {
    "channel_address_refused": "채널의 주소를 쓸 수 없습니다. 주소를 확인하고 채널을 다시 추가하세요",
    "channel_unreachable": "연결하지 못했습니다. 계속되면 받는 쪽이 켜져 있는지 확인하세요",
    # Slack.
    "slack_hook_gone": "Slack이 이 웹훅으로는 더 받지 않습니다. Slack에서 웹훅을 새로 만들어 채널을 다시 추가하세요",
    "slack_message_refused": "Slack이 이 메시지를 거절했습니다",
    "slack_busy": "Slack이 그때 받지 않았습니다. 계속되면 Slack의 상태를 확인하세요",
    # Webhooks.
    "webhook_gone": "받는 쪽이 웹훅을 없앴습니다. 채널을 지우거나 새 주소로 다시 추가하세요",
    "webhook_not_taken": "받는 쪽이 받지 않았습니다. 계속되면 그 서버의 기록을 확인하세요",
    "webhook_without_secret": "웹훅의 서명 키가 없습니다. 채널을 지우고 다시 추가하세요",
    # Mail.
    "mail_sender_not_set": "보내는 메일 주소가 없습니다. MailSender 매개변수(MAIL_SENDER)를 정하고 다시 보내세요",
    "mail_refused": "SES가 이 메일을 거절했습니다",
    "mail_unverified": (
        "SES에서 확인되지 않은 주소입니다. 보내는 도메인의 DNS 레코드를 확인하고, 받는 주소라면 SES 샌드박스에서 "
        "벗어나도록 신청하세요"
    ),
    "mail_not_allowed": "메일을 보낼 AWS 권한이 없습니다. 역할의 정책과 MailSender를 확인하세요",
    "mail_settings_missing": "SES에 구성 세트가 없습니다. 템플릿을 다시 배포하거나 MAIL_CONFIGURATION_SET을 확인하세요",
    "mail_account_suspended": ("AWS가 이 계정의 메일 발송을 막았습니다. SES 콘솔에서 사유를 보고 이의를 신청하세요"),
    "mail_paused": "메일 발송이 멈춰 있습니다. SES 콘솔에서 반송률과 불만율을 확인하세요",
    "mail_quota_used": "SES의 하루 한도를 다 썼습니다. 늘리려면 AWS에 신청하세요",
    "mail_throttled": "SES의 초당 한도를 넘었습니다",
    "mail_unreachable": "SES에 보내지 못했습니다. 계속되면 AWS의 상태를 확인하세요",
}

#: By code, as `sunwi.wording.error_sentences` has the others.
CHANNEL_SENTENCES: Mapping[str, str] = {
    "webhook_secret_unusable": "웹훅 서명 키를 쓸 수 없습니다: {prefix} 뒤에 {least}~{most}바이트를 base64로 쓰세요",
    "hooks_standin_unusable": (
        "HOOKS_STANDIN 값 {address:quote}을(를) 쓸 수 없습니다: 로컬 스택에서만 쓰는 설정입니다. 지우세요"
    ),
    "mail_state_unknown": "SES의 상태를 알 수 없습니다: {cause:aws}",
    **CHANNEL_FAILURES,
}

#: Why a channel gets nothing any more, by the code that is stored with it.
SUPPRESSIONS: Mapping[str, str] = {
    "bounced": "메일이 반송되었습니다 (없는 주소)",
    "complained": "받는 사람이 스팸으로 신고했습니다",
    "erased": "받는 사람의 정보가 삭제되었습니다",
}
