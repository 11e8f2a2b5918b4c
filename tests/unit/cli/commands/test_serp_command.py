import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.naver.lists import Listed, place_list_page, place_list_state
from tests.fixtures.naver.pages import integrated_page
from tests.fixtures.naver.places import PlaceState, Row, opening_area, place_area
from tests.fixtures.naver.posts import Post, post_area, web_area
from tests.fixtures.naver.tabs import next_address, tab_more, tab_page
from tests.unit.cli.command_line import CommandLine

KEYWORD = "가상역 김밥"
PLAIN = CommandLine()
BLOG = "https://blog.naver.com/writer/224253557960"
CAFE = "https://cafe.naver.com/club/77"


def integrated() -> str:
    return integrated_page(
        KEYWORD,
        place_area([Row("1648862917", "김밥집"), Row("1293718759")], PlaceState(["1648862917", "1293718759"])),
        opening_area(["2089009012"]),
        post_area(
            "ugB_bsR",
            [Post(BLOG, "후기"), Post(CAFE, home="https://cafe.naver.com/club", bundled=(f"{CAFE}8",))],
        ),
        web_area(["https://example.com/menu"]),
    )


def read(path: Path, *arguments: str, kind: str = "place", surface: str = "integrated") -> Any:
    output = PLAIN("serp", "read", str(path), "--kind", kind, "--surface", surface, *arguments, "--json")
    return {**output.document(), "code": output.code}


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text(integrated())
    return path


def test_the_places_of_a_stored_page_are_one_document(page: Path) -> None:
    document = read(page)
    assert document["code"] == 0
    assert (document["verdict"], document["kind"], document["surface"]) == ("recognised", "place", "integrated")
    assert (document["keyword"], document["device"], document["presence"]) == (KEYWORD, "pc", "present")
    assert [(entry["rank"], entry["area"], entry["page_rank"], entry["id"]) for entry in document["entries"]] == [
        (1, "nmb_rnk", 1, "1648862917"),
        (2, "nmb_rnk", 2, "1293718759"),
    ]
    assert set(document["entries"][0]) == {"rank", "area", "page_rank", "id", "title", "url"}
    assert document["left_out"] == [{"id": "2089009012", "reason": "new_opening"}]
    assert "headerfooter_query is the keyword" in document["evidence"]
    assert "outcome" not in document


@pytest.mark.parametrize("kind", ["blog", "cafe", "블로그"])
def test_the_posts_of_every_area_are_listed_whatever_kind_is_asked_for(page: Path, kind: str) -> None:
    entries = read(page, kind=kind)["entries"]
    assert [(entry["area"], entry["rank"], entry["page_rank"], entry["id"]) for entry in entries] == [
        ("ugB_bsR", 1, 3, "blog:writer/224253557960"),
        ("ugB_bsR", 2, 4, "cafe:club/77"),
        ("web_gen", 1, 5, "web:example.com/menu"),
    ]


def test_a_target_with_a_card_is_exposed(page: Path) -> None:
    outcome = read(page, "--target", f"{CAFE}?art=abc", kind="cafe")["outcome"]
    assert outcome == {
        "outcome": "exposed",
        "target": "cafe:club/77",
        "rank": 2,
        "area": "ugB_bsR",
        "page_rank": 4,
        "areas": ["ugB_bsR"],
        "depth": 2,
        "block_absent": False,
        "near_area": None,
        "near_rank": None,
        "bundled_rank": None,
        "matched_by": "own",
        "match": outcome["match"],
        "reason": None,
    }
    assert outcome["match"]["id"] == "cafe:club/77"


def test_a_target_within_another_card_is_not_exposed_and_said_to_be_there(page: Path) -> None:
    outcome = read(page, "--target", f"{CAFE}8", kind="cafe")["outcome"]
    assert (outcome["outcome"], outcome["rank"], outcome["depth"]) == ("not_exposed", None, 2)
    assert (outcome["matched_by"], outcome["bundled_rank"], outcome["match"]["id"]) == ("bundled", 2, "cafe:club/77")


def test_another_post_of_the_author_is_not_the_target(page: Path) -> None:
    outcome = read(page, "--target", "https://blog.naver.com/writer/224253550000", kind="blog")["outcome"]
    assert (outcome["outcome"], outcome["matched_by"], outcome["bundled_rank"]) == ("not_exposed", "author", None)


def test_a_page_without_a_place_block_says_so_and_could_be_read(tmp_path: Path) -> None:
    path = tmp_path / "posts.html"
    path.write_text(integrated_page(KEYWORD, post_area("ugB_bsR", [Post(BLOG)])))
    document = read(path, "--target", "https://m.place.naver.com/place/1648862917")
    assert (document["code"], document["presence"], document["entries"]) == (0, "absent", [])
    assert (document["outcome"]["outcome"], document["outcome"]["block_absent"]) == ("not_exposed", True)


def test_a_page_of_another_keyword_is_not_measured(page: Path) -> None:
    document = read(page, "--keyword", "가상역 국밥", "--target", "https://m.place.naver.com/place/1648862917")
    assert (document["code"], document["verdict"], document["entries"]) == (1, "layout_unknown", [])
    assert document["outcome"]["outcome"] == "not_measured"
    assert "not an answer to '가상역 국밥'" in document["outcome"]["reason"]


def test_a_block_that_contradicts_itself_leaves_with_1(tmp_path: Path) -> None:
    path = tmp_path / "torn.html"
    path.write_text(integrated_page(KEYWORD, place_area([Row("1648862917")], PlaceState(["1293718759"]))))
    document = read(path, "--target", "https://m.place.naver.com/place/1648862917")
    assert (document["code"], document["presence"]) == (1, "suspect")
    assert document["outcome"]["outcome"] == "not_measured"


def test_a_captcha_page_that_names_no_keyword_is_blocked(tmp_path: Path) -> None:
    path = tmp_path / "captcha.html"
    path.write_text("<html><head><title>captcha</title></head><body><div id='captcha'></div></body></html>")
    document = read(path)
    assert (document["code"], document["verdict"], document["keyword"]) == (1, "blocked", None)
    assert document["evidence"][0] == "no page names its keyword, and none was given"


def test_a_page_that_never_names_a_keyword_is_never_recognised(tmp_path: Path) -> None:
    path = tmp_path / "nameless.html"
    path.write_text(integrated().replace(KEYWORD, ""))
    assert read(path)["verdict"] == "layout_unknown"


def test_a_gzipped_page_is_read_the_same(page: Path) -> None:
    packed = page.with_suffix(".gz")
    packed.write_bytes(gzip.compress(page.read_bytes()))
    assert read(packed) == read(page)


@pytest.mark.parametrize("encoding", ["cp949", "utf-16", "utf-8-sig"])
def test_a_page_that_was_stored_in_another_encoding_is_read_the_same(page: Path, encoding: str) -> None:
    stored = page.with_suffix(f".{encoding}")
    stored.write_bytes(page.read_text().encode(encoding))

    assert read(stored) == read(page)


def test_whose_page_it_is_is_taken_from_the_page_unless_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "mobile.html"
    path.write_text(integrated().replace("<form>", '<form><input type="hidden" name="where" value="m">'))

    assert read(path)["device"] == "mobile"
    assert read(path, "--device", "pc")["device"] == "pc"


def test_a_search_page_is_no_place_list_though_it_has_the_state_of_one(tmp_path: Path) -> None:
    state = place_list_state(KEYWORD, [place(1), place(2)])
    path = tmp_path / "page.html"
    rows = [Row("1000000001"), Row("1000000002")]
    area = place_area(rows, PlaceState(["1000000001", "1000000002"], arguments={"input": {"query": KEYWORD}}))
    path.write_text(integrated_page(KEYWORD, area))
    document = read(path, surface="place_list")
    assert (document["code"], document["verdict"], document["entries"]) == (1, "layout_unknown", [])
    assert "the page lists its areas, as search pages do" in document["evidence"]

    listed = place_list_page(KEYWORD, [place(1), place(2)], state=state)
    path.write_text(listed.replace("<body>", '<body><form><input name="ssc" value="tab.nx.all"></form>'))
    assert "the page says it is tab.nx.all, another surface" in read(path, surface="place_list")["evidence"]


def test_a_page_cut_within_a_character_is_truncated(tmp_path: Path, page: Path) -> None:
    whole = page.read_bytes()
    cut = tmp_path / "cut.html"
    cut.write_bytes(whole[: whole.index("김밥집".encode()) + 1])
    assert read(cut, "--keyword", KEYWORD)["verdict"] == "truncated"


def place(number: int) -> Listed:
    return Listed(f"{1000000000 + number}")


def test_the_pages_of_a_place_list_are_one_list_that_names_its_own_keyword(tmp_path: Path) -> None:
    first, second = tmp_path / "1.html", tmp_path / "2.html"
    groups = [[place(number) for number in range(1, 71)], [place(number) for number in range(71, 100)]]
    for path, start, entries in zip((first, second), (1, 71), groups, strict=True):
        state = place_list_state(KEYWORD, entries, start=start, total=99)
        path.write_text(place_list_page(KEYWORD, entries, state=state))
    output = PLAIN("serp", "read", str(first), str(second), "--kind", "place", "--surface", "place_list", "--json")
    document = output.document()
    assert (output.code, document["keyword"], document["depth"]) == (0, KEYWORD, 99)
    assert document["entries"][-1]["rank"] == 99
    alone = read(second, surface="place_list")
    assert (alone["code"], alone["entries"]) == (1, [])
    assert any("it starts with row 71" in fact for fact in alone["evidence"])


def test_the_further_rows_of_a_tab_follow_its_first_page(tmp_path: Path) -> None:
    first, more = tmp_path / "tab.html", tmp_path / "more.json"
    posts: list[Post | str] = [
        Post(f"https://blog.naver.com/author{number}/2242535579{number:02}") for number in range(5)
    ]
    first.write_text(tab_page(KEYWORD, posts[:3], next_url=next_address(KEYWORD, 4)))
    more.write_text(tab_more(posts[3:]))
    output = PLAIN("serp", "read", str(first), str(more), "--kind", "blog", "--surface", "blog_tab", "--json")
    assert (output.code, [entry["rank"] for entry in output.document()["entries"]]) == (0, [1, 2, 3, 4, 5])


def test_people_see_verdict_ranks_and_what_was_left_out(page: Path) -> None:
    output = PLAIN(
        *("serp", "read", str(page), "--kind", "place", "--surface", "integrated"),
        *("--target", "https://m.place.naver.com/place/1293718759"),
    )
    assert output.code == 0
    assert "판독: 읽음 (recognised)" in output.out
    assert "새로 오픈" in output.out
    assert "1293718759: 노출 2위 (영역 플레이스 (nmb_rnk), 페이지 2번째)" in output.out


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0", "is binary"),
        (b"\xff\x80 \xff\x80 \xff", "is not UTF-8"),
        (gzip.compress(b"<html>", mtime=0)[:-4], "damaged gzip"),
        (b"\x1f\x8bnot gzip", "damaged gzip"),
    ],
)
def test_a_file_that_holds_no_page_is_refused(tmp_path: Path, content: bytes | None, complaint: str) -> None:
    path = tmp_path / "page"
    if content is not None:
        path.write_bytes(content)
    output = PLAIN("serp", "read", str(path), "--kind", "blog", "--surface", "integrated", "--json")
    assert output.code == 2
    assert output.document()["error"]["name"] == "InvalidInput"
    assert complaint in output.document()["error"]["message"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--kind", "cafe", "--surface", "blog_tab"], "이 화면에는 이 유형이 나오지 않습니다"),
        (["--kind", "shop", "--surface", "integrated"], "유형 'shop': 알 수 없는 값입니다. place"),
        (["--kind", "place", "--surface", "map"], "화면 'map': 알 수 없는 값입니다"),
        (["--kind", "place", "--surface", "integrated", "--device", "tv"], "기기 'tv': 알 수 없는 값입니다"),
        (["--kind", "place", "--surface", "integrated", "--target", BLOG], "유형을 블로그(으)로"),
        (["--kind", "place", "--surface", "integrated", "--keyword", " "], "키워드가 비어 있습니다"),
    ],
)
def test_arguments_that_do_not_fit_leave_with_2(page: Path, arguments: list[str], complaint: str) -> None:
    output = PLAIN("serp", "read", str(page), *arguments)
    assert output.code == 2
    assert complaint in output.err


@pytest.mark.parametrize("url", ["https://example.com/x", "https://naver.com.evil.example/", "http://127.0.0.1/"])
def test_only_pages_of_naver_are_opened(url: str) -> None:
    output = PLAIN("serp", "read", url, "--kind", "place", "--surface", "integrated")
    assert output.code == 2
    assert "네이버 페이지만 엽니다" in output.err


def test_several_integrated_pages_are_no_list(page: Path) -> None:
    output = PLAIN("serp", "read", str(page), str(page), "--kind", "place", "--surface", "integrated")
    assert output.code == 2
    assert "하나씩 읽으세요" in output.err


def test_a_file_is_read_without_database_aws_and_browser(page: Path) -> None:
    program = (
        "import json, sys\nfrom sunwi.cli.app import app\n"
        "app(sys.argv[1:], standalone_mode=False)\n"
        "print(json.dumps([name for name in ('boto3', 'sqlalchemy', 'alembic', 'playwright') if name in sys.modules]))"
    )
    arguments = ["serp", "read", str(page), "--kind", "place", "--surface", "integrated"]
    done = subprocess.run(  # noqa: S603 - this project's own command
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout.splitlines()[-1]) == []


def test_a_page_on_which_the_reader_fails_is_not_measured_and_says_how(
    page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("ROOT_QUERY")

    monkeypatch.setattr("sunwi.service.pages.read_stored_page.read_pages", fail)

    document = read(page)

    assert (document["code"], document["verdict"]) == (1, "layout_unknown")
    assert "a reader failed: KeyError" in document["evidence"][0]
