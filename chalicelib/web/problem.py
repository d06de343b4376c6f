"""Errors as RFC 9457 `application/problem+json`, in the caller's language."""

import json
from typing import Any

from chalice.app import Response
from pydantic import Field, ValidationError

from ..core.errors import (
    Conflict,
    DomainError,
    FieldProblem,
    Gone,
    Invalid,
    Malformed,
    NotFound,
    Retryable,
    Terminal,
    TooMany,
    Unauthenticated,
)
from ..core.shapes import View
from ..core.texts import Lang, sentence

# The order matters where one class extends another. Never 403: at the edge that means "the site has no such page".
STATUS: dict[type[DomainError], int] = {
    Malformed: 400, Unauthenticated: 401, NotFound: 404, Conflict: 409, Gone: 410, Invalid: 422, TooMany: 429,
    Retryable: 503, Terminal: 500,
}
_PYDANTIC_CODES = {"missing": "missing_value", "extra_forbidden": "unknown_field", "string_too_short": "too_short",
                   "string_too_long": "too_long"}


class Problem(View):
    """The body of every refusal."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[dict[str, str]] = Field([])
    request_id: str


def status_of(error: DomainError) -> int:
    """Return the HTTP status of an error; what others are in the way of for a moment is a conflict too."""
    if error.code in ("still_running", "gift_card_busy"):
        return 409
    return next(status for kind, status in STATUS.items() if isinstance(error, kind))


def response_for(error: DomainError, lang: Lang, request_id: str) -> Response:
    """Return the problem as an HTTP response; a Terminal fault shows nothing of its inside."""
    status = status_of(error)
    code = "general" if isinstance(error, Terminal) else error.code
    kind = next(kind.__name__ for kind in STATUS if isinstance(error, kind))
    headers = {}
    if isinstance(error, TooMany | Retryable):
        headers["Retry-After"] = str(error.retry_after_seconds)
    body = Problem(type=f"/api-referencia/#{code}", title=sentence(f"title.{kind}", lang), status=status,
                   detail=sentence(code, lang, **error.params), code=code, request_id=request_id,
                   errors=[_field(problem, lang) for problem in error.fields])
    return problem_response(body, headers)


def problem_response(problem: Problem, headers: dict[str, str]) -> Response:
    """Return a problem with its media type."""
    return Response(body=problem.model_dump_json(), status_code=problem.status,
                    headers={"Content-Type": "application/problem+json", **headers})


def from_validation(error: ValidationError, prefix: str = "") -> Invalid:
    """Return pydantic's findings as an Invalid that names each field (`guest.phone`)."""
    return Invalid("invalid_fields", fields=tuple(_finding(found, prefix) for found in error.errors(
        include_url=False, include_input=False)))


def _finding(found: Any, prefix: str) -> FieldProblem:
    path = ".".join(str(part) for part in found["loc"]) or "body"
    code = _PYDANTIC_CODES.get(found["type"], found["type"])
    params = {key: value for key, value in (found.get("ctx") or {}).items() if isinstance(value, str | int)}
    return FieldProblem(prefix + path, code, params)


def _field(problem: FieldProblem, lang: Lang) -> dict[str, str]:
    detail = problem.detail or sentence(problem.code, lang, **problem.params)
    if detail == sentence("general", lang):
        detail = sentence("invalid_value", lang)
    return {"field": problem.field, "code": problem.code, "detail": detail}


def speaks_for_itself(response: dict[str, Any]) -> bool:
    """Tell whether an answer needs no translation: it is no refusal, or a problem already."""
    headers = str(response.get("headers")) + str(response.get("multiValueHeaders"))
    return response["statusCode"] < 400 or "problem+json" in headers


def chalice_refusal(response: dict[str, Any], lang: Lang, request_id: str) -> dict[str, Any]:
    """Return a refusal that Chalice made by itself (405, 415 …) as a problem."""
    codes = {405: "method_not_allowed", 415: "unsupported_media_type", 400: "malformed_json"}
    code = codes.get(response["statusCode"], "general")
    body = Problem(type=f"/api-referencia/#{code}", title=sentence("title.Malformed", lang),
                   status=response["statusCode"], detail=sentence(code, lang), code=code, request_id=request_id)
    headers = {**response.get("headers", {}), "Content-Type": "application/problem+json",
               "X-Request-Id": request_id, "Content-Language": lang, "Cache-Control": "no-store"}
    return {**response, "body": json.dumps(body.model_dump(), ensure_ascii=False), "headers": headers}
