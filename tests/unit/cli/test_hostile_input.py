"""Hostile texts through every command, on SQLite: taken as they are, or refused by name; never obeyed."""

import csv
import io
import json
import sys
from pathlib import Path

import pytest

from sunwi.cli.screens.terminal import show_json
from sunwi.domain.dead_letter import QueueName
from sunwi.domain.task import message_body
from sunwi.domain.typed_text import is_invisible
from tests.hostile import REFUSED, TAKEN
from tests.unit.cli.command_line import CommandLine, FakeContainer

URL = "https://map.naver.com/p/entry/place/1648862917"
#: Longest answer to one wrong text: what it is, what is wrong, and what to do.
LONGEST_ANSWER = 1_200
COMMANDS = {
    "keyword": ("trackings", "add", "--kind", "place", "--url", URL, "--no-measure", "--keyword={}"),
    "client": ("trackings", "add", "--kind", "place", "--url", URL, "--no-measure", "--keyword", "김밥", "--client={}"),
    "agency": ("trackings", "add", "--kind", "place", "--url", URL, "--no-measure", "--keyword", "김밥", "--agency={}"),
    "url": ("trackings", "add", "--kind", "place", "--no-measure", "--keyword", "김밥", "--url={}"),
    "query": ("trackings", "add", "--kind", "place", "--no-measure", "--keyword", "김밥", f"--url={URL}?x={{}}"),
    "kind": ("trackings", "add", "--url", URL, "--no-measure", "--keyword", "김밥", "--kind={}"),
    "surface": ("trackings", "add", "--url", URL, "--no-measure", "--keyword", "김밥", "--kind=place", "--surface={}"),
    "device": ("trackings", "add", "--url", URL, "--no-measure", "--keyword", "김밥", "--kind=place", "--device={}"),
    "areas": ("trackings", "add", "--url", URL, "--no-measure", "--keyword", "김밥", "--kind=place", "--areas={}"),
    "location": (
        *("trackings", "add", "--url", URL, "--no-measure", "--keyword", "김밥", "--kind=place"),
        *("--surface=place_list", "--location={}"),
    ),
    "tag": ("trackings", "add", "--kind", "place", "--url", URL, "--no-measure", "--keyword", "김밥", "--tag={}"),
    "added tag": ("trackings", "tag", "1", "--add={}"),
    "removed tag": ("trackings", "tag", "1", "--remove={}"),
    "merged client": ("clients", "merge", "--", "{}", "1"),
    "listed keyword": ("trackings", "list", "--keyword={}"),
    "listed client": ("trackings", "list", "--client={}"),
    "shown run": ("runs", "show", "--", "{}"),
    "cancelled run": ("runs", "cancel", "--", "{}"),
    "retried run": ("runs", "retry-failed", "--", "{}"),
    "resumed run": ("runs", "resume", "--", "{}"),
    "replayed run": ("serp", "replay", "--run={}"),
    "page": ("serp", "read", "--kind", "place", "--surface", "integrated", "--", "{}"),
    "target": ("serp", "read", "--kind", "place", "--surface", "integrated", "--target={}", "page.html"),
    "ranked link": ("rank", "--", "김밥", "{}"),
    "watched day": ("watch", "--date={}"),
    "tracking": ("trackings", "show", "--", "{}"),
}
TEXTS = TAKEN | {name: text for name, (text, _) in REFUSED.items()}


def add(keyword: str, *more: str) -> tuple[str, ...]:
    return ("trackings", "add", "--kind", "place", "--url", URL, "--no-measure", f"--keyword={keyword}", *more)


def has_only_plain_text(shown: str) -> bool:
    return not any(is_invisible(character) and character != "\n" for character in shown)


@pytest.mark.parametrize("text", TAKEN.values(), ids=TAKEN.keys())
def test_text_that_is_only_text_goes_in_and_comes_out_as_typed(
    sunwi: CommandLine, container: FakeContainer, tmp_path: Path, text: str
) -> None:
    before = set(tmp_path.iterdir())
    added = sunwi(*add(text, f"--client={text}", f"--agency={text}", "--json")).document()
    listed = sunwi("trackings", "list", f"--keyword={text}", f"--client={text}", "--json").document()["trackings"]
    shown = sunwi("trackings", "show", "1", "--json").document()
    for document in (added, *listed, shown):
        assert (document["keyword"], document["client"], document["agency"]) == (text, text, text)
    assert [line["id"] for line in listed] == [1]
    with container.adapters.store.read() as tx:
        stored = tx.trackings.get(1)
    assert stored is not None
    assert stored.keyword == text
    logs = {tmp_path / f"sunwi.db{end}" for end in ("-wal", "-shm")}  # of a database that is open
    assert set(tmp_path.iterdir()) - logs == before


@pytest.mark.parametrize("text", TAKEN.values(), ids=TAKEN.keys())
def test_a_screen_shows_such_text_and_obeys_none_of_it(sunwi: CommandLine, text: str) -> None:
    assert sunwi(*add(text)).code == 0
    lists, history = sunwi("trackings", "list").out, sunwi("trackings", "show", "1").out
    assert has_only_plain_text(lists)
    assert has_only_plain_text(history)
    assert "".join(text.split()).replace("\u200d", "") in "".join(history.split())


@pytest.mark.parametrize(("text", "words"), REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.parametrize("option", ["keyword", "client"])
def test_what_cannot_be_seen_or_would_be_run_is_refused_by_name_and_nothing_is_stored(
    *, sunwi: CommandLine, option: str, text: str, words: str
) -> None:
    wanted = {"keyword": "김밥", "client": "", option: text}
    output = sunwi(*add(wanted["keyword"], f"--client={wanted['client']}", "--json"))
    message = output.document()["error"]["message"]
    assert output.code == 2
    assert option in message
    assert words in message
    assert has_only_plain_text(output.err)
    assert len(output.out) < LONGEST_ANSWER
    assert sunwi("trackings", "list", "--json").document()["trackings"] == []


def test_a_file_of_all_of_it_is_refused_line_by_line_and_its_good_rows_go_in_as_they_are(
    sunwi: CommandLine, tmp_path: Path
) -> None:
    refused = {name: refusal for name, refusal in REFUSED.items() if name not in {"lone surrogate", "stray byte"}}
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(["유형", "키워드", "대상 URL", "광고주"])
    rows.writerows(["플레이스", text, URL, text] for text in TAKEN.values())
    rows.writerows(["플레이스", text, URL, ""] for text, _ in refused.values())
    (tmp_path / "t.csv").write_text(written.getvalue(), encoding="utf-8", newline="")

    assert sunwi("trackings", "import", "t.csv", "--no-measure").code == 1
    assert sunwi("trackings", "list", "--json").document()["trackings"] == []
    report = sunwi("trackings", "import", "t.csv", "--partial", "--no-measure", "--json").document()
    stored = sunwi("trackings", "list", "--json").document()["trackings"]
    assert [(line["keyword"], line["client"]) for line in stored] == [(text, text) for text in TAKEN.values()]
    assert [row["line"] for row in report["imported"]] == [2 + place for place in range(len(TAKEN))]
    assert len(report["errors"]) == len(refused)
    for error, (_, words) in zip(report["errors"], refused.values(), strict=True):
        assert words in error["message"]


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_every_command_answers_every_text_with_one_short_document(sunwi: CommandLine, command: tuple[str, ...]) -> None:
    for name, text in TEXTS.items():
        words = [word.replace("{}", text) for word in command]
        at = words.index("--") if "--" in words else len(words)
        output = sunwi(*words[:at], "--json", *words[at:])
        assert output.code in {0, 1, 2}, name
        assert isinstance(output.document(), dict), name
        assert has_only_plain_text(output.err), name
        if output.code:
            assert len(output.out) < LONGEST_ANSWER, name
            assert output.err.count("\n") == 1, name


def test_dead_letters_of_any_words_are_listed(sunwi: CommandLine, container: FakeContainer) -> None:
    bodies = [*TEXTS.values(), *(json.dumps({"run_id": text, "tracking_id": 1}) for text in TEXTS.values())]
    for number, body in enumerate([*bodies, message_body("scheduled-20260102", 2**62), "[" * 100_000]):
        container.own_dead_letters[QueueName.CRAWL].put(f"m{number}", body)
    document = sunwi("dlq", "list", "--queue", "crawl", "--limit", "100", "--json").document()
    assert len(document["letters"]) == len(bodies) + 2
    assert {letter["cause"] for letter in document["letters"]} <= {"bad_message", "other", "starved"}
    container.own_clock.advance(hours=1)
    listed = sunwi("dlq", "list", "--queue", "crawl", "--limit", "100")
    assert listed.code == 0
    assert has_only_plain_text(listed.out)


@pytest.mark.parametrize("encoding", ["utf-8", "cp949", "ascii"])
def test_json_is_whole_whatever_a_terminal_can_show(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding, errors="backslashreplace"))
    document = {name: f"é{text}\\" for name, text in TEXTS.items()}
    show_json(document)
    sys.stdout.flush()
    assert json.loads(written.getvalue().decode(encoding)) == document
