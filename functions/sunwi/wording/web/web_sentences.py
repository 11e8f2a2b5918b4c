"""What goes wrong with requests over HTTP, as one Korean sentence for each code of an error."""

from collections.abc import Mapping

#: By code, as `sunwi.wording.error_sentences` has the others.
WEB_SENTENCES: Mapping[str, str] = {
    # Who may come in.
    "signed_out": "로그인하지 않았거나 로그인이 끝났습니다: 다시 로그인하거나 사용 중인 API 키를 확인하세요",
    "action_forbidden": "{role:role} 권한으로는 할 수 없는 일입니다",
    "key_only_reads": "읽기 전용 API 키입니다: 쓰기 권한이 있는 키를 쓰세요",
    "origin_foreign": "다른 사이트에서 보낸 요청이라 받지 않습니다: 이 사이트의 화면에서 다시 시도하세요",
    "too_many_requests": "요청이 너무 많습니다: {retry_after_seconds}초 뒤에 다시 시도하세요",
    "too_many_failures": (
        "실패한 시도가 너무 많습니다: {retry_after_seconds}초 뒤에 다시 시도하고, 로그인 정보나 API 키를 확인하세요"
    ),
    # What is asked for.
    "path_unknown": "이 주소에는 아무것도 없습니다",
    "not_found": "찾는 것이 없습니다: 번호와 주소를 확인하세요",
    "method_unknown": "이 주소에서는 {method} 요청을 쓸 수 없습니다: {allowed} 가운데에서 쓰세요",
    "request_invalid": "요청을 읽을 수 없습니다: fields.problems에서 항목마다 무엇이 잘못되었는지 확인하세요",
    "body_too_large": "요청 본문이 {bytes}바이트입니다: {most}바이트까지 보내고, 더 크면 파일로 올리세요",
    "body_type_unknown": "요청 본문의 형식을 받을 수 없습니다: {wanted} 형식으로 보내세요",
    "body_not_json": "요청 본문이 올바른 JSON이 아닙니다",
    # Keys that make requests repeatable.
    "request_key_unusable": (
        "Idempotency-Key {key:quote}은(는) 쓸 수 없습니다: 공백 없는 영문자, 숫자, 기호로 {most}자까지 쓰세요"
    ),
    "request_in_flight": (
        "같은 Idempotency-Key의 요청을 처리하고 있습니다: {retry_after_seconds}초 뒤에 같은 키로 다시 보내세요"
    ),
    "answer_not_kept": (
        "같은 Idempotency-Key의 요청은 이미 끝났고, 그 응답은 보관하지 않습니다: 목록에서 결과를 확인하세요"
    ),
    # Files.
    "file_link_unknown": "파일 링크가 없거나 기한이 지났습니다: 새 링크를 만드세요",
    "file_not_signed": "파일 주소를 만들지 못했습니다: {cause:aws}",
}
