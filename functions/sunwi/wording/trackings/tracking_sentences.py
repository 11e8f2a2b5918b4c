"""What goes wrong when trackings are added or measured, as one Korean sentence for each code of an error."""

from collections.abc import Mapping

#: By code, as `sunwi.wording.error_sentences` has the others.
TRACKING_SENTENCES: Mapping[str, str] = {
    "agency_foreign": (
        "업체 {agency:quote}의 추적은 등록할 수 없습니다: 업체 칸을 비우거나 소속 업체 {own:quote}을(를) 쓰세요"
    ),
    "import_too_large": "{rows}건은 한 번에 등록할 수 없습니다: {most}건까지 나누어 보내세요",
    "import_of_nothing": "등록할 추적이 없습니다: 한 건 이상 보내세요",
    "changes_of_nothing": "바꿀 것이 없습니다: 바꿀 항목을 하나 이상 보내세요",
    "run_of_nothing": "조건에 맞는 진행 중인 추적이 없어 배치를 시작하지 않았습니다",
}
