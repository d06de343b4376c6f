"""What SendGrid tells us about our mails."""

from ..aws import logs, metrics
from ..aws.secrets import secret
from ..giftcards.posted import came_back
from ..web.call import Call
from ..web.routes import PUBLIC, Limit, Routes
from . import delivery, table
from .model import UNDELIVERED, most_final

routes = Routes(__name__)

_FROM_SERVERS = Limit(600, per_seconds=60)  # SendGrid posts a batch about every 30 s from each of its servers


@routes.post("/api/webhooks/sendgrid", access=PUBLIC, idempotent=False, limit=_FROM_SERVERS, refuses=(400, 401))
def hear(call: Call) -> str:
    """Delivery events of SendGrid, signed; anything unsigned is refused and changes nothing.

    One write per mail that the events speak of, and one to count the caller; a gift that came back is also noted on its
    card, before the ledger is written, so that a repetition finds what was left undone. Repetition and disorder change
    nothing.
    """
    delivery.verify(call.raw, signature=call.headers.get(delivery.SIGNATURE_HEADER, ""),
                    timestamp=call.headers.get(delivery.TIMESTAMP_HEADER, ""),
                    public_key=secret("sendgrid").get("webhook_public_key", ""), now=call.clock.now())
    for said in most_final(delivery.deliveries(call.raw)):
        if said.event in UNDELIVERED:
            came_back(said.mail, call.clock)
        if not table.record(said):
            continue
        logs.info("mail event", mail=said.mail, state=said.event)
        metrics.count("MailUndelivered" if said.event in UNDELIVERED else "MailEvent", kind=said.event)
    return '{"status":"ok"}'
