"""Why somebody could not sign in, as one Korean sentence for each code of an error."""

from collections.abc import Mapping

#: By code, as `sunwi.wording.error_sentences` has the others.
SIGN_IN_SENTENCES: Mapping[str, str] = {
    "sign_in_expired": "로그인이 10분을 넘었거나 이미 끝난 로그인입니다: 다시 로그인하세요",
    "sign_in_not_ours": "다른 창이나 다른 브라우저에서 시작한 로그인입니다: 이 창에서 다시 로그인하세요",
    "sign_in_refused": "로그인하지 않고 돌아왔거나 로그인이 거절되었습니다: 다시 로그인하세요",
    "sign_in_code_refused": "이미 쓰였거나 끝난 로그인입니다: 다시 로그인하세요",
    "sign_in_token_refused": "로그인 서버의 답을 확인하지 못했습니다: 다시 로그인하고, 계속되면 관리자에게 알리세요",
    "sign_in_unavailable": "로그인 서버에 연결할 수 없습니다: 잠시 뒤에 다시 로그인하세요 ({cause})",
    "sign_in_client_refused": (
        "로그인 서버가 이 사이트를 모릅니다 ({cause}): COGNITO_CLIENT_ID, COGNITO_ADDRESS, PUBLIC_ADDRESS를 스택의 "
        "출력과 맞추세요"
    ),
    "ticket_refused": "이미 쓰였거나 시간이 지난 티켓입니다: 새 티켓을 받으세요",
    "topic_unknown": "지켜볼 수 있는 것이 아닙니다: job:번호 나 jobs:mine 을 보내세요",
    "topics_full": "한 화면에서 지켜볼 수 있는 수를 넘었습니다: 다른 화면을 닫고 다시 여세요",
    "live_needs_session": "로그인한 브라우저에서만 쓸 수 있습니다: API 키로는 /api/v1/jobs 를 주기적으로 조회하세요",
    "pages_unreachable": "열린 화면에 알릴 수 없습니다: {cause}",
    "connections_too_many": (
        "한꺼번에 쓰는 연결이 {connections}개까지 늘 수 있는데 데이터베이스는 {most}개까지만 됩니다 "
        "(max_connections {max_connections}): API_CONCURRENCY {api}, LIVE_CONCURRENCY {live}, 작업자 최대 {workers} "
        "가운데에서 {excess}만큼 줄이거나 더 큰 데이터베이스를 쓰세요"
    ),
    "concurrency_too_much": (
        "예약하는 동시 실행 {reserved}개에 남겨야 하는 {spare}개를 더하면 AWS 계정의 한도 {limit}개를 넘습니다: AWS에 "
        "한도를 올려 달라고 신청하거나 API_CONCURRENCY {api}, LIVE_CONCURRENCY {live}를 줄이세요"
    ),
}
