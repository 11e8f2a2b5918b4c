"""What goes wrong with accounts, sessions and keys, as one Korean sentence for each code of an error."""

from collections.abc import Mapping

#: By code, as `sunwi.wording.error_sentences` has the others.
ACCOUNT_SENTENCES: Mapping[str, str] = {
    # Accounts.
    "account_unknown": "계정 {account:quote}이(가) 없습니다",
    "account_not_named": "누구의 것인지 쓰지 않았습니다: 계정을 지정하세요",
    "account_role_unusable": "역할 {role:role}은(는) 줄 수 없습니다: 관리자, 업체, 광고주 가운데 하나로 하세요",
    "account_needs_agency": "업체 계정에는 업체가 필요합니다: 목록에 있는 업체의 번호를 쓰세요",
    "account_needs_client": "광고주 계정에는 광고주가 필요합니다: 목록에 있는 광고주의 번호를 쓰세요",
    "account_owner_unwanted": (
        "역할 {role:role}에는 맞지 않는 소속입니다: 업체 계정에는 업체만, 광고주 계정에는 광고주만 쓰고, 관리자에는 "
        "둘 다 쓰지 마세요"
    ),
    "account_taken": "이 메일 주소에는 권한이 다른 계정이 이미 있습니다: 새로 초대하지 말고 그 계정의 권한을 바꾸세요",
    "account_taken_disabled": "이 메일 주소의 계정은 중지되어 있습니다: 새로 초대하지 말고 다시 사용하게 하세요",
    "account_in_use": "이 메일 주소의 계정은 이미 사용 중입니다: 초대할 필요가 없습니다",
    "account_of_other_user": (
        "이 메일 주소의 계정은 로그인 서비스의 다른 사용자와 이어져 있습니다: 그곳에서 둘 가운데 하나를 지우세요"
    ),
    "last_admin": "마지막 관리자입니다: 먼저 다른 관리자를 초대하거나 다른 계정에 관리자 역할을 주세요",
    # Sessions and keys.
    "account_not_invited": "초대받은 계정이 없습니다: 관리자에게 초대를 요청하세요",
    "account_disabled": "중지된 계정입니다: 관리자에게 문의하세요",
    "session_unknown": "그런 로그인이 없거나 이미 끝났습니다",
    "key_unknown": "키 {key_id:quote}이(가) 없습니다",
    "keys_full": "한 계정이 쓸 수 있는 키는 {most}개까지입니다: 쓰지 않는 키를 폐기하세요",
    "account_of_key_disabled": "중지된 계정에는 키를 발급할 수 없습니다: 먼저 다시 사용하게 하세요",
    "key_name_unusable": "키 이름 {name:quote}: 보이는 글자로 1자에서 {most}자까지 쓰세요",
    "key_days_unusable": "키는 1일부터 {most}일까지 쓸 수 있습니다: {days}일로는 발급할 수 없습니다",
    # Owners.
    "owner_name_missing": "이름이 비어 있습니다: 보이는 글자로 쓰세요",
    "owners_forbidden": "{role:role} 역할로는 업체와 광고주를 추가하거나 이름을 바꿀 수 없습니다",
    "agency_name_taken": "업체 {other_id}번이 이미 그 이름입니다: 같은 곳이라면 합치세요",
    "client_name_taken": "같은 업체의 광고주 {other_id}번이 이미 그 이름입니다: 같은 곳이라면 합치세요",
    # The identity provider.
    "identities_unreachable": "로그인 서비스(Cognito)에 연결할 수 없습니다: {cause:aws}. 다시 실행하면 이어서 합니다",
    "identities_forbidden": (
        "로그인 서비스의 사용자를 관리할 권한이 없습니다: COGNITO_USER_POOL_ID와 역할의 정책을 확인하세요"
    ),
    "identities_pool_unknown": "사용자 풀이 없습니다: COGNITO_USER_POOL_ID를 확인하세요",
    "identity_refused": "로그인 서비스가 이 메일 주소를 받지 않습니다 ({cause})",
    # Lists, and rights.
    "list_length_unusable": "한 쪽에 {limit}줄은 볼 수 없습니다: 1~{most} 사이로 쓰세요",
}
