"""Gift cards to begin a test with: what a buyer asks for, and a card bought over the API and printed."""

import re
from typing import Any

from tests.support.guest import Guest, eventually

GIFT: dict[str, Any] = {"experience": "regalo-pausa", "design": "noche", "recipient": "Berta", "sender": "Ana",
                        "message": "Para que descanses como cuidas: por completo.", "language": "es"}
CODE = re.compile(r"/tarjeta/(?:\?lang=en)?#([0-9A-Z-]{21})")


def wanted(*, way: str = "self", **changes: Any) -> dict[str, Any]:
    """What to put into a cart: one gift card; `way` and, for a mail, its address."""
    delivery = {"way": way, **({"email": changes.pop("email")} if way != "self" else {})}
    return {"gifts": [{**GIFT, "delivery": delivery, **changes}]}


def bought(stack: Any, *, email: str, **changes: Any) -> tuple[Guest, str]:
    """Buy a card for somebody and pay for it at Flow's sandbox; return its buyer and the code in the mail."""
    buyer = Guest(stack)
    assert buyer.put(wanted(way="now", email=email, **changes)).status_code == 201
    placed = buyer.check_out()
    assert placed.status_code == 201, placed.text
    stack.flow.pay(placed.json()["payment"]["url"].rpartition("token=")[2])
    return buyer, code_for(stack, email)


def code_for(stack: Any, email: str) -> str:
    """Return the code in the mail that went to somebody, once it is there."""
    def look() -> str | None:
        for found in stack.mail.messages():
            if any(to["email"] == email for one in found["mail"]["personalizations"] for to in one["to"]):
                texts = [part["value"] for part in found["mail"]["content"] if part["type"] == "text/plain"]
                code = CODE.search(texts[0]) if texts else None
                if code:
                    return code.group(1)
        return None

    return eventually(look, seconds=60, what=f"the card for {email}")
