"""`/api/reservas/{order}/llegada`: the code a guest shows on arriving; `/api/llegadas/clave`: what checks it.

A function of its own, because it alone needs the libraries that sign and draw.
"""

from datetime import datetime

import segno
from pydantic import ConfigDict, Field

from ..aws import settings
from ..core.shapes import View
from ..web.call import Call
from ..web.routes import PUBLIC, Limit, Routes, Signed
from ..web.signed import derived_key
from . import table
from .arrival import arrival_of, code_of, public_key
from .links import PURPOSE

routes = Routes(__name__)

_LOOKS = Limit(60, per_seconds=60)
_KEY = "arrival"


class ArrivalView(View):
    """The code, the same as an SVG picture of its QR, and between when the guests are expected.

    The QR leads to the page that checks it, so that any phone's camera will do.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    code: str
    qr: str
    first: datetime = Field(serialization_alias="from")
    last: datetime = Field(serialization_alias="until")


class ArrivalKey(View):
    """The public key (Ed25519, 32 bytes, base64url) with which an arrival code is checked."""

    key: str


@routes.get("/api/reservas/{order}/llegada", access=Signed(PURPOSE), answers=ArrivalView, refuses=(404, 409),
            limit=_LOOKS)
def show_arrival(call: Call, order: str) -> ArrivalView:
    """Return the code with which an order's guests arrive, as text and as a picture. One read."""
    arrival = arrival_of(table.load(order))
    code = code_of(arrival, derived_key(_KEY))
    qr = segno.make(f"{settings.url('SITE_URL')}/recepcion/#{code}", error="m", micro=False)
    return ArrivalView(code=code, qr=qr.svg_inline(omitsize=True, border=4, light="#fff"),
                       first=arrival.first, last=arrival.last)


@routes.get("/api/llegadas/clave", access=PUBLIC, answers=ArrivalKey, cache_seconds=300)
def show_key(call: Call) -> ArrivalKey:
    """Return the public key that arrival codes are checked with; it opens nothing."""
    return ArrivalKey(key=public_key(derived_key(_KEY)))
