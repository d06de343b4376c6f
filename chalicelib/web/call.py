"""One request as a handler sees it: parsed, permitted, in the caller's language."""

import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast
from urllib.parse import parse_qsl

from chalice.app import Request
from pydantic import BaseModel, ValidationError

from ..aws import settings
from ..aws.idempotency import Answer, Attempt
from ..aws.limits import caller_id
from ..aws.transactions import Transaction, decided_again
from ..core.clock import Clock
from ..core.errors import DomainError, Malformed
from ..core.roles import Actor
from ..core.texts import DEFAULT_LANG, Lang, preferred_language
from . import problem
from .signed import Token

T = TypeVar("T")
_REQUEST_ID = re.compile(r"^[A-Za-z0-9-]{8,64}$")
_IDEMPOTENCY_KEY = re.compile(r"^[A-Za-z0-9_-]{8,64}$")


@dataclass
class Call:
    """A request on its way through the edge.

    `query`, `body` and `form` are instances of the route's pydantic types; `caller` is a hash of the network address;
    `token` is what a signed route's bearer token says, `member` who calls a route for staff; `attempt` carries the
    Idempotency-Key of a mutating route.
    """

    clock: Clock
    request_id: str
    lang: Lang = DEFAULT_LANG
    caller: str = ""
    query: Any = None
    body: Any = None
    form: dict[str, str] = field(default_factory=dict)
    raw: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    token: Token | None = None
    member: Actor | None = None
    begun: bool = False
    _attempt: Attempt | None = None

    @property
    def attempt(self) -> Attempt:
        """The run of this idempotent request."""
        return cast(Attempt, self._attempt)

    @property
    def opened(self) -> str:
        """The id that the caller's token opens."""
        return cast(Token, self.token).id

    @property
    def staff(self) -> Actor:
        """The member of staff who calls a route for staff."""
        return cast(Actor, self.member)

    @property
    def scope(self) -> str:
        """Whom the request acts for: a member of staff, what a token opens, or the caller's address."""
        if self.member:
            return self.member.id
        return self.token.id if self.token else self.caller

    def commit(self, tx: Transaction, view: BaseModel, *, status: int = 200) -> Answer:
        """Commit the change together with its answer, so that a repetition is answered alike."""
        answer = Answer(status, view.model_dump_json())
        self.attempt.answered(tx, answer)
        tx.commit()
        return answer

    def begin(self, tx: Transaction, *, once: bool = False) -> None:
        """Commit the change, marked as unanswered until `finish`: for verbs that ask a provider in between.

        `once`: for one that must never be committed a second time; see `once`.
        """
        self.attempt.started(tx, once=once)
        tx.commit()
        self.begun = True

    def once(self, decide: Callable[[], T], stands: Callable[[], T]) -> T:
        """Return what `decide` commits by `begin(…, once=True)`, run again when somebody wrote in between.

        When an earlier run of this very request has committed it and its answer was lost, return what `stands`. Raises
        what they raise.
        """
        try:
            return decided_again(decide)
        except DomainError:
            if self.begun or not self.attempt.unanswered():
                raise
            return stands()

    def finish(self, view: BaseModel, *, status: int = 200) -> Answer:
        """Keep and return the answer of a request that has `begin` behind it. One write."""
        answer = Answer(status, view.model_dump_json())
        self.attempt.finish(answer)
        return answer


def request_id_of(request: Request) -> str:
    """Return the id the page sent along, or API Gateway's own."""
    sent = request.headers.get("x-request-id", "")
    return sent if _REQUEST_ID.match(sent) else str(request.context.get("requestId", "unknown"))


def language_of(request: Request) -> Lang:
    """Return the language to answer in."""
    return preferred_language(request.headers.get("accept-language"))


def caller_of(request: Request) -> str:
    """Return a hash of the viewer's address: CloudFront's word for it, if it is CloudFront that speaks.

    The distribution adds a key that nobody else knows. Whoever calls API Gateway past it can make up every header, and
    is known by the address the connection came from.
    """
    key, sent = settings.text("ORIGIN_KEY"), request.headers.get("x-origin-key", "")
    by_cloudfront = bool(key) and hmac.compare_digest(sent.encode(), key.encode())
    viewer = request.headers.get("cloudfront-viewer-address", "").rpartition(":")[0] if by_cloudfront else ""
    return caller_id(viewer or str(request.context.get("identity", {}).get("sourceIp", "")))


def claims_of(request: Request) -> dict[str, Any] | None:
    """Return what API Gateway's authorizer verified about a member of staff; None where no authorizer stands."""
    claims: dict[str, Any] | None = (request.context.get("authorizer") or {}).get("claims")
    return claims


def raw_body(request: Request) -> bytes:
    """Return the body's bytes exactly as they came."""
    raw = request.raw_body
    return raw if isinstance(raw, bytes) else raw.encode()


def parse_query(request: Request, model: type[BaseModel] | None) -> BaseModel | None:
    """Return the query string as the route's type; raises Invalid naming each wrong parameter."""
    if model is None:
        return None
    return _validated(model, dict(request.query_params or {}))


def parse_json(raw: bytes, model: type[BaseModel]) -> BaseModel:
    """Return the JSON body as the route's type; raises Malformed for no JSON, Invalid naming each wrong field."""
    try:
        values = json.loads(raw or b"{}")
    except (ValueError, RecursionError) as error:
        raise Malformed("malformed_json") from error
    return _validated(model, values)


def parse_form(raw: bytes) -> dict[str, str]:
    """Return a form body's fields (the last value of each name)."""
    try:
        return dict(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=50))
    except ValueError as error:
        raise Malformed("malformed_form") from error


def idempotency_key(request: Request) -> str:
    """Return the Idempotency-Key header; raises Malformed when it is missing or misshapen."""
    key = request.headers.get("idempotency-key", "")
    if not _IDEMPOTENCY_KEY.match(key):
        raise Malformed("idempotency_key_missing")
    return str(key)


def _validated(model: type[BaseModel], values: Any) -> BaseModel:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise problem.from_validation(error) from None
