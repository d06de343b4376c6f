"""Health, and the API's own description.

Purpose: tells a load balancer or a person that the API answers, and which routes there are.
Alarms: `ApiErrors`. API: `GET /api/salud`, `GET /api/openapi.json`. Facts: none.
"""

from pathlib import Path
from typing import Literal

from chalice.app import Response

from ..aws import settings
from ..core.shapes import View
from .call import Call
from .routes import PUBLIC, Routes

routes = Routes(__name__)

OPENAPI_FILE = Path(__file__).parent / "openapi.json"


class Health(View):
    """The API answers."""

    status: Literal["ok"] = "ok"
    stage: str
    version: str


@routes.get("/api/salud", access=PUBLIC, answers=Health)
def health(call: Call) -> Health:
    """Tell that the API answers, and which version runs."""
    return Health(stage=settings.stage(), version=settings.text("CODE_VERSION", "unknown"))


@routes.get("/api/openapi.json", access=PUBLIC, cache_seconds=300)
def openapi(call: Call) -> Response:
    """Return the OpenAPI 3.1 description of every route."""
    return Response(body=OPENAPI_FILE.read_text(encoding="utf-8"), status_code=200,
                    headers={"Content-Type": "application/json", "Cache-Control": "public, max-age=300"})
