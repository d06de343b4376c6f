"""Orders, payments and facts to write mails about."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from chalicelib.availability.sheets import Occupied, Place
from chalicelib.carts.lines import BookingLine, DiscountLine, Part, ProductLine, ProgrammeLine
from chalicelib.core.clock import at_spa
from chalicelib.core.events import Fact
from chalicelib.core.ids import random_id
from chalicelib.core.money import Clp
from chalicelib.orders.guest import Consent, Guest
from chalicelib.orders.model import Order, OrderState
from chalicelib.orders.views import TransferInstructions
from chalicelib.payments.model import Payment, PaymentId, PaymentState, Purpose

DAY = date(2026, 12, 2)
START = at_spa(DAY, time(17))
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
ACCOUNT = TransferInstructions(bank="Banco Estado", account_type="Cuenta corriente", account="901-2345-6",
                               holder="Aremko SpA", rut="76.123.456-0", email="pagos@aremko.cl",
                               reference="7K2M-9Q4T-X", amount=50_000, until=at_spa(date(2026, 11, 23), time(12, 5)))


def hour(day: date, wall: time) -> datetime:
    """An instant by the spa's clocks."""
    return at_spa(day, wall)


def a_tub(id: str = "lin_a", start: datetime = START, **changes: Any) -> BookingLine:
    """Two guests in Hornopirén for two hours."""
    values: dict[str, Any] = {
        "id": id, "service": "tina-hornopiren", "service_kind": "tub", "name_es": "Tina Hornopirén",
        "name_en": "Hornopirén hot tub", "start": start, "end": start + timedelta(hours=2), "guests": 2,
        "unit_price": 25_000, "total": 50_000, "deposit": 50_000, "held_until": NOW, "cancel_hours": 24}
    return BookingLine.model_validate({**values, **changes})


def a_massage(id: str, start: datetime, **changes: Any) -> BookingLine:
    """A massage for two."""
    return a_tub(id, start, **{
        "service": "masaje-relajacion", "service_kind": "massage", "name_es": "Masaje de relajación",
        "name_en": "Relaxation massage", "end": start + timedelta(minutes=50), "total": 80_000, **changes})


def nights(count: int, first: date = DAY, **changes: Any) -> list[BookingLine]:
    """A stay in the cabin Torre, 16:00 to 11:00 of the last day."""
    return [a_tub(f"lin_n{number}", hour(first + timedelta(number), time(16)), **{
        "kind": "night", "service": "cabana-torre", "service_kind": "cabin", "name_es": "Cabaña Torre",
        "name_en": "Torre cabin", "end": hour(first + timedelta(number + 1), time(11)), "total": 90_000,
        "stay": "sty_1", **changes}) for number in range(count)]


def a_breakfast(id: str, night: BookingLine) -> BookingLine:
    """The breakfast of a night, two hours before it ends."""
    return a_tub(id, night.end - timedelta(hours=2), service="desayuno", service_kind="breakfast", name_es="Desayuno",
                 name_en="Breakfast", end=night.end, total=20_000, host=night.id)


def a_decoration(id: str, host: BookingLine) -> BookingLine:
    """A decoration that is there when its host begins."""
    return a_tub(id, host.start, service="decoracion-romantica", service_kind="decoration",
                 name_es="Decoración romántica", name_en="Romantic decoration", total=25_000, host=host.id)


def a_programme(id: str = "lin_p", day: date = DAY) -> ProgrammeLine:
    """A programme of a massage, a tub, and something to drink in the tub."""
    def part(slug: str, kind: Any, names: tuple[str, str], start: time, end: time, *, place: bool = True) -> Part:
        occupied = Occupied(places=(Place(resource=slug, day=day, ticks=()),) if place else ())
        return Part(service=slug, service_kind=kind, name_es=names[0], name_en=names[1], start=hour(day, start),
                    end=hour(day, end), guests=2, occupied=occupied)

    parts = (part("masaje", "massage", ("Masaje", "Massage"), time(15), time(15, 50)),
             part("tina", "tub", ("Tina Calbuco", "Calbuco hot tub"), time(16, 30), time(18, 30)),
             part("tabla", "other", ("Tabla para dos", "Platter for two"), time(16, 30), time(18, 30), place=False))
    return ProgrammeLine(id=id, service="ritual-del-rio", name_es="Ritual del río", name_en="River ritual",
                         start=parts[0].start, end=parts[1].end, guests=2, total=120_000, deposit=120_000,
                         held_until=NOW, cancel_hours=48, parts=parts)


def a_product(id: str = "lin_q", quantity: int = 3) -> ProductLine:
    """Some juices."""
    return ProductLine(id=id, product="jugo", name_es="Jugo natural", name_en="Fresh juice", quantity=quantity,
                       unit_price=4_500, total=4_500 * quantity)


def a_discount(*lines: str, total: int = -35_000) -> DiscountLine:
    """What a pack saves."""
    return DiscountLine(id="lin_d", name_es="Pack tina y masaje", name_en="Tub and massage pack", total=total,
                        source="pack", code="tina-masaje", lines=lines)


def everything() -> list[Any]:
    """An order with a line of each kind."""
    tub, massage = a_tub(), a_massage("lin_b", hour(DAY, time(20)))
    stay = nights(2)
    return [tub, a_decoration("lin_e", tub), massage, *stay, *(a_breakfast(f"lin_f{n}", one)
            for n, one in enumerate(stay)), a_programme(day=date(2026, 12, 4)), a_product(),
            a_discount("lin_a", "lin_b")]


def an_order(*lines: Any, paid: int | None = None, name: str = "Ana María Soto", language: str = "es",
             **changes: Any) -> Order:
    """A confirmed order, of a tub for two and paid in full unless it is said otherwise."""
    lines = lines or (a_tub(),)
    return Order.model_validate({
        "id": "7K2M-9Q4T-X", "state": OrderState.CONFIRMED, "lines": lines, "cart": "crt_x", "language": language,
        "guest": Guest(phone="+56987654321", name=name, email="ana@correo.cl"),
        "consent": Consent(policy_version="2026-11", marketing_email=False, at=NOW),
        "kept": sum(line.total for line in lines) if paid is None else paid, "version": 1, "created_at": NOW,
        "updated_at": NOW, "trace": "req-12345678", **changes})


def a_payment(method: str = "flow", purpose: Purpose = Purpose.FULL) -> Payment:
    """A payment of 50,000 pesos that waits."""
    return Payment(id=PaymentId("pay_x"), order="7K2M-9Q4T-X", order_number="7K2M-9Q4T-X", method=method,
                   amount=Clp(50_000), purpose=purpose, state=PaymentState.PENDING, created_at=NOW, updated_at=NOW,
                   expires_at=NOW + timedelta(days=1))


def a_fact(type: str = "order.confirmed", **data: Any) -> Fact:
    """A fact of an order of its own."""
    return Fact(id=random_id("fct"), type=type, at=NOW, order="7K2M-9Q4T-X", trace="req-12345678", data=data)
