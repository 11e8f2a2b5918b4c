import pytest

from sunwi.domain.job import JobState
from tests.unit.web.people import ADVERTISER, AGENCY, FOREIGN_AGENCY
from tests.unit.web.routes.conftest import AskingAs
from tests.unit.web.walk.world import World


def test_a_list_goes_on_where_the_page_before_ended(asking: AskingAs, world: World) -> None:
    ids = [world.job() for _ in range(3)]
    first = asking(AGENCY).ask("GET", "/api/v1/jobs?limit=2").document
    second = asking(AGENCY).ask("GET", f"/api/v1/jobs?limit=2&after={first['next']}").document
    assert [job["job_id"] for job in first["jobs"] + second["jobs"]] == ids[::-1]
    assert "next" not in second


def test_filters_narrow_a_list(asking: AskingAs, world: World) -> None:
    failed, waiting = world.ended_job(), world.job()
    for query, found in (
        ("state=FAILED,EXPIRED", [failed]),
        ("state=PENDING", [waiting]),
        ("cause=crash", [failed]),
        ("work=backup", []),
        ("mine=true", [waiting, failed]),
        ("since=2030-01-01T00:00:00", []),
    ):
        reply = asking(AGENCY).ask("GET", f"/api/v1/jobs?{query}")
        assert [job["job_id"] for job in reply.document["jobs"]] == found, query
    assert asking().ask("GET", "/api/v1/jobs?mine=true").document["jobs"] == []


def test_everybody_sees_their_own_jobs_and_an_admin_all(asking: AskingAs, world: World) -> None:
    world.job()
    seen = {
        account: len(asking(account).ask("GET", "/api/v1/jobs").document["jobs"])
        for account in (AGENCY, FOREIGN_AGENCY, ADVERTISER)
    }
    assert seen == {AGENCY: 1, FOREIGN_AGENCY: 0, ADVERTISER: 0}
    assert len(asking().ask("GET", "/api/v1/jobs").document["jobs"]) == 1


def test_what_is_active_is_the_caller_s_own(asking: AskingAs, world: World) -> None:
    world.ended_job()
    waiting = world.job()
    active = asking(AGENCY).ask("GET", "/api/v1/jobs/active").document["jobs"]
    assert [job["job_id"] for job in active] == [waiting]
    assert asking().ask("GET", "/api/v1/jobs/active").document["jobs"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("state=LOST", "state.0"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("since=yesterday", "since"),
        ("colour=red", "colour"),
        ("work=a&work=b", "work"),
    ],
)
def test_a_query_that_cannot_be_used_names_its_field(asking: AskingAs, query: str, field: str) -> None:
    reply = asking().ask("GET", f"/api/v1/jobs?{query}")
    assert (reply.status, reply.document["code"]) == (422, "request_invalid")
    assert reply.document["fields"]["problems"][0]["field"] == field


def test_a_job_is_shown_with_its_attempts_and_not_sent_again_unchanged(asking: AskingAs, world: World) -> None:
    job_id = world.ended_job()
    reply = asking(AGENCY).ask("GET", f"/api/v1/jobs/{job_id}")
    assert [(made["generation"], made["outcome"]) for made in reply.document["attempts_made"]] == [(1, "failed")]
    assert reply.document["failure"]["code"] == "crash"
    again = asking(AGENCY).ask("GET", f"/api/v1/jobs/{job_id}", headers={"if-none-match": reply.headers["ETag"]})
    assert (again.status, again.body) == (304, "")
    asking(AGENCY).ask("POST", f"/api/v1/jobs/{job_id}/retry")
    changed = asking(AGENCY).ask("GET", f"/api/v1/jobs/{job_id}", headers={"if-none-match": reply.headers["ETag"]})
    assert (changed.status, changed.document["state"]) == (200, "PENDING")


def test_a_job_that_is_not_there_is_told_like_somebody_else_s(asking: AskingAs, world: World) -> None:
    foreign = asking(FOREIGN_AGENCY).ask("GET", f"/api/v1/jobs/{world.job()}")
    none = asking(FOREIGN_AGENCY).ask("GET", "/api/v1/jobs/none")
    assert (foreign.status, foreign.document["code"]) == (none.status, none.document["code"]) == (404, "job_missing")


def test_a_result_names_its_files_and_each_leads_to_its_own_link(asking: AskingAs, world: World) -> None:
    job_id = world.job_with_file()
    found = asking(AGENCY).ask("GET", f"/api/v1/jobs/{job_id}/result").document
    assert found["result"] == {"ranks": [3]}
    (file,) = found["files"]
    assert file["name"] == "순위.csv"
    reply = asking(AGENCY).ask("GET", file["url"].replace("%EC%88%9C%EC%9C%84", "순위"))
    assert (reply.status, reply.body) == (302, "")
    assert reply.headers["Location"].startswith("/f/")
    assert asking(FOREIGN_AGENCY).ask("GET", file["url"]).status == 404
    assert asking(AGENCY).ask("GET", f"/api/v1/jobs/{job_id}/files/other.csv").document["code"] == "job_file_unknown"


def test_what_has_not_ended_or_left_nothing_has_no_result(asking: AskingAs, world: World) -> None:
    for job_id, code in ((world.job(), "job_not_ended"), (world.ended_job(), "job_without_result")):
        reply = asking(AGENCY).ask("GET", f"/api/v1/jobs/{job_id}/result")
        assert (reply.status, reply.document["code"]) == (409, code)
    dropped = world.ended_job(JobState.SUCCEEDED, None)
    assert asking(AGENCY).ask("GET", f"/api/v1/jobs/{dropped}/result").status == 404
