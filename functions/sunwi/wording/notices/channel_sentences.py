"""What goes wrong with channels, as one Korean sentence for each code of an error."""

from collections.abc import Mapping

_CHANNEL = "채널 {channel:quote}"

#: By code, as `sunwi.wording.error_sentences` has the others.
CHANNEL_SENTENCES: Mapping[str, str] = {
    # Addresses and secrets.
    "slack_hook_unusable": "Slack 수신 웹훅의 주소가 아닙니다: https://{host}{path} 로 시작하는 주소를 쓰세요",
    "webhook_address_unusable": (
        "웹훅으로 쓸 수 없는 주소입니다: 공개된 서버의 https:// 주소를 쓰세요 (사유 {reason})"
    ),
    "mail_address_unusable": "{typed:quote}: 메일 주소가 아닙니다. name@company.co.kr 처럼 하나만 쓰세요",
    "webhook_secret_unusable": ("웹훅 서명 키를 쓸 수 없습니다: {prefix} 뒤에 {least}~{most}바이트를 base64로 쓰세요"),
    "hooks_standin_unusable": (
        "HOOKS_STANDIN 값 {address:quote}을(를) 쓸 수 없습니다: 로컬 스택에서만 쓰는 설정입니다. 지우세요"
    ),
    # Slack and webhooks.
    "channel_address_refused": (
        f"{_CHANNEL}의 주소를 쓸 수 없습니다 ({{reason}}): 주소를 확인하고 채널을 다시 등록하세요"
    ),
    "channel_unreachable": f"{_CHANNEL}에 연결하지 못했습니다 ({{cause}}): 잠시 뒤 다시 보냅니다",
    "slack_hook_gone": (
        f"{_CHANNEL}: Slack이 더 이상 받지 않습니다 ({{answer:quote}}). Slack에서 웹훅을 새로 만들어 다시 등록하세요"
    ),
    "slack_message_refused": f"{_CHANNEL}: Slack이 이 메시지를 거절했습니다 ({{status}} {{answer:quote}})",
    "slack_busy": f"{_CHANNEL}: Slack이 지금 받지 않습니다 ({{status}}). 잠시 뒤 다시 보냅니다",
    "webhook_gone": f"{_CHANNEL}: 받는 쪽이 웹훅을 없앴습니다 ({{status}}). 채널을 지우거나 주소를 바꾸세요",
    "webhook_not_taken": f"{_CHANNEL}: 받는 쪽이 {{status}}(으)로 답했습니다. 잠시 뒤 다시 보냅니다",
    "webhook_without_secret": f"{_CHANNEL}에 서명 키가 없습니다: 채널을 지우고 다시 등록하세요",
    # Mail.
    "mail_sender_not_set": ("보내는 메일 주소가 없습니다: MailSender 매개변수(MAIL_SENDER)를 정하고 다시 보내세요"),
    "mail_refused": f"{_CHANNEL}: SES가 이 메일을 거절했습니다 ({{cause}})",
    "mail_unverified": (
        f"{_CHANNEL}: SES에서 확인되지 않은 주소입니다 ({{identities}}). 보내는 도메인의 DNS 레코드를 확인하고, 받는 "
        "주소라면 SES 샌드박스에서 벗어나도록 신청하세요"
    ),
    "mail_not_allowed": f"{_CHANNEL}: 메일을 보낼 AWS 권한이 없습니다. 역할의 정책과 MailSender를 확인하세요",
    "mail_settings_missing": (
        f"{_CHANNEL}: SES에 구성 세트가 없습니다 ({{cause}}). 템플릿을 다시 배포하거나 MAIL_CONFIGURATION_SET을 "
        "확인하세요"
    ),
    "mail_account_suspended": (
        f"{_CHANNEL}: AWS가 이 계정의 메일 발송을 막았습니다. AWS 콘솔의 SES에서 사유를 보고 이의를 신청하세요"
    ),
    "mail_paused": f"{_CHANNEL}: 메일 발송이 멈춰 있습니다. SES 콘솔에서 반송률과 불만율을 확인하세요",
    "mail_quota_used": f"{_CHANNEL}: SES의 하루 한도를 다 썼습니다. 한도가 풀리면 보냅니다. 늘리려면 AWS에 신청하세요",
    "mail_throttled": f"{_CHANNEL}: SES의 초당 한도를 넘었습니다. 잠시 뒤 다시 보냅니다",
    "mail_unreachable": f"{_CHANNEL}: SES에 보내지 못했습니다: {{cause:aws}}",
    "mail_state_unknown": "SES의 상태를 알 수 없습니다: {cause:aws}",
}
