"""Bookings and facts to write mails about."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from chalicelib.carts.lines import Visit
from chalicelib.core.clock import at_spa
from chalicelib.core.events import Fact
from chalicelib.core.ids import random_id
from chalicelib.core.money import Clp
from chalicelib.notifications.model import BookedLine, Booking

START = at_spa(date(2026, 12, 2), time(17))
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
VISIT = Visit("lin_a", "Tina Hornopirén", "Hornopirén hot tub", START, START + timedelta(hours=2), 2)
POLICY = "Puedes cambiar o cancelar sin costo hasta 24 horas antes."


def a_booking(**changes: Any) -> Booking:
    """Two guests in Hornopirén, paid in full."""
    line = BookedLine("lin_a", "Tina Hornopirén", START, START + timedelta(hours=2), 2, Clp(50_000))
    booking = Booking(id="7K2M-9Q4T-X", number="7K2M-9Q4T-X", language="es", name="Ana María Soto",
                      email="ana@correo.cl", lines=(line,), visits=(VISIT,), total=Clp(50_000), paid=Clp(50_000),
                      balance_due=Clp(0), policy=POLICY)
    return replace(booking, **changes)


def a_fact(type: str = "order.confirmed", **data: Any) -> Fact:
    """A fact of an order of its own."""
    return Fact(id=random_id("fct"), type=type, at=NOW, order="7K2M-9Q4T-X", trace="req-12345678", data=data)
