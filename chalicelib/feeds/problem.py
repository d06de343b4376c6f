"""Why a channel's calendar could not be read."""

from enum import StrEnum

from ..core.errors import DomainError


class FeedProblem(StrEnum):
    """What was wrong. `feed.<problem>` is its sentence for staff."""

    UNREACHABLE = "unreachable"  # no such host, no connection, no trusted certificate, cut off half-way
    ADDRESS_REFUSED = "address_refused"  # not https, or not an address of the public internet
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    REFUSED = "refused"  # the channel answered, but not with 200
    NOT_A_CALENDAR = "not_a_calendar"
    RECURRING = "recurring"


class Unreadable(DomainError):
    """A calendar that could not be read; nothing of ours changes by it."""

    def __init__(self, problem: FeedProblem) -> None:
        super().__init__(f"feed.{problem}")
        self.problem = problem
