from typing import Any

from sunwi.domain.failure import FailureCause
from sunwi.domain.notice import Severity
from sunwi.wording.notices.night_failed_text import night_failed_text


def content(**more: Any) -> dict[str, Any]:
    return {
        "day": "2026-12-01",
        "missed": 1234,
        "causes": [["blocked", 1200], ["timeout", 30], ["layout", 4]],
        "has_run": True,
        "client": "",
        **more,
    }


def test_the_title_has_how_many_and_why() -> None:
    text = night_failed_text(content())
    assert text.title == "어젯밤 1,234건 미측정: 원인 차단, 시간 초과 외 1가지"
    assert text.severity is Severity.ERROR
    assert dict(text.fields)["날짜"] == "12월 1일(화)"
    assert dict(text.fields)["시간 초과"] == "30건"


def test_a_client_is_named_to_itself() -> None:
    assert night_failed_text(content(client="가게")).title.startswith("가게: 어젯밤 ")


def test_an_agency_sees_its_clients_and_how_many_more() -> None:
    text = night_failed_text(content(clients=[["<script>", 3], ["", 2]], more_clients=7))
    assert text.sections[0].lines == ["<script>: 3건", "광고주 없음: 2건", "외 7곳"]


def test_operators_see_the_run() -> None:
    run = {"run_id": "scheduled-20261201", "status": "FAILED", "expected": 2000}
    assert dict(night_failed_text(content(**run)).fields)["배치"] == "scheduled-20261201 (실패, 2,000건)"


def test_a_night_without_a_run_says_so() -> None:
    text = night_failed_text(content(causes=[["", 5]], has_run=False, run_id=None, status=None, expected=None))
    assert text.title == "어젯밤 1,234건 미측정: 원인 배치가 시작되지 않음"
    assert "배치" not in dict(text.fields)


def test_every_cause_has_a_word_and_one_of_a_later_release_is_another() -> None:
    for cause in FailureCause:
        assert cause.value not in night_failed_text(content(causes=[[cause.value, 1]])).title
    assert night_failed_text(content(causes=[["of_tomorrow", 1]])).title.endswith("기타")
