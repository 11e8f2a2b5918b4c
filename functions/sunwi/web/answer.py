"""What a route answers with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aws_lambda_powertools.shared.cookies import Cookie


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer, before it is written.

    Attributes:
        status: HTTP's.
        document: JSON; None of an answer without a body, or with content of its own.
        content: What is no JSON.
        content_type: Of `content`.
        headers: Further ones, by name as it is to be sent.
        version: What an ETag is made of; None: of the body's hash, for GET.
        cookies: To be set.
    """

    status: int = 200
    document: Mapping[str, Any] | None = None
    content: str | bytes | None = None
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    version: str | None = None
    cookies: tuple[Cookie, ...] = ()


#: The asker has it already.
NOT_MODIFIED = 304

#: Done, and there is nothing to say.
NO_CONTENT = Answer(status=204)
