"""What happens to every request, in order: permit, limit, parse, handle or recall, answer. One log line each."""

import time
from typing import Any

from chalice.app import Request, Response
from pydantic import BaseModel

from ..aws import logs, metrics
from ..aws.idempotency import AlreadyAnswered, Answer, Attempt
from ..core.clock import Clock, SystemClock
from ..core.errors import DomainError, Retryable, Terminal
from . import call as calls
from . import problem
from .call import Call
from .routes import Route

clock: Clock = SystemClock()  # the composition root's clock; tests set their own


def answer(route: Route, request: Request, path: dict[str, str]) -> Response:
    """Return the HTTP response of one request."""
    begun = time.perf_counter()
    call = Call(clock=clock, request_id=calls.request_id_of(request), lang=calls.language_of(request))
    logs.bind(call.request_id, route=route.name)
    response = _answer_or_problem(route, request, path, call)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Request-Id"] = call.request_id
    response.headers["Content-Language"] = call.lang
    logs.info("answered", status=response.status_code, milliseconds=round((time.perf_counter() - begun) * 1000))
    return response


def _answer_or_problem(route: Route, request: Request, path: dict[str, str], call: Call) -> Response:
    try:
        return _answered(route, request, path, call)
    except DomainError as error:
        if isinstance(error, Terminal):
            logs.exception("request failed", code=error.code)
            metrics.count("RequestFailed", route=route.name)
        else:
            logs.info("refused", code=error.code)
        return problem.response_for(error, call.lang, call.request_id)
    except Exception:  # noqa: BLE001  the outermost handler: logged with its place, answered without its text
        logs.exception("request failed")
        metrics.count("RequestFailed", route=route.name)
        return problem.response_for(Terminal("general"), call.lang, call.request_id)


def _answered(route: Route, request: Request, path: dict[str, str], call: Call) -> Response:
    now = call.clock.now()
    call.headers = dict(request.headers)
    call.caller = calls.caller_of(request)
    call.token = route.access.admit(request.headers.get("authorization"), path, now)
    call.member = route.access.recognise(calls.claims_of(request))
    if route.limit:
        route.limit.spend(route.name, call.member.id if call.member else call.caller, now)
    call.raw = calls.raw_body(request)
    call.query = calls.parse_query(request, route.query)
    if route.form:
        call.form = calls.parse_form(call.raw)
    elif route.body:
        call.body = calls.parse_json(call.raw, route.body)
    if not route.idempotent:
        return _response(route, route.handler(call, **path))
    return _once(route, request, path, call)


def _once(route: Route, request: Request, path: dict[str, str], call: Call) -> Response:
    """Answer a mutating request, or repeat what it was answered before."""
    where = request.method + route.path.format(**path)
    call._attempt = Attempt.of(route=where, key=calls.idempotency_key(request), content=call.raw,
                               scope=call.scope, at=call.clock.now())
    try:
        known = route.handler(call, **path)
    except DomainError as refusal:
        if call.begun:  # a provider said no, to this very run: that is its answer, and trying again is allowed
            call.attempt.abandon()
            raise
        # Only now ask what was answered before: a first request pays no read for it, and a repetition can't have
        # changed anything, because its transaction holds the same key.
        known = call.attempt.recall()
        if known is None:
            raise (Retryable("still_running") if isinstance(refusal, AlreadyAnswered) else refusal) from None
    return _response(route, known)


def _response(route: Route, result: Any) -> Response:
    if isinstance(result, Response):
        return result
    headers: dict[str, str | list[str]] = {"Content-Type": route.media_type}
    if route.cache_seconds:
        headers["Cache-Control"] = f"public, max-age={route.cache_seconds}"
        headers["Vary"] = "Accept-Language"
    if isinstance(result, Answer):
        return Response(body=result.body, status_code=result.status, headers=headers)
    if isinstance(result, BaseModel):
        return Response(body=result.model_dump_json(), status_code=route.status, headers=headers)
    return Response(body=result, status_code=route.status, headers=headers)
