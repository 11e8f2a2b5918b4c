"""Korean names of what screens show of accounts, keys and the audit."""

from collections.abc import Mapping
from datetime import datetime

from sunwi.domain.account import Account, ApiKey, Scope
from sunwi.domain.actor import Role
from sunwi.service.ports.accounts import Invitation
from sunwi.wording.plain_text import plain

ROLES: Mapping[Role, str] = {
    Role.ADMIN: "관리자",
    Role.AGENCY: "업체",
    Role.ADVERTISER: "광고주",
    Role.SYSTEM: "시스템",
}
SCOPES: Mapping[Scope, str] = {Scope.READ: "읽기", Scope.WRITE: "읽기와 쓰기"}
INVITATIONS: Mapping[Invitation, str] = {
    Invitation.SENT: "초대 메일을 보냈습니다",
    Invitation.SENT_AGAIN: "초대 메일을 다시 보냈습니다",
    Invitation.KNOWN: "이미 비밀번호가 있는 사람이라 메일을 보내지 않았습니다",
    Invitation.NOT_SENT: "로그인 서비스(COGNITO_USER_POOL_ID)가 없어 초대 메일은 보내지 않았습니다",
}

#: Of the audit, by what was done; one that is not named here is shown by its own name.
_ACTIONS: Mapping[str, str] = {
    "account_invited": "계정 초대",
    "account_rights_changed": "권한 변경",
    "account_disabled": "계정 중지",
    "account_enabled": "계정 재개",
    "signed_in": "로그인",
    "session_ended": "로그아웃",
    "sessions_ended": "모두 로그아웃",
    "key_made": "키 발급",
    "key_revoked": "키 폐기",
    "agency_added": "업체 추가",
    "agency_renamed": "업체 이름 변경",
    "agencies_merged": "업체 합치기",
    "client_added": "광고주 추가",
    "client_renamed": "광고주 이름 변경",
    "clients_merged": "광고주 합치기",
    "person_erased": "개인 정보 삭제",
}


def action_words(action: str) -> str:
    """Name what was done."""
    return _ACTIONS.get(action) or plain(action)


def account_state_words(account: Account) -> str:
    """Say whether an account is in use."""
    if account.disabled_at is not None:
        return "중지"
    return "초대함" if account.last_seen_at is None else "사용 중"


def key_state_words(key: ApiKey, *, now: datetime) -> str:
    """Say whether a key holds."""
    if key.revoked_at is not None:
        return "폐기"
    return "사용 가능" if key.holds(now) else "만료"
