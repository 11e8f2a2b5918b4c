"""Write an answer as the gateway takes it: Korean as it is, an ETag, and headers that protect whoever reads it."""

import json
from collections.abc import Mapping
from dataclasses import replace

from aws_lambda_powertools.event_handler import Response

from sunwi.web.answer import NOT_MODIFIED, Answer
from sunwi.web.etag import is_known, tag_of_body, tag_of_version

#: Of everything that is answered, unless an answer has another of the name.
PROTECTION: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
}
#: Of pages besides: their own styles, scripts, pictures and forms, and nothing of anybody else's.
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_OK = 200


def body_of(answer: Answer) -> str | bytes:
    """Return the body of an answer; "" and not None: the local stack's gateway cannot encode what is not there."""
    if answer.document is not None:
        return json.dumps(answer.document, ensure_ascii=False, separators=(",", ":"))
    return "" if answer.content is None else answer.content


def write_answer(answer: Answer, *, if_none_match: str | None, is_get: bool, request_id: str) -> Response[str]:
    """Write an answer.

    Args:
        answer: Of a route, or a problem.
        if_none_match: The request's header.
        is_get: Only then is there an ETag of the body.
        request_id: Leads to its log lines.
    """
    body = body_of(answer)
    headers = {**PROTECTION, "X-Request-Id": request_id, **answer.headers}
    if answer.content_type.startswith("text/html") and "Content-Security-Policy" not in answer.headers:
        headers["Content-Security-Policy"] = PAGE_POLICY
    if answer.status in (_OK, NOT_MODIFIED) and (answer.version is not None or is_get):
        tag = tag_of_body(body) if answer.version is None else tag_of_version(answer.version)
        headers["ETag"] = tag
        if is_get and is_known(tag, if_none_match):
            answer, body = replace(answer, status=NOT_MODIFIED), ""
    return Response(
        status_code=answer.status,
        content_type=answer.content_type if body else None,
        body=body,  # type: ignore[arg-type]  # Powertools encodes bytes, whatever its annotation says
        headers=headers,
        cookies=list(answer.cookies),
    )
