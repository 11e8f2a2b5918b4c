import pytest

from sunwi.domain.spreadsheet_formula import find_formula


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "@SUM(A1)",
        "＝1+1",
        " \t=HYPERLINK(1)",
        "+SUM(A1:A9)",
        "-cmd|' /C calc'!A0",
        "-A1",
        "+$A$1*2",
        "-Sheet1!A1",
        "+82-10-1234-5678",
        "+-2+3",
        "+'다른 시트'!A1",
    ],
)
def test_what_a_spreadsheet_would_compute_is_a_formula(text: str) -> None:
    assert find_formula(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "강남역 맛집",
        "-5kg 다이어트",
        "-5kg(여성)",
        "-20%",
        "-5",
        "+1 이벤트",
        "+B12 영양제",
        "1=1",
        "a@b.kr",
        "- 서울 -",
        "C++ 학원",
        "-5kg 성공!",
    ],
)
def test_what_a_spreadsheet_would_show_is_text(text: str) -> None:
    assert find_formula(text) is None


def test_a_long_row_of_cells_is_judged_at_once() -> None:
    assert find_formula("+" + "A1111111" * 31 + "가") is None
