"""A person is found in the database and in the archive, and forgotten in both, however often somebody is stopped."""

import gzip
import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from sunwi.domain.actor import Actor, Role
from sunwi.domain.audit import AuditEntry
from sunwi.domain.job_request import JobRequest
from sunwi.domain.personal_data import pseudonym_of
from sunwi.errors import InvalidInput, Postponed
from sunwi.service.accounts.keep_sessions import hash_of
from sunwi.service.accounts.manage_keys import KeyOrder
from tests.accounts.account_world import AccountWorld
from tests.archive.archive_world import ADMIN, BILLED, ArchiveWorld, Killed, kill_behind
from tests.examples import NIGHT

KIM, ADDRESS = "cli:kim", "Kim@Example.com"
DAY = timedelta(days=1)
DEATHS = 2


@pytest.fixture
def old(old: ArchiveWorld) -> ArchiveWorld:
    """Kim's jobs, old and young, with what is told to an address; changes of the pool; somebody else's job."""
    old.add_night(NIGHT)
    old.add_job("job-old", NIGHT, owner=KIM, notify={"to": ["a@b.kr", ADDRESS.lower()]})
    old.add_job("job-other", NIGHT, owner="cli:lee", notify={"to": "a@b.kr"})
    young = NIGHT + 60 * DAY
    old.add_night(young)
    old.add_job("job-young", young, owner=KIM, notify={"to": ADDRESS})
    old.add_job("job-told", young, owner="cli:lee", notify={"to": [{"address": ADDRESS}]})
    with old.store.begin() as tx:
        request = JobRequest(owner=KIM, key="k", fingerprint="f", job_id="job-young", created_at=young)
        assert tx.jobs.add_request(request)
        tx.audit.add(
            AuditEntry(at=young, actor="cli:lee", action="told", subject=ADDRESS, after={"to": [ADDRESS], "n": 1})
        )
    old.let_pass()
    old.archive()
    return old


def words_everywhere(old: ArchiveWorld) -> str:
    """Return all that database and bucket say."""
    tables = ("job", "job_request", "pool_change", "worker_pool", "audit")
    stored = [line for lines in old.raw(tables).values() for line in lines]
    files = [gzip.decompress(data).decode() for key, data in old.files.files.items() if key.endswith(".gz")]
    return "\n".join([*stored, *files])


def test_a_person_is_found_by_name_and_by_address_wherever_they_are(old: ArchiveWorld) -> None:
    by_name = list(old.find_person.find(KIM))
    assert {(row.table, row.month, row.columns) for row in by_name if row.table != "worker_pool"} == {
        ("job", None, ("owner",)),
        ("job", "2026-01", ("owner",)),
        ("job_request", None, ("owner",)),
        ("audit", None, ("actor",)),
        ("audit", "2026-01", ("actor",)),
        ("pool_change", None, ("changed_by",)),
        ("pool_change", "2026-01", ("changed_by",)),
    }
    by_address = list(old.find_person.find(f"  {ADDRESS.upper()} "))
    assert {(row.table, row.month, row.row.get("id")) for row in by_address if row.table == "job"} == {
        ("job", None, "job-young"),
        ("job", None, "job-told"),
        ("job", "2026-01", "job-old"),
    }
    (told,) = [row for row in by_address if row.table == "audit"]
    assert told.columns == ("subject", "after")


def test_a_person_who_is_erased_is_nowhere_any_more_and_others_are(old: ArchiveWorld) -> None:
    billed = old.raw(BILLED)
    by_name, by_address = old.erase_person.erase(ADMIN, KIM), old.erase_person.erase(ADMIN, ADDRESS)
    everywhere = words_everywhere(old)
    assert KIM not in everywhere
    assert ADDRESS.lower() not in everywhere.lower()
    assert "cli:lee" in everywhere
    assert "a@b.kr" in everywhere
    assert pseudonym_of(KIM) == by_name.pseudonym != by_address.pseudonym
    assert (by_name.rows["job"], by_name.archived["job"]) == (1, 1)
    assert (by_address.rows["job"], by_address.archived["job"]) == (2, 1)
    assert old.raw(BILLED) == billed
    assert list(old.find_person.find(KIM)) == list(old.find_person.find(ADDRESS)) == []


def test_what_is_told_to_an_erased_address_is_told_to_nobody(old: ArchiveWorld) -> None:
    old.erase_person.erase(ADMIN, ADDRESS)
    with old.store.read() as tx:
        jobs = {name: tx.jobs.get(name) for name in ("job-young", "job-told")}
    assert [job and job.notify for job in jobs.values()] == [None, None]
    (archived,) = old.show_archive.rows("job", "2026-01", text="job-old")
    assert (archived["notify"], archived["owner"]) == (None, KIM)


def test_who_had_somebody_erased_is_audited_without_a_word_of_whom(old: ArchiveWorld) -> None:
    erased = old.erase_person.erase(ADMIN, KIM)
    with old.store.read() as tx:
        (entry,) = tx.audit.latest(1)
    assert (entry.actor, entry.action, entry.subject) == ("cli:admin", "person_erased", erased.pseudonym)
    assert entry.after == {"rows": dict(erased.rows), "archived": dict(erased.archived)}
    old.erase_person.erase(Actor(owner="cli:lee", role=Role.ADMIN), "cli:lee")
    with old.store.read() as tx:
        (entry,) = tx.audit.latest(1)
    assert entry.actor == entry.subject == pseudonym_of("cli:lee")


def test_twice_is_once(old: ArchiveWorld) -> None:
    first = old.erase_person.erase(ADMIN, KIM)
    files = dict(old.files.files)
    again = old.erase_person.erase(ADMIN, KIM)
    assert (again.pseudonym, again.rows, again.archived) == (first.pseudonym, {}, {})
    assert old.files.files == files


@pytest.mark.parametrize(
    ("method", "key"),
    [
        ("replace", "job/2026-01/part-1-r1.jsonl.gz"),
        ("replace", "job/2026-01/manifest.json"),
        ("delete", "job/2026-01/part-1.jsonl.gz"),
        ("delete", "pool_change/2026-01/part-1.jsonl.gz"),
    ],
)
def test_an_erasure_that_is_killed_is_finished_by_the_next(old: ArchiveWorld, method: str, key: str) -> None:
    deaths = kill_behind(old.files, method, key, deaths=DEATHS)
    for _ in range(DEATHS):
        with suppress(Killed):
            old.erase_person.erase(ADMIN, KIM)
        old.let_pass(timedelta(minutes=16))
    assert deaths() >= 1
    old.files.behind = lambda _method, _key: None
    old.erase_person.erase(ADMIN, KIM)
    assert KIM not in words_everywhere(old)
    with old.store.read() as tx:
        assert not tx.archive_index.unsettled()
    named = {file.key for manifest in old.manifests() for file in manifest.files}
    assert {name for name in old.files.files if name.endswith(".jsonl.gz")} == named
    assert sum(row["owner"] == pseudonym_of(KIM) for row in old.show_archive.rows("job", "2026-01")) == 1


def test_erased_rows_that_are_restored_are_the_erased_ones_and_leave_again(old: ArchiveWorld) -> None:
    old.restore_month.restore(ADMIN, "job", "2026-01")
    old.erase_person.erase(ADMIN, KIM)
    with old.store.read() as tx:
        job = tx.jobs.get("job-old")
    assert job is not None
    assert job.owner == pseudonym_of(KIM)
    before = rows_of(old)
    old.let_pass(timedelta(days=15))
    old.archive()
    assert rows_of(old) == before
    with old.store.read() as tx:
        assert tx.jobs.get("job-old") is None


def rows_of(old: ArchiveWorld) -> list[Mapping[str, Any]]:
    return list(old.show_archive.rows("job", "2026-01"))


def test_a_part_that_is_half_written_does_not_keep_a_person(old: ArchiveWorld) -> None:
    old.let_pass(timedelta(days=60))
    kill_behind(old.files, "put_once", "job/2026-03/part-1.jsonl.gz")
    job_id = old.begin()
    old.kill(job_id)
    old.files.behind = lambda _method, _key: None
    old.let_pass(timedelta(minutes=16))
    old.erase_person.erase(ADMIN, KIM)
    assert KIM not in words_everywhere(old)
    while not old.world.job(job_id).state.is_ended:
        old.attempt(job_id)
    assert KIM not in words_everywhere(old)
    with old.store.read() as tx:
        assert tx.jobs.get("job-young") is None


def test_many_rows_of_one_person_are_erased_page_by_page(old: ArchiveWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sunwi.service.privacy.find_person.PAGE_ROWS", 2)
    for number in range(7):
        old.add_job(f"job-more-{number}", NIGHT + 70 * DAY, owner=KIM)
    assert old.erase_person.erase(ADMIN, KIM).rows["job"] == 8
    with old.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM job WHERE owner = 'cli:kim'")).scalar_one() == 0


@pytest.mark.parametrize("typed", ["", "  ", "system", "erased-0123", "x" * 256])
def test_nobody_is_erased_who_is_no_person(old: ArchiveWorld, typed: str) -> None:
    before = old.raw(("job", "audit"))
    for ask in (lambda: list(old.find_person.find(typed)), lambda: old.erase_person.erase(ADMIN, typed)):
        with pytest.raises(InvalidInput) as raised:
            ask()
        assert raised.value.code == "person_unusable"
    assert old.raw(("job", "audit")) == before


def test_nobody_is_erased_while_somebody_writes_the_archive(old: ArchiveWorld) -> None:
    old.lease.take("job:other")
    with pytest.raises(Postponed) as raised:
        old.erase_person.erase(ADMIN, KIM)
    assert raised.value.code == "archive_busy"
    assert KIM in words_everywhere(old)


def test_a_name_with_any_letters_is_found_and_erased(old: ArchiveWorld) -> None:
    name = "김😀 \"'<script>=1+1\u202e"
    old.add_job("job-wild", NIGHT + 70 * DAY, owner=name, notify={"말": name})
    (row,) = list(old.find_person.find(name))
    assert row.columns == ("owner", "notify")
    assert json.loads(row.row["notify"]) == {"말": name}
    old.erase_person.erase(ADMIN, name)
    assert list(old.find_person.find(name)) == []


def test_whoever_is_erased_is_let_in_no_more_and_the_audit_names_them_no_more(old: ArchiveWorld) -> None:
    accounts = AccountWorld(old.store, old.world.clock)
    account = accounts.invite(ADDRESS)
    session = accounts.sign_in(account).session.id_hash
    key = hash_of(accounts.keys.make(account.actor, KeyOrder(name="k")).secret)
    assert {row.table for row in old.find_person.find(ADDRESS)} >= {"account", "audit"}
    erased = old.erase_person.erase(ADMIN, ADDRESS)
    stored = accounts.account(account.id)
    assert (stored.email, stored.sub) == (erased.pseudonym, None)
    now = old.world.clock.now()
    assert (accounts.entrance.of_session(session, at=now), accounts.entrance.of_key(key, at=now)) == (None, None)
    for table in ("account", "audit"):
        assert ADDRESS.lower() not in "\n".join(old.raw((table,))[table]).lower()
    assert list(old.find_person.find(ADDRESS)) == []
    assert old.erase_person.erase(ADMIN, ADDRESS).rows == {}
