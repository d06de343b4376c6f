"""`/api/giftcards`: what can be given, a card while it is put together, a card in its holder's hands, its PDFs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ..catalog import table as catalogue
from ..web.call import Call
from ..web.routes import PUBLIC, Limit, Routes
from . import drawing
from .model import last_day_of
from .views import GiftOfferView, offer_view
from .wishes import NAME_MAX, Typed, Wanted, Words, face_of

CACHE_SECONDS = 60
_PREVIEWS = Limit(90, per_seconds=60)

routes = Routes(__name__)

Unfinished = Annotated[Typed, Field(max_length=NAME_MAX)]


class Preview(Words, Wanted):
    """A gift card that is being put together: names may still be missing."""

    recipient: Unfinished = ""
    sender: Unfinished = ""


@routes.get("/api/giftcards", access=PUBLIC, answers=GiftOfferView, cache_seconds=CACHE_SECONDS)
def show_offer(call: Call) -> GiftOfferView:
    """Return what can be given, in which designs, with which words to begin from."""
    return offer_view(catalogue.current(call.clock), call.lang)


@routes.post("/api/giftcards/vista", access=PUBLIC, idempotent=False, body=Preview, media_type="image/svg+xml",
             limit=_PREVIEWS)
def preview(call: Call) -> str:
    """Draw a card as it will look; its code and its QR are samples. Nothing is kept."""
    wish: Preview = call.body
    face = face_of(wish, wish, catalogue.current(call.clock))
    return drawing.sample(face, last_day_of(call.clock.now()))
