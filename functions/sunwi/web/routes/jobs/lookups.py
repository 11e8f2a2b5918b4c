"""Look up where one target stands now; nothing is stored but the job."""

from pydantic import Field

from sunwi.domain.job_order import JobOrder
from sunwi.service.accounts.permissions import Action
from sunwi.web.answer import Answer
from sunwi.web.asked.fields import Asked
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.wording.jobs.job_documents import job_document

_ACCEPTED = 202


class LookupBody(Asked):
    """What is looked up; words as in a file, Korean or English."""

    keyword: str = Field(max_length=2_000)
    url: str = Field(max_length=4_000, description="Address of the place or post.")
    kind: str = Field("", max_length=40, description="Left out: what the address says.")
    surface: str = Field("", max_length=40, description="integrated, place_list, blog_tab, cafe_tab.")
    device: str = Field("", max_length=40, description="pc, mobile.")
    location: str = Field("", max_length=200, description="Coordinates, where the surface takes them.")
    areas: list[str] = Field(default_factory=list, max_length=50)
    counts_bundled: bool = False


def look_up(request: Request[None, LookupBody]) -> Answer:
    """Submit a lookup as urgent as the caller's role may ask for."""
    params = request.body.model_dump(exclude={"areas", "counts_bundled"})
    params |= {"areas": ",".join(request.body.areas), "bundled": request.body.counts_bundled}
    order = JobOrder(work="lookup", params=params, priority=request.actor.highest_priority)
    submitted = request.house.jobs.submit_job.submit(request.actor, order, idempotency_key=request.idempotency_key)
    document = {**job_document(submitted.job), "is_repeat": submitted.is_repeat}
    return Answer(status=_ACCEPTED, document=document, headers={"Location": f"/api/v1/jobs/{submitted.job.id}"})


ROUTES: tuple[Route, ...] = (
    Route(
        name="look_up",
        method="POST",
        path="/api/v1/lookups",
        action=Action.LOOKUPS_ASK,
        handle=look_up,
        summary="Look up where a target stands now; the job has the answer.",
        body=LookupBody,
        success=_ACCEPTED,
    ),
)
