"""`/api/calendarios`: what a channel's computers read, under a secret link."""

import hashlib

from chalice.app import Response

from ..catalog.table import current
from ..core.calendar_file import CONTENT_TYPE
from ..core.errors import NotFound
from ..web.call import Call
from ..web.routes import PUBLIC, Limit, Routes
from . import table
from .link import opens
from .model import is_channel
from .share import share

routes = Routes(__name__)

_READS = Limit(60, per_seconds=60)
_FRESH_SECONDS = 300


@routes.get("/api/calendarios/{cabin}/{channel}/{file}", access=PUBLIC, media_type="text/calendar", refuses=(404,),
            limit=_READS)
def calendar(call: Call, cabin: str, channel: str, file: str) -> Response:
    """Return the taken nights of a cabin as a calendar file, to whoever knows its secret link.

    One answer for every link that is none, whatever is wrong with it. `If-None-Match` is answered with 304.
    """
    feed = table.find(cabin, channel) if is_channel(channel) else None
    if feed is None or feed.leaving or not opens(file, feed):
        raise NotFound("calendar_not_found")
    content = share(feed, current(call.clock), call.clock)
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers: dict[str, str | list[str]] = {
        "Content-Type": CONTENT_TYPE, "Cache-Control": f"private, max-age={_FRESH_SECONDS}", "ETag": tag}
    if tag in call.headers.get("if-none-match", ""):
        return Response(body="", status_code=304, headers=headers)
    return Response(body=content.decode(), status_code=200, headers=headers)
