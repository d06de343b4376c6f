"""What can go wrong, as types. The web edge alone turns them into HTTP answers.

Every error has a code (`slot_taken`) whose sentence stands in `texts/{es,en}.json`; `params` fill that sentence.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one field: its path (`guest.phone`), a code, and what its sentence needs."""

    field: str
    code: str
    params: dict[str, Any] = dataclasses.field(default_factory=dict)
    detail: str | None = None


class DomainError(Exception):
    """A refusal or failure with a code."""

    def __init__(self, code: str, *, fields: tuple[FieldProblem, ...] = (), **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.fields = fields
        self.params = params


class Malformed(DomainError):
    """The request cannot be read."""


class Invalid(DomainError):
    """The request can be read, and asks for something that cannot be."""


class Unauthenticated(DomainError):
    """The caller shows no valid token."""


class NotFound(DomainError):
    """No such thing, or none that this caller may see."""


class Conflict(DomainError):
    """The request was right, but the world has moved on."""


class Gone(DomainError):
    """It was here and is over."""


class TooMany(DomainError):
    """The caller asks too often; `retry_after_seconds` says when to come back."""

    def __init__(self, code: str = "too_many_requests", *, retry_after_seconds: int, **params: Any) -> None:
        super().__init__(code, **params)
        self.retry_after_seconds = retry_after_seconds


class Retryable(DomainError):
    """A passing fault: the same call may succeed later."""

    def __init__(self, code: str = "busy", *, retry_after_seconds: int = 2, **params: Any) -> None:
        super().__init__(code, **params)
        self.retry_after_seconds = retry_after_seconds


class Terminal(DomainError):
    """A fault that repeating won't mend; a person has to look."""
