"""What the mails say when a booking changes, ends, is paid further, or its money comes back."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from chalicelib.core.events import Fact
from chalicelib.core.money import Clp
from chalicelib.notifications import told
from chalicelib.notifications.compose import compose
from chalicelib.notifications.entries import entries
from chalicelib.notifications.model import Mail
from chalicelib.orders.guest import Account
from chalicelib.orders.model import Order, OrderState
from tests.notifications.builders import NOW, START, a_fact, a_massage, a_payment, a_tub, an_order, hour, nights

SITE = "https://aremko.test"
LINK = f"{SITE}/reserva/#7K2M-9Q4T-X.a-token"
LATER = START + timedelta(days=1)
TUB = {"name_es": "Tina Hornopirén", "name_en": "Hornopirén hot tub", "from": START.isoformat(), "to": None}
ACCOUNT = Account(bank="Banco Estado", account_type="rut", account="12345678", holder="Ana Soto", rut="12.345.678-5")


def _changed(action: str = "move", *, what: list[dict[str, Any]] | None = None, **data: Any) -> Fact:
    said = {"total_before": 50_000, "total": 50_000, "surplus": 0, "credited": 0, "late": False, "due": 0}
    moved = [{**TUB, "to": LATER.isoformat()}]
    return a_fact("order.changed", action=action, what=what or moved, **{**said, **data})


def _cancelled(**data: Any) -> Fact:
    said = {"total_before": 50_000, "total": 0, "surplus": 50_000, "credited": 0, "late": False}
    return a_fact("order.cancelled", action="cancel", what=[TUB], **{**said, **data})


def _written(fact: Fact, order: Order, method: str = "flow") -> Mail:
    return compose(fact, order, payment=a_payment(method), site=SITE, link=LINK)


def _both(mail: Mail) -> tuple[str, str]:
    return " ".join(mail.html.split()), mail.text


def _events(mail: Mail) -> dict[str, tuple[str, int, datetime]]:
    (file,) = mail.attachments
    return {str(event["uid"]): (str(event["status"]), int(event["sequence"]), event["dtstart"].dt.astimezone(UTC))
            for event in Calendar.from_ical(file.content).walk("VEVENT")}


def test_a_moved_tub_is_told_with_both_hours_and_a_calendar_file_that_replaces_the_old_one() -> None:
    mail = _written(_changed(), an_order(a_tub(start=LATER), version=7))
    assert mail.subject == "Tu reserva 7K2M-9Q4T-X cambió"
    for words in _both(mail):
        assert "Cambiamos la hora en tu reserva 7K2M-9Q4T-X." in words
        assert "Antes: miércoles 2 de diciembre de 2026, 17:00" in words
        assert "Ahora: jueves 3 de diciembre de 2026, 17:00" in words
        assert "No queda nada por pagar." in words
        assert "reemplaza lo que tenías en tu agenda" in words
        assert LINK in words
    assert _events(mail) == {"lin_a@aremko.cl": ("CONFIRMED", 7, LATER)}


def test_a_dearer_hour_says_what_is_left_to_pay_and_where() -> None:
    order = an_order(a_tub(start=LATER, total=60_000), paid=50_000)
    for words in _both(_written(_changed(total=60_000, due=10_000), order)):
        assert "Quedan $10.000 por pagar. Puedes pagarlos en la página de tu reserva." in words
        assert "Ver mi reserva y pagar el saldo" in words


def test_what_was_paid_since_is_not_asked_for_again() -> None:
    order = an_order(a_tub(start=LATER, total=60_000), paid=60_000)
    for words in _both(_written(_changed(total=60_000, due=10_000), order)):
        assert "por pagar." in words
        assert "Quedan $10.000" not in words


def test_a_cheaper_hour_says_what_goes_back_and_what_stays_as_credit() -> None:
    mail = _written(_changed(total=30_000, surplus=15_000, credited=5_000), an_order(a_tub(start=LATER, total=30_000)))
    for words in _both(mail):
        assert "Te devolvemos $15.000. En un correo aparte te contamos cómo te llega." in words
        assert "$5.000 quedan como saldo a tu favor en esta reserva." in words


def test_a_line_given_up_in_time_leaves_the_calendar() -> None:
    massage = a_massage("lin_b", hour(date(2026, 12, 2), time(20)))
    order = an_order(a_tub(), cancelled=(massage,), version=4)
    gone = {"name_es": massage.name_es, "name_en": massage.name_en, "from": massage.start.isoformat(), "to": None}
    mail = _written(_changed("cancel", what=[gone], surplus=80_000), order)
    for words in _both(mail):
        assert "Cancelamos esta parte de tu reserva 7K2M-9Q4T-X; lo demás sigue igual:" in words
        assert "Se canceló" in words
        assert "Te devolvemos $80.000." in words
    assert _events(mail) == {"lin_a@aremko.cl": ("CONFIRMED", 4, START),
                             "lin_b@aremko.cl": ("CANCELLED", 4, massage.start)}


def test_a_line_given_up_too_late_is_listed_as_such_and_leaves_the_calendar() -> None:
    massage = a_massage("lin_b", hour(date(2026, 12, 2), time(20)), forfeited=True)
    mail = _written(_changed("cancel", what=[TUB], late=True), an_order(a_tub(), massage))
    for words in _both(mail):
        assert "Lo que se cancela fuera de plazo no se devuelve" in words
        assert words.count("Anulada fuera de plazo: no se devuelve") == 1
    assert {uid: state for uid, (state, _, _) in _events(mail).items()} == {
        "lin_a@aremko.cl": "CONFIRMED", "lin_b@aremko.cl": "CANCELLED"}


def test_a_late_night_stands_apart_from_the_nights_that_are_still_to_come() -> None:
    first, second = nights(2)
    listed = entries([first.model_copy(update={"forfeited": True}), second], "es")
    assert [entry.about[-1] for entry in listed] == ["Anulada fuera de plazo: no se devuelve", "1 noche · 2 personas"]


def test_more_products_bring_no_calendar_file() -> None:
    juice = {"name_es": "Jugo natural", "name_en": "Fresh juice", "from": None, "to": None}
    mail = _written(_changed("add", what=[juice]), an_order())
    for words in _both(mail):
        assert "Jugo natural" in words
        assert "Se agregó" in words
        assert "calendario" not in words
    assert mail.attachments == ()


def test_a_cancelled_booking_says_its_money_and_empties_the_calendar() -> None:
    order = an_order(a_tub(), state=OrderState.CANCELLED, paid=0).model_copy(
        update={"lines": (), "cancelled": (a_tub(),), "version": 5})
    mail = _written(_cancelled(), order)
    assert mail.subject == "Tu reserva 7K2M-9Q4T-X está cancelada"
    for words in _both(mail):
        assert "miércoles 2 de diciembre de 2026, 17:00" in words
        assert "Te devolvemos $50.000." in words
        assert "por pagar" not in words
        assert f"{SITE}/" in words
    assert _events(mail) == {"lin_a@aremko.cl": ("CANCELLED", 5, START)}


def test_a_booking_that_was_never_paid_ends_without_money_and_without_a_calendar_file() -> None:
    order = an_order(a_tub(), state=OrderState.CANCELLED, paid=0).model_copy(
        update={"lines": (), "cancelled": (a_tub(),)})
    mail = _written(_cancelled(surplus=0), order)
    for words in _both(mail):
        assert "No hay dinero que devolver ni nada que pagar." in words
        assert "calendario" not in words
    assert mail.attachments == ()


def test_a_balance_paid_later_is_thanked_for_with_what_is_left() -> None:
    mail = _written(a_fact("payment.received", amount=20_000), an_order(paid=40_000))
    assert mail.subject == "Recibimos tu pago de la reserva 7K2M-9Q4T-X"
    for words in _both(mail):
        assert "sigue confirmada" in words
        assert "$20.000" in words
        assert "$10.000" in words


def test_a_refund_by_hand_asks_for_the_account_on_the_bookings_page() -> None:
    fact = a_fact("payment.refund_due", amount=50_000, reason="cancelled", by_hand=True)
    for words in _both(_written(fact, an_order())):
        assert "dinos en la página de tu reserva a qué cuenta" in words
        assert "Decir a qué cuenta" in words
        assert "Flow" not in words
        assert LINK in words


def test_who_has_told_her_account_is_not_asked_for_it_again() -> None:
    fact = a_fact("payment.refund_due", amount=50_000, reason="cancelled")
    for words in _both(_written(fact, an_order(account=ACCOUNT), method="transfer")):
        assert "a la cuenta que nos diste" in words
        assert "a qué cuenta" not in words
        assert ACCOUNT.account not in words
        assert ACCOUNT.rut not in words


def test_a_refund_of_a_cancelled_booking_names_what_was_booked() -> None:
    order = an_order(a_tub(), state=OrderState.CANCELLED).model_copy(update={"lines": (), "cancelled": (a_tub(),)})
    for words in _both(_written(a_fact("payment.refund_due", amount=50_000, reason="cancelled"), order)):
        assert "Tina Hornopirén" in words


@pytest.mark.parametrize(("end", "by_hand", "says"), [
    ("accepted", False, "No tienes que hacer nada más."),
    ("rejected", False, "te escribirá para devolverte el dinero de otra forma"),
    ("rejected", True, "los datos de la cuenta que nos diste"),
    ("cancelled", False, "no se aceptó dentro del plazo o se anuló"),
])
def test_how_a_refund_goes_on_is_told_and_failed_money_is_safe(end: str, by_hand: bool, says: str) -> None:
    fact = a_fact(f"payment.refund_{end}", amount=12_000, **({"by_hand": True} if by_hand else {}))
    for words in _both(_written(fact, an_order())):
        assert says in words
        assert "$12.000" in words
        assert ("a salvo con nosotros" in words) is (end != "accepted")
        assert LINK in words


def test_late_money_is_kept_while_its_guest_chooses_other_hours() -> None:
    order = an_order(state=OrderState.EXPIRED, choose_until=hour(date(2026, 11, 23), time(12)))
    mail = _written(a_fact("order.alternatives_offered", amount=50_000), order)
    assert mail.subject == "Tu pago llegó tarde: elige otras horas para la reserva 7K2M-9Q4T-X"
    for words in _both(mail):
        assert "hasta el lunes 23 de noviembre de 2026, 12:00 (hora de Chile)." in words
        assert "$50.000" in words
        assert "Si no eliges nada, te lo devolvemos cuando termine el plazo" in words
        assert LINK in words
    assert mail.attachments == ()


@pytest.mark.parametrize("action", ["move", "cancel", "add"])
def test_every_change_has_its_words_in_english_too(action: str) -> None:
    mail = _written(_changed(action, late=True, surplus=1, credited=2), an_order(paid=0, language="en"))
    assert mail.subject == "Your booking 7K2M-9Q4T-X has changed"
    assert "Hornopirén hot tub" in mail.text


def test_money_sentences_name_each_amount_once() -> None:
    fact = _changed(surplus=int(Clp(1_000)), credited=2_000, late=True)
    assert told.money(fact, an_order(a_tub(), paid=47_000), "en") == [
        "What is cancelled too late is not refunded, by the terms of your booking.",
        "We refund $1.000. A mail of its own tells you how it reaches you.",
        "$2.000 stay as your credit with this booking. You can use it, or ask for it back, on the booking's page.",
        "$3.000 are left to pay. You can pay on your booking's page."]


def test_the_stamp_of_the_file_is_when_it_happened() -> None:
    (file,) = _written(_changed(), an_order()).attachments
    assert f"DTSTAMP:{NOW:%Y%m%dT%H%M%SZ}".encode() in file.content
