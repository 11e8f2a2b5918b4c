import json

from sunwi.adapters.channels.webhook.webhook_message import MOST_LINES, webhook_body
from sunwi.wording.notices.copy_text import copy_text_of
from tests.channels.example_notices import DIGEST, HOSTILE, hostile_text, huge_text, notice


def test_a_notice_is_json_with_its_words_and_its_content() -> None:
    body = webhook_body(notice(data={"client_id": 7, "left": [1, 2]}, copy_text=copy_text_of(DIGEST)))
    assert json.loads(body) == {
        "id": "n-0123456789abcdef",
        "type": "notice.digest",
        "timestamp": "2026-01-01T16:00:00+00:00",
        "severity": "warning",
        "title": "11월 30일(월) 순위 변화: 이탈 2건",
        "fields": [{"name": "광고주", "value": "한결상회"}, {"name": "노출", "value": "18 / 20건"}],
        "sections": [
            {"heading": "이탈", "lines": ["강남역 김밥: 3위 → 미노출", "성수동 카페: 1위 → 미노출"], "count": 2},
            {"heading": "급락", "lines": ["트러블 크림: 2위 → 9위"], "count": 1},
        ],
        "footer": "비교: 11월 29일 → 11월 30일",
        "copy_text": copy_text_of(DIGEST),
        "data": {"client_id": 7, "left": [1, 2]},
    }
    assert "이탈" in body.decode()


def test_it_is_the_same_bytes_at_every_try() -> None:
    assert webhook_body(notice()) == webhook_body(notice())


def test_thousands_of_lines_are_cut_and_counted() -> None:
    body = webhook_body(notice(huge_text()))
    section = json.loads(body)["sections"][0]
    assert (len(section["lines"]), section["lines"][-1], section["count"]) == (MOST_LINES + 1, "외 4,800건", 5000)
    assert len(body) < 100_000


def test_hostile_names_stay_text_whatever_they_are() -> None:
    body = webhook_body(notice(hostile_text(), data={"name": HOSTILE[0], "half": "\ud83d"}))
    read = json.loads(body)
    assert read["sections"][0]["lines"][0] == HOSTILE[0]
    assert read["data"] == {"name": HOSTILE[0], "half": "?"}
    assert "\n" not in read["footer"]
