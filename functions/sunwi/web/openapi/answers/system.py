"""What routes answer that are about the API and the system themselves."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from sunwi.domain.job_health import HealthCode, HealthLevel
from sunwi.web.metrics_text import CONTENT_TYPE
from sunwi.web.openapi.answered import Answered, Document


class HealthReason(Document):
    """One thing that is not as it should be."""

    code: HealthCode
    level: HealthLevel
    message: str
    title: str = Field(description="In Korean.")


class Health(Document):
    """Whether work is done as it should be."""

    status: HealthLevel
    reasons: list[HealthReason] = Field(default=[], description="Only for whoever may watch the system.")


class OpenApiDocument(Document):
    """An OpenAPI 3.1 document."""

    model_config = ConfigDict(extra="allow")

    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]
    components: dict[str, Any]


ANSWERS: Mapping[str, Answered | type[BaseModel]] = {
    "show_health": Answered(model=Health, also={503: Health}),
    "show_metrics": Answered(content_type=CONTENT_TYPE),
    "show_document": OpenApiDocument,
}
