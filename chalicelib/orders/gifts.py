"""`/api/reservas/{order}/regalos`: what a buyer may do with the gift cards of her order, by its signed link."""

from typing import Annotated

from pydantic import Field

from ..aws.idempotency import Answer
from ..aws.transactions import Transaction
from ..carts.gifts import Written
from ..catalog import table as catalogue_table
from ..core.clock import spa_time
from ..core.shapes import Form
from ..giftcards.views import PdfLink, WantedPdf
from ..web.call import Call
from ..web.fields import EMAIL
from ..web.routes import Limit, Routes, Signed
from . import table
from .gift_steps import have_sent, pdf_of, rewrite
from .links import PURPOSE
from .model import Order
from .seen import whole_order
from .views import OrderView

routes = Routes(__name__)

_LINE = "/api/reservas/{order}/regalos/{line}"
_CHANGES = Limit(30, per_seconds=60)


class Sending(Form):
    """To which address, if the one it had was wrong."""

    email: Annotated[str, Field(pattern=EMAIL, max_length=200)] | None = None


@routes.post(_LINE, access=Signed(PURPOSE), body=Written, answers=OrderView, refuses=(404, 410), limit=_CHANGES)
def change_gift(call: Call, order: str, line: str) -> Answer:
    """Change what is written on a gift card, for whom it is, how and when it gets there: until it is sent."""
    def decide() -> Order:
        tx, now = Transaction(), call.clock.now()
        after = rewrite(tx, table.load(order), line, call.body, catalogue_table.current(call.clock), now)
        call.begin(tx, once=True)
        return after
    return call.finish(whole_order(call.once(decide, lambda: table.load(order)), call))


@routes.post(_LINE + "/envio", access=Signed(PURPOSE), body=Sending, answers=OrderView, refuses=(404,), limit=_CHANGES)
def send_gift(call: Call, order: str, line: str) -> Answer:
    """Send a gift card now instead of later, or once more; to another address if the mail came back."""
    def decide() -> None:
        tx = Transaction()
        have_sent(tx, table.load(order), line, call.body.email, call.clock.now())
        call.begin(tx, once=True)
    call.once(decide, lambda: None)
    return call.finish(whole_order(table.load(order), call))


@routes.post(_LINE + "/pdf", access=Signed(PURPOSE), idempotent=False, body=WantedPdf, answers=PdfLink,
             refuses=(404, 409), limit=_CHANGES)
def show_pdf(call: Call, order: str, line: str) -> PdfLink:
    """Return where the PDF of a gift card lies: an address that is good for five minutes, for whoever has it."""
    address, until = pdf_of(table.load(order), line, call.body.format, call.clock.now())
    return PdfLink(url=address, expires_at=spa_time(until))
