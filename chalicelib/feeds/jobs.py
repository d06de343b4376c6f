"""The schedule's look at every channel's calendar."""

from datetime import UTC, datetime
from typing import Any

from chalice.app import Blueprint

from ..aws import logs
from ..core.clock import Clock, SystemClock
from ..core.errors import DomainError
from . import table
from .read import read

jobs = Blueprint(__name__)
clock: Clock = SystemClock()

TIME_FOR_A_LOOK_MS = 30_000  # what one calendar may take at worst, with its transactions
_NEVER = datetime.min.replace(tzinfo=UTC)


@jobs.lambda_function()
def read_feeds(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Read the calendar of each channel. Runs every 15 minutes.

    Those not tried for longest come first; whom there is no time left for comes first in the next run.
    """
    looked = failed = 0
    for feed in sorted(table.every(), key=lambda feed: feed.tried_at or _NEVER):
        if not feed.has_work:
            continue
        if context and context.get_remaining_time_in_millis() < TIME_FOR_A_LOOK_MS:
            break
        looked += 1
        try:
            failed += read(feed, clock).problem is not None
        except DomainError as error:
            failed += 1
            logs.warning("calendar could not be applied", resource=feed.cabin, provider=feed.channel, code=error.code)
        except Exception:  # noqa: BLE001  the outermost handler: one channel's fault must not hold up the others
            failed += 1
            logs.exception("calendar could not be applied", resource=feed.cabin, provider=feed.channel)
    return {"looked": looked, "failed": failed}
