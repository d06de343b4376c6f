"""`/api/espera`: wait for hours that are taken, look at one's place, take what is offered, leave."""

from ..aws.idempotency import Answer
from ..aws.transactions import Transaction, decided_again
from ..carts.links import cart_token
from ..catalog import table as catalogue_table
from ..web.call import Call
from ..web.routes import PUBLIC, Limit, Routes, Signed
from . import join, leave, offer, table
from .form import JoinForm, must_be_possible
from .links import PURPOSE, entry_token
from .model import Entry
from .views import EntryView, HeldCart, JoinedView, OpenedOffer, entry_view

routes = Routes(__name__)

_JOINS = Limit(20, per_seconds=600)
_WRITES = Limit(40, per_seconds=60)
_LOOKS = Limit(120, per_seconds=60)


@routes.post("/api/espera", access=PUBLIC, body=JoinForm, answers=JoinedView, status=201, refuses=(404, 409),
             limit=_JOINS)
def join_waitlist(call: Call) -> Answer:
    """Join the waitlist: any of some services, on any of some days."""
    catalogue, wanted = catalogue_table.current(call.clock), call.body.wanted()
    must_be_possible(wanted, catalogue, leave.today(call.clock.now()))
    tx = Transaction()
    entry = join.join(tx, wanted, call.body.joiner(), catalogue, language=call.body.language, trace=call.request_id,
                      clock=call.clock)
    return call.commit(tx, JoinedView(entry=_view(entry, call), token=entry_token(entry)), status=201)


@routes.get("/api/espera/{waitlist}", access=Signed(PURPOSE), answers=EntryView, limit=_LOOKS)
def show_entry(call: Call, waitlist: str) -> EntryView:
    """Show an entry: how many are before it, or what is kept for it and until when."""
    return _view(table.load(waitlist), call)


@routes.delete("/api/espera/{waitlist}", access=Signed(PURPOSE), answers=EntryView, limit=_WRITES)
def leave_waitlist(call: Call, waitlist: str) -> Answer:
    """Leave the waitlist; an hour that is kept for the guest is free at once."""
    return decided_again(lambda: _left(waitlist, call))


@routes.post("/api/espera/{waitlist}/oferta", access=Signed(PURPOSE), answers=OpenedOffer, refuses=(409,),
             limit=_WRITES)
def take_offer(call: Call, waitlist: str) -> Answer:
    """Open the cart that keeps the offered hour, to check it out."""
    return decided_again(lambda: _opened(waitlist, call))


def _left(entry_id: str, call: Call) -> Answer:
    tx = Transaction()
    entry = leave.leave(tx, entry_id, call.clock)
    return call.commit(tx, _view(entry, call))


def _opened(entry_id: str, call: Call) -> Answer:
    tx = Transaction()
    _, cart = offer.open_offer(tx, entry_id, call.clock)
    return call.commit(tx, OpenedOffer(cart=HeldCart(id=cart.id), token=cart_token(cart)))


def _view(entry: Entry, call: Call) -> EntryView:
    return entry_view(entry, catalogue_table.current(call.clock), join.ahead_of(entry), call.lang, call.clock.now())
